import { type Markup, markup, nothing } from '../html.ts';
import { formatCount } from './format.ts';
import { icon, type Tone } from './icons.ts';
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

/** A bar of shares; a picture of numbers that stand beside it, so it says nothing to a screen reader. */
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
export interface StateChips {
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
  return markup`<p>To reload, on the machine of the exporter: <code class="command">${reloadCommand}</code></p>`;
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
