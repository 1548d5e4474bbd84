import type { SortOrder } from './list-query.ts';

/** What a row is compared by; undefined comes last, in whatever order. */
export type SortValue = string | number | undefined;

/** One page of a list. */
export interface PageOfRows<Row> {
  readonly rows: readonly Row[];
  /** Counted from 1; the last one where a later one was asked for. */
  readonly page: number;
  readonly pages: number;
  /** Rows on all pages. */
  readonly total: number;
}

/** Rows on one page of a table: a thousand PBXs or phones stay quick to send and to draw. */
export const rowsPerPage = 200;

// Numbers in names count as numbers, so that 9 comes before 10.
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Compares texts as people sort them: numbers in them by their value. */
export function compareTexts(one: string, other: string): number {
  return collator.compare(one, other);
}

/** Rows in a new order, rows that are equal by `value` in the order of their names. */
export function sortRows<Row>(
  rows: readonly Row[],
  value: (row: Row) => SortValue,
  order: SortOrder,
  name: (row: Row) => string,
): readonly Row[] {
  const sign = order === 'asc' ? 1 : -1;
  const keyed = rows.map((row) => ({ row, value: value(row), name: name(row) }));
  keyed.sort((one, other) => compareValues(one.value, other.value, sign) || compareTexts(one.name, other.name));
  return keyed.map(({ row }) => row);
}

/** The part of a list that is on a page. */
export function takePage<Row>(rows: readonly Row[], wanted: number): PageOfRows<Row> {
  const pages = Math.max(1, Math.ceil(rows.length / rowsPerPage));
  const page = Math.min(wanted, pages);
  return { rows: rows.slice((page - 1) * rowsPerPage, page * rowsPerPage), page, pages, total: rows.length };
}

function compareValues(one: SortValue, other: SortValue, sign: number): number {
  if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
  if (typeof one === 'number' && typeof other === 'number') return sign * (one - other);
  return sign * compareTexts(String(one), String(other));
}
