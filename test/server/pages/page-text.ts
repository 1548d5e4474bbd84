import { expect } from 'vitest';
import { script } from '../../../src/server/pages/style.ts';

/** Returns the row names of a table (the texts of its first cells), in page order. */
export function rowNames(page: string, caption: string): readonly string[] {
  return [...tableOf(page, caption).matchAll(/<th role="rowheader" scope="row">(.*?)<\/th>/gsu)].map((match) =>
    plainText((match[1] ?? '').replace(/<small>.*/su, '')),
  );
}

/** Returns the cells of a named row, by column title. */
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

/** Returns the column titles of a table. */
export function columnTitles(page: string, caption: string): readonly string[] {
  return [...tableOf(page, caption).matchAll(/<th role="columnheader"[^>]*>(.*?)<\/th>/gsu)].map((match) =>
    withoutArrow(match[1] ?? ''),
  );
}

/** Returns the address of the link with a text. */
export function linkNamed(page: string, text: string): string {
  const found = [...page.matchAll(/<a [^>]*href="([^"]*)"[^>]*>(.*?)<\/a>/gsu)].find(
    (match) => withoutArrow(match[2] ?? '') === text,
  );
  expect(found, `link ${text}`).toBeDefined();
  return plainText(found?.[1] ?? '');
}

const ownScript = `<script>${script.text}</script>`;

/** Returns a page without the program's own script, so that tests can look for other scripts. */
export function withoutOwnScript(page: string): string {
  return page.replace(ownScript, '');
}

/** Returns the visible text of a piece of HTML. */
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

/** Parses the parameters of a request: `?sort=name` or `sort=name`. */
export function asked(query = ''): URLSearchParams {
  return new URLSearchParams(query.replace(/#.*$/u, ''));
}

/** Returns the names of all elements and attributes in a page, without duplicates. */
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

/** The text of a column title without the sort arrow. */
function withoutArrow(html: string): string {
  return plainText(html).replace(/ [▲▼]$/u, '');
}
