/** The validated query of one list, from the parameters of the URL. */
export interface ListQuery {
  /** Search text as typed, trimmed. */
  readonly search: string;
  /** State to show; undefined for all. */
  readonly state: string | undefined;
  /** Key of the column to sort by. */
  readonly sort: string;
  readonly order: SortOrder;
  /** Starts at 1; can be beyond the last page. */
  readonly page: number;
}

/** Direction of sorting. */
type SortOrder = 'asc' | 'desc';

/** The states and columns that a list offers. */
interface ListChoices {
  /** Prefix of the parameter names, for a second list on the same page. All lists share the search text. */
  readonly prefix?: string;
  readonly states: readonly string[];
  /** Keys of the sortable columns; the first one is the default. */
  readonly sorts: readonly string[];
}

/** Maximum length of a search text; longer texts are truncated. */
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

/** Returns a function that reports whether each word of the search occurs in one of the texts. Case and accents are ignored. */
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

/** Returns the address of the current page with changed parameters; undefined values remove a parameter. */
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

/** Returns only the non-empty parameters that a page uses, each once, so that links do not accumulate other parameters. */
export function knownParameters(parameters: URLSearchParams, names: readonly string[]): URLSearchParams {
  const kept = new URLSearchParams();
  for (const name of names) {
    const value = parameters.get(name) ?? '';
    if (value !== '') kept.set(name, value);
  }
  return kept;
}

/** The sort key of a row; undefined comes last in both directions. */
export type SortValue = string | number | undefined;

/** One page of a list. */
export interface PageOfRows<Row> {
  readonly rows: readonly Row[];
  /** Starts at 1. If the requested page does not exist, this is the last one. */
  readonly page: number;
  readonly pages: number;
  /** Rows on all pages. */
  readonly total: number;
}

/** Maximum number of rows on one page of a table, so that long lists are sent and drawn quickly. */
export const rowsPerPage = 200;

// Numbers within names are compared by value, so that 9 comes before 10.
const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Compares texts for sorting; numbers within texts are compared by value. */
export function compareTexts(one: string, other: string): number {
  return collator.compare(one, other);
}

/** Returns the rows sorted by `value`; rows with equal values are sorted by name. */
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

/** Returns one page of a list. */
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
