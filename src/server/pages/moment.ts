import { type Markup, markup } from '../html.ts';
import { formatDuration, formatMoment, formatShortMoment } from './format.ts';

/** A moment (ms since 1970) in UTC, to the second; the script of the page puts the reader's own time beside it. */
export function moment(at: number): Markup {
  return timeElement(at, markup`${formatMoment(at)}`, markup` data-local="second"`);
}

/** A moment as seen from `wall`, to the minute; the whole of it and its age show under the pointer. `zone` is empty where UTC was said before. */
export function shortMoment(at: number, wall: number, zone = ' UTC'): Markup {
  const title = `${formatMoment(at)}, ${formatDuration(wall - at)} ago`;
  return timeElement(at, markup`${formatShortMoment(at, wall)}${zone}`, markup` data-local="minute" title="${title}"`);
}

/** Something that tells a moment in other words, such as `for 3 h`; the moment shows under the pointer. */
export function momentBehind(at: number, words: string): Markup {
  return timeElement(at, markup`${words}`, markup` data-local="title" title="since ${formatMoment(at)}"`);
}

/** A time that no calendar has, from a PBX that says nonsense, is told as words only. */
function timeElement(at: number, content: Markup, attributes: Markup): Markup {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return content;
  return markup`<time datetime="${date.toISOString()}"${attributes}>${content}</time>`;
}
