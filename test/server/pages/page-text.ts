import { expect } from 'vitest';
import { script } from '../../../src/server/pages/style.ts';

/** The texts of the first cells (the names of the rows) of a table, in the order of the page. */
export function rowNames(page: string, caption: string): readonly string[] {
  return [...tableOf(page, caption).matchAll(/<th role="rowheader" scope="row">(.*?)<\/th>/gsu)].map((match) =>
    plainText((match[1] ?? '').replace(/<small>.*/su, '')),
  );
}

/** The cells of the row with that name, by the title of their column. */
export function row(page: string, caption: string, name: string): Readonly<Record<string, string>> {
  const found = [...tableOf(page, caption).matchAll(/<tr role="row".*?<\/tr>/gsu)]
    .map((match) => match[0])
    .find((text) => plainText(/rowheader" scope="row">(.*?)(?:<small>|<\/th>)/su.exec(text)?.[1] ?? '') === name);
  expect(found, `row ${name} of ${caption}`).toBeDefined();
  return Object.fromEntries(
    [...(found ?? '').matchAll(/<td role="cell"[^>]*data-title="([^"]*)"[^>]*>(.*?)<\/td>/gsu)].map((match) => [
      match[1],
      plainText(match[2] ?? ''),
    ]),
  );
}

/** Titles of the columns of a table. */
export function columnTitles(page: string, caption: string): readonly string[] {
  return [...tableOf(page, caption).matchAll(/<th role="columnheader"[^>]*>(.*?)<\/th>/gsu)].map((match) =>
    withoutArrow(match[1] ?? ''),
  );
}

/** The address behind a link with that text. */
export function linkNamed(page: string, text: string): string {
  const found = [...page.matchAll(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gsu)].find(
    (match) => withoutArrow(match[2] ?? '') === text,
  );
  expect(found, `link ${text}`).toBeDefined();
  return plainText(found?.[1] ?? '');
}

const ownScript = `<script>${script.text}</script>`;

/** A page without the one script that is the program's own, to see whether there is another. */
export function withoutOwnScript(page: string): string {
  return page.replace(ownScript, '');
}

/** What a reader sees of a piece of HTML. */
export function plainText(html: string): string {
  return html
    .replaceAll(/<style>.*?<\/style>/gsu, '')
    .replace(ownScript, '')
    .replaceAll(/<[^>]*>/gu, ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/gu, ' ')
    .trim();
}

/** Parameters as they come with a request: `?sort=name` or `sort=name`. */
export function asked(query = ''): URLSearchParams {
  return new URLSearchParams(query.replace(/#.*$/u, ''));
}

/** Everything in a page that can load, run or leave: names of elements and of attributes, once each. */
export function vocabulary(page: string): {
  readonly elements: readonly string[];
  readonly attributes: readonly string[];
} {
  const tags = [
    ...withoutOwnScript(page)
      .replaceAll(/<style>.*?<\/style>/gsu, '<style>')
      .matchAll(/<([a-z]+)((?:\s+[a-zA-Z:-]+(?:="[^"]*")?)*)\s*\/?>/gu),
  ];
  const attributes = tags.flatMap((tag) =>
    [...(tag[2] ?? '').matchAll(/([a-zA-Z:-]+)(?:="[^"]*")?/gu)].map((one) => one[1] ?? ''),
  );
  return {
    elements: [...new Set(tags.map((tag) => tag[1] ?? ''))].sort(),
    attributes: [...new Set(attributes)].sort(),
  };
}

function tableOf(page: string, caption: string): string {
  const start = page.search(new RegExp(`<caption[^>]*>${caption}</caption>`, 'u'));
  expect(start, `table ${caption}`).toBeGreaterThan(-1);
  return page.slice(start, page.indexOf('</table>', start));
}

/** Text of a column's title without the sign that shows the order. */
function withoutArrow(html: string): string {
  return plainText(html).replace(/ [▲▼]$/u, '');
}
