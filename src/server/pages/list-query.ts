/** What somebody asked of one list: the part after the question mark, already made safe. */
export interface ListQuery {
  /** Search text as typed, trimmed. */
  readonly search: string;
  /** State to be shown; undefined for all. */
  readonly state: string | undefined;
  /** Key of the column to sort by. */
  readonly sort: string;
  readonly order: SortOrder;
  /** Counted from 1; may be beyond the last page. */
  readonly page: number;
}

/** Direction of sorting. */
type SortOrder = 'asc' | 'desc';

/** What a list offers. */
interface ListChoices {
  /** Put before each parameter, for a second list on one page; the search text is shared by all. */
  readonly prefix?: string;
  readonly states: readonly string[];
  /** Keys of the columns that can be sorted by; the first one is the default. */
  readonly sorts: readonly string[];
}

/** Nobody types more; longer texts are cut. */
const longestSearch = 200;

/** Reads the parameters of a list. Never throws: invalid values are ignored. */
export function readListQuery(parameters: URLSearchParams, { prefix = '', states, sorts }: ListChoices): ListQuery {
  const state = parameters.get(`${prefix}state`) ?? '';
  const sort = parameters.get(`${prefix}sort`) ?? '';
  const page = Number(parameters.get(`${prefix}page`) ?? 1);
  return {
    search: (parameters.get('q') ?? '').trim().slice(0, longestSearch),
    state: states.includes(state) ? state : undefined,
    sort: sorts.includes(sort) ? sort : (sorts[0] ?? ''),
    order: parameters.get(`${prefix}order`) === 'desc' ? 'desc' : 'asc',
    page: Number.isSafeInteger(page) && page > 0 ? page : 1,
  };
}

/** Whether a row with these texts matches: each word of the search occurs in one of them. Accents and case do not matter. */
export function searchFor(search: string): (texts: readonly (string | undefined)[]) => boolean {
  const words = plain(search)
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return () => true;
  return (texts) => {
    const text = plain(texts.filter((one) => one !== undefined).join('\n'));
    return words.every((word) => text.includes(word));
  };
}

function plain(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
}

/** Address of the page that is shown, with some parameters set, and those that are undefined taken away. */
export function linkTo(
  parameters: URLSearchParams,
  changes: Readonly<Record<string, string | number | undefined>>,
  anchor = '',
): string {
  const changed = new URLSearchParams(parameters);
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') changed.delete(name);
    else changed.set(name, String(value));
  }
  return `?${changed.toString()}${anchor === '' ? '' : `#${anchor}`}`;
}

/** Only the parameters that a page knows, each once and none empty: links must not grow with foreign parameters. */
export function knownParameters(parameters: URLSearchParams, names: readonly string[]): URLSearchParams {
  const kept = new URLSearchParams();
  for (const name of names) {
    const value = parameters.get(name) ?? '';
    if (value !== '') kept.set(name, value);
  }
  return kept;
}

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
