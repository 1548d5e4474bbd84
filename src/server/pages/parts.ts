import { type Markup, markup, nothing } from '../html.ts';
import { formatCount, formatDuration, formatMoment, formatShortMoment } from './format.ts';
import { linkTo } from './list-query.ts';
import type { View } from './view.ts';

/** How many of something, under a word and a tone. */
export interface Share {
  readonly word: string;
  readonly tone: Tone;
  readonly count: number;
}

const barTones: Readonly<Record<Tone, string>> = {
  good: 'good',
  unwatched: 'good',
  warn: 'warn',
  wait: 'warn',
  bad: 'bad',
  off: 'off',
  unknown: 'off',
};

/** A bar of shares. It is hidden from screen readers, because the same numbers are written beside it. */
export function bar(shares: readonly Share[]): Markup {
  const total = shares.reduce((sum, { count }) => sum + count, 0);
  if (total === 0) return nothing;
  let left = 0;
  const pieces = shares.map(({ tone, count }) => {
    const width = (count / total) * 100;
    const piece = markup`<rect class="${barTones[tone]}" x="${left.toFixed(2)}" width="${width.toFixed(2)}" height="1"/>`;
    left += width;
    return count === 0 ? nothing : piece;
  });
  return markup`<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">${pieces}</svg>`;
}

/** What the links that choose one state need. */
interface StateChips {
  readonly label: string;
  readonly parameters: URLSearchParams;
  readonly prefix?: string;
  readonly anchor: string;
  readonly chosen: string | undefined;
  readonly total: number;
  readonly shares: readonly Share[];
}

/** Links that show one state only, each with its number. States that nothing is in are left out. */
export function stateChips({ label, parameters, prefix = '', anchor, chosen, total, shares }: StateChips): Markup {
  const chip = (state: string | undefined, content: Markup): Markup =>
    state === chosen
      ? markup`<li><strong aria-current="true">${content}</strong></li>`
      : markup`<li><a href="${linkTo(parameters, { [`${prefix}state`]: state, [`${prefix}page`]: undefined }, anchor)}">${content}</a></li>`;
  const shown = shares.filter(({ count, word }) => count > 0 || word === chosen);
  return markup`<ul class="chips" aria-label="${label}">${chip(undefined, markup`all <b>${formatCount(total)}</b>`)}
${shown.map(({ word, tone, count }) => chip(word, markup`<span class="${tone}">${icon(tone)}</span>${word} <b>${formatCount(count)}</b>`))}</ul>`;
}

/** Text in which code stands between backticks. */
export function withCode(text: string): readonly Markup[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : markup`${part}`));
}

/** The command that reloads the exporter, where one of the texts speaks of a reload. */
export function reloadHelp(texts: readonly string[], { reloadCommand }: View): Markup {
  if (reloadCommand === undefined || !texts.some((text) => /\breload/i.test(text))) return nothing;
  return markup`<p>To reload, run this on the exporter's machine: <code class="command">${reloadCommand}</code></p>`;
}

/** A count of changes; most are 0, and those must not draw the eye. */
export function changeCount(count: number): Markup {
  return count === 0 ? markup`<span class="zero">0</span>` : markup`${formatCount(count)}`;
}

/** Text from a PBX, kept apart from its surroundings whatever direction its script has. */
export function foreign(text: string): Markup {
  return markup`<bdi>${text}</bdi>`;
}

/** Parameters of the page that a form has no field for, so that they are kept. */
export function hiddenFields(parameters: URLSearchParams, names: readonly string[]): readonly Markup[] {
  return names
    .filter((name) => parameters.has(name))
    .map((name) => markup`<input type="hidden" name="${name}" value="${parameters.get(name) ?? ''}">`);
}

/** A moment (ms since 1970) in UTC, to the second; the script of the page puts the reader's own time beside it. */
export function moment(at: number): Markup {
  return timeElement(at, markup`${formatMoment(at)}`, markup` data-local="second"`);
}

/** A moment as seen from `wall`, to the minute; the whole of it and its age show under the pointer. `zone` is empty if UTC was said before. */
export function shortMoment(at: number, wall: number, zone = ' UTC'): Markup {
  const title = `${formatMoment(at)}, ${formatDuration(wall - at)} ago`;
  return timeElement(at, markup`${formatShortMoment(at, wall)}${zone}`, markup` data-local="minute" title="${title}"`);
}

/** Something that tells a moment in other words, such as `for 3 h`; the moment shows under the pointer. */
export function momentBehind(at: number, words: string): Markup {
  return timeElement(at, markup`${words}`, markup` data-local="title" title="since ${formatMoment(at)}"`);
}

/** A time outside the calendar, reported by a faulty PBX, is shown as words only. */
function timeElement(at: number, content: Markup, attributes: Markup): Markup {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return content;
  return markup`<time datetime="${date.toISOString()}"${attributes}>${content}</time>`;
}

/** How something is doing: each has a sign of its own, so that colour is never the only one. */
export type Tone = 'good' | 'unwatched' | 'warn' | 'bad' | 'wait' | 'off' | 'unknown';

/** Outline of a telephone handset, 32 units wide. */
const handset =
  'M9.2 6.6c.8-.8 2-.7 2.7.2l1.9 2.6c.6.8.5 1.8-.1 2.5l-1.2 1.2c1.3 2.7 3.7 5.1 6.4 6.4l1.2-1.2c.7-.6 1.7-.7 2.5-.1l2.6 1.9c.9.7 1 1.9.2 2.7-1.8 1.9-4 2.6-6.3 1.8C12.9 22.4 9.6 19.1 7.4 12.9c-.8-2.3-.1-4.5 1.8-6.3z';

/** The signs, to be put once into each page; 16 units wide. */
export const iconSheet: Markup = markup`<svg class="sheet" aria-hidden="true" width="0" height="0"><defs>
<symbol id="i-good" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7.5" fill="currentColor"/><path d="M4.6 8.4l2.3 2.3 4.5-5" class="cut"/></symbol>
<symbol id="i-unwatched" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="line"/><path d="M4.9 8.4l2.1 2.1 4.1-4.6" class="line"/></symbol>
<symbol id="i-warn" viewBox="0 0 16 16"><path d="M8 1.2l7.3 13.3H.7z" fill="currentColor" stroke="currentColor" stroke-linejoin="round"/><path d="M8 6v4m0 2.2v.3" class="cut"/></symbol>
<symbol id="i-bad" viewBox="0 0 16 16"><path d="M5 .5h6L15.5 5v6L11 15.5H5L.5 11V5z" fill="currentColor"/><path d="M5.3 5.3l5.4 5.4m0-5.4l-5.4 5.4" class="cut"/></symbol>
<symbol id="i-wait" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="line"/><path d="M8 4.5V8l2.6 1.8" class="line"/></symbol>
<symbol id="i-off" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="line"/><path d="M5 8h6" class="line"/></symbol>
<symbol id="i-unknown" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="line dashed"/><path d="M6 6.4c0-2.6 4-2.6 4 0 0 1.5-2 1.5-2 3m0 2.1v.2" class="line"/></symbol>
</defs></svg>`;

/** The sign of a tone; it says nothing to a screen reader, the word beside it does. */
export function icon(tone: Tone): Markup {
  return markup`<svg class="icon" aria-hidden="true"><use href="#i-${tone}"/></svg>`;
}

/** A word with its sign. */
export function badge(tone: Tone, word: string, title?: string): Markup {
  return markup`<span class="badge ${tone}"${title === undefined ? '' : markup` title="${title}"`}>${icon(tone)}${word}</span>`;
}

const iconColours: Readonly<Record<'good' | 'warn' | 'bad' | 'wait', string>> = {
  good: '#1f9d55',
  warn: '#d98a00',
  bad: '#d6333a',
  wait: '#7a8794',
};

/** The page's own icon as `data:` URI: a handset on the colour of how things are. */
export function favicon(tone: keyof typeof iconColours): string {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="${iconColours[tone]}"/><path d="${handset}" fill="#fff"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(drawing)}`;
}

/** The mark in the header of each page. */
export const brandMark: Markup = markup`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="currentColor"/><path class="handset" d="${handset}"/></svg>`;

/** Address of the page of one PBX; how often pages refresh themselves is kept. */
export function pbxLink(name: string, parameters: URLSearchParams): string {
  const refresh = parameters.get('refresh');
  return `pbx?${new URLSearchParams({ target: name, ...(refresh === null ? {} : { refresh }) }).toString()}`;
}

/** Address of the documentation of a family; undefined if there is none to show. */
export function familyLink(family: string, { documented }: View): string | undefined {
  return documented?.has(family) === true ? `family?${new URLSearchParams({ name: family }).toString()}` : undefined;
}

/** Address of a dashboard of this project (`grafana/`), by its uid, with some of its variables set; undefined without Grafana. */
export function dashboardLink(
  uid: string,
  variables: Readonly<Record<string, string>>,
  { grafanaUrl }: View,
): string | undefined {
  if (grafanaUrl === undefined) return undefined;
  const url = new URL(grafanaUrl);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/d/${uid}`;
  for (const [name, value] of Object.entries(variables)) url.searchParams.set(`var-${name}`, value);
  return url.href;
}
