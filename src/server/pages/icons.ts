import { type Markup, markup } from '../html.ts';

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
