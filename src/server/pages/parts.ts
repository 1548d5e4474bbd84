import { type Markup, markup, nothing } from '../html.ts';
import { formatCount, formatDuration, formatMoment, formatShortMoment } from './format.ts';
import { linkTo } from './list-query.ts';
import type { View } from './view.ts';

/** A count with its word and tone. */
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

/** Renders a bar of shares. It is hidden from screen readers, because the numbers are also shown as text. */
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

/** Inputs of {@link stateChips}. */
interface StateChips {
  readonly label: string;
  readonly parameters: URLSearchParams;
  readonly prefix?: string;
  readonly anchor: string;
  readonly chosen: string | undefined;
  readonly total: number;
  readonly shares: readonly Share[];
}

/** Renders links that select one state, each with its count. States without rows are omitted. */
export function stateChips({ label, parameters, prefix = '', anchor, chosen, total, shares }: StateChips): Markup {
  const chip = (state: string | undefined, content: Markup): Markup =>
    state === chosen
      ? markup`<li><strong aria-current="true">${content}</strong></li>`
      : markup`<li><a href="${linkTo(parameters, { [`${prefix}state`]: state, [`${prefix}page`]: undefined }, anchor)}">${content}</a></li>`;
  const shown = shares.filter(({ count, word }) => count > 0 || word === chosen);
  return markup`<ul class="chips" aria-label="${label}">${chip(undefined, markup`all <b>${formatCount(total)}</b>`)}
${shown.map(({ word, tone, count }) => chip(word, markup`<span class="${tone}">${icon(tone)}</span>${word} <b>${formatCount(count)}</b>`))}</ul>`;
}

/** Renders a text with code in backticks. */
export function withCode(text: string): readonly Markup[] {
  return text.split('`').map((part, index) => (index % 2 === 1 ? markup`<code>${part}</code>` : markup`${part}`));
}

/** Renders the command that reloads the exporter; empty if none of the texts mentions a reload. */
export function reloadHelp(texts: readonly string[], { reloadCommand }: View): Markup {
  if (reloadCommand === undefined || !texts.some((text) => /\breload/i.test(text))) return nothing;
  return markup`<p>To reload, run this on the exporter's machine: <code class="command">${reloadCommand}</code></p>`;
}

/** Renders a count of changes. Zeros are shown in a subdued colour, because they are frequent and unimportant. */
export function changeCount(count: number): Markup {
  return count === 0 ? markup`<span class="zero">0</span>` : markup`${formatCount(count)}`;
}

/** Renders a text from a PBX, isolated from its surroundings because its writing direction is unknown. */
export function isolated(text: string): Markup {
  return markup`<bdi>${text}</bdi>`;
}

/** Renders hidden fields that preserve parameters of the page for which a form has no visible field. */
export function hiddenFields(parameters: URLSearchParams, names: readonly string[]): readonly Markup[] {
  return names
    .filter((name) => parameters.has(name))
    .map((name) => markup`<input type="hidden" name="${name}" value="${parameters.get(name) ?? ''}">`);
}

/** Renders a time (ms since 1970) in UTC, to the second. The script of the page adds the reader's local time. */
export function moment(at: number): Markup {
  return timeElement(at, markup`${formatMoment(at)}`, markup` data-local="second"`);
}

/** Renders a time relative to `wall`, to the minute; the tooltip shows the full time and its age. `zone` can be empty after an earlier UTC. */
export function shortMoment(at: number, wall: number, zone = ' UTC'): Markup {
  const title = `${formatMoment(at)}, ${formatDuration(wall - at)} ago`;
  return timeElement(at, markup`${formatShortMoment(at, wall)}${zone}`, markup` data-local="minute" title="${title}"`);
}

/** Renders words that refer to a time, such as `for 3 h`; the tooltip shows the time itself. */
export function momentTooltip(at: number, words: string): Markup {
  return timeElement(at, markup`${words}`, markup` data-local="title" title="since ${formatMoment(at)}"`);
}

/** An element for a time. For an invalid time, reported by a faulty PBX, it returns only the content. */
function timeElement(at: number, content: Markup, attributes: Markup): Markup {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return content;
  return markup`<time datetime="${date.toISOString()}"${attributes}>${content}</time>`;
}

/** Meaning of a colour. Each tone also has its own icon, so that colour is never the only distinction. */
export type Tone = 'good' | 'unwatched' | 'warn' | 'bad' | 'wait' | 'off' | 'unknown';

/** SVG path of a telephone handset, 32 units wide. */
const handset =
  'M9.2 6.6c.8-.8 2-.7 2.7.2l1.9 2.6c.6.8.5 1.8-.1 2.5l-1.2 1.2c1.3 2.7 3.7 5.1 6.4 6.4l1.2-1.2c.7-.6 1.7-.7 2.5-.1l2.6 1.9c.9.7 1 1.9.2 2.7-1.8 1.9-4 2.6-6.3 1.8C12.9 22.4 9.6 19.1 7.4 12.9c-.8-2.3-.1-4.5 1.8-6.3z';

/** Definitions of all icons, included once in each page; 16 units wide. */
export const iconSheet: Markup = markup`<svg class="sheet" aria-hidden="true" width="0" height="0"><defs>
<symbol id="i-good" viewBox="0 0 16 16"><circle cx="8" cy="8" r="7.5" fill="currentColor"/><path d="M4.6 8.4l2.3 2.3 4.5-5" class="cut"/></symbol>
<symbol id="i-unwatched" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="line"/><path d="M4.9 8.4l2.1 2.1 4.1-4.6" class="line"/></symbol>
<symbol id="i-warn" viewBox="0 0 16 16"><path d="M8 1.2l7.3 13.3H.7z" fill="currentColor" stroke="currentColor" stroke-linejoin="round"/><path d="M8 6v4m0 2.2v.3" class="cut"/></symbol>
<symbol id="i-bad" viewBox="0 0 16 16"><path d="M5 .5h6L15.5 5v6L11 15.5H5L.5 11V5z" fill="currentColor"/><path d="M5.3 5.3l5.4 5.4m0-5.4l-5.4 5.4" class="cut"/></symbol>
<symbol id="i-wait" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="line"/><path d="M8 4.5V8l2.6 1.8" class="line"/></symbol>
<symbol id="i-off" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="line"/><path d="M5 8h6" class="line"/></symbol>
<symbol id="i-unknown" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.5" class="line dashed"/><path d="M6 6.4c0-2.6 4-2.6 4 0 0 1.5-2 1.5-2 3m0 2.1v.2" class="line"/></symbol>
</defs></svg>`;

/** Renders the icon of a tone. It is hidden from screen readers, because a word is always next to it. */
export function icon(tone: Tone): Markup {
  return markup`<svg class="icon" aria-hidden="true"><use href="#i-${tone}"/></svg>`;
}

/** Renders a word with the icon of its tone. */
export function badge(tone: Tone, word: string, title?: string): Markup {
  return markup`<span class="badge ${tone}"${title === undefined ? '' : markup` title="${title}"`}>${icon(tone)}${word}</span>`;
}

const iconColours: Readonly<Record<'good' | 'warn' | 'bad' | 'wait', string>> = {
  good: '#1f9d55',
  warn: '#d98a00',
  bad: '#d6333a',
  wait: '#7a8794',
};

/** Returns the favicon as a `data:` URI: a handset on the colour of the tone. */
export function favicon(tone: keyof typeof iconColours): string {
  const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="${iconColours[tone]}"/><path d="${handset}" fill="#fff"/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(drawing)}`;
}

/** The logo in the header of each page. */
export const brandMark: Markup = markup`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8" fill="currentColor"/><path class="handset" d="${handset}"/></svg>`;

/** Returns the address of the page of one PBX; the refresh interval is kept. */
export function pbxLink(name: string, parameters: URLSearchParams): string {
  const refresh = parameters.get('refresh');
  return `pbx?${new URLSearchParams({ target: name, ...(refresh === null ? {} : { refresh }) }).toString()}`;
}

/** Returns the address of the documentation of a family; undefined if there is none. */
export function familyLink(family: string, { documented }: View): string | undefined {
  return documented?.has(family) === true ? `family?${new URLSearchParams({ name: family }).toString()}` : undefined;
}

/** Returns the address of a dashboard of this project (`grafana/`) with variables set; undefined if no Grafana is configured. */
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
