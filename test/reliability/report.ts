import type { Product } from '../support/products.ts';
import type { Outcome } from './experiment.ts';
import type { Stage } from './faults.ts';

/** Returns the table of outcomes of one stage: a row per fault, a column per product. */
export function faultTable(outcomes: readonly Outcome[], products: readonly Product[], stage: Stage): string {
  const seen = outcomes.filter((outcome) => outcome.stage === stage);
  const rows = [...new Set(seen.map(({ row }) => row))].map((row) => {
    const cells = products.map(({ name }) =>
      cellOf(seen.filter((outcome) => outcome.row === row && outcome.product === name)),
    );
    return line([row, ...cells]);
  });
  const head = line(['fault', ...products.map(({ name }) => name)]);
  return [
    head,
    line(['', ...products.map(() => '')])
      .replaceAll(' ', '---')
      .replace(/-{4,}/g, '---'),
    ...rows,
  ].join('\n');
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** Variants of one fault (between the first and the second request, the second and the third, ...) share a cell. */
function cellOf(variants: readonly Outcome[]): string {
  const results = [...new Set(variants.map(({ result }) => (result === 'good' ? 'good' : `\`${result}\``)))].sort();
  const recovery = Math.max(...variants.map(({ recovery }) => recovery));
  return recovery > 1 ? `${results.join(', ')} (${recovery})` : results.join(', ');
}

const begin = (name: string): string => `<!-- measured: ${name} -->`;
const end = '<!-- /measured -->';

/** Returns the measured part with that name in a page; undefined if the page has none. */
export function measuredPart(page: string, name: string): string | undefined {
  const [, rest] = page.split(`${begin(name)}\n`);
  return rest?.split(`\n${end}`)[0]?.trim();
}

/** Returns the page with a new text in its measured part with that name. Throws if the page has none. */
export function withMeasuredPart(page: string, name: string, text: string): string {
  const old = measuredPart(page, name);
  const start = page.indexOf(`${begin(name)}\n`);
  if (old === undefined || start === -1) throw new Error(`the page has no part "${name}"`);
  const from = start + begin(name).length + 1;
  return `${page.slice(0, from)}\n${text}\n${page.slice(page.indexOf(`\n${end}`, from))}`;
}
