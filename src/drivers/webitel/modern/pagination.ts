import { Failure } from '../../../transport/failure.ts';
import type { SessionCheckedCalls } from '../shared/session-check.ts';
import { flagOf, isRecord, type JsonRecord, textOf } from '../../kit/fields.ts';
import { readBody } from './errors.ts';

/** A list of the modern API. */
export interface ListRequest {
  readonly call: string;
  readonly path: string;
  /** Selects the columns and, if the list supports it, the rows. Columns that are not selected, such as passwords, are not sent. */
  readonly choice: Readonly<Record<string, string | readonly string[]>>;
  /** Rows per page. */
  readonly size: number;
  /** Message for users if the answer is 403. */
  readonly missingRight: string;
}

/** The rows of one page, not yet checked, and whether there is a next page. */
export interface Page {
  readonly rows: readonly unknown[];
  readonly next: boolean;
}

/** Maximum number of pages of a list: more indicate a defect of the PBX. */
const pageLimit = 1_000;

/**
 * Requests all pages of a list, one at a time. A row that appears twice, because the list changed between two pages, is
 * kept once. Throws a `Failure` (`protocol`) if the list does not end or repeats itself.
 */
export async function askPages(calls: SessionCheckedCalls, list: ListRequest): Promise<readonly unknown[]> {
  const { call, path, choice, size, missingRight } = list;
  const rows = new Map<string, unknown>();
  for (let page = 1; page <= pageLimit; page += 1) {
    // Sorted by id: rows with equal names have no fixed order, so some could be missed between two pages.
    const query = { ...choice, sort: 'id', size: String(size), page: String(page) };
    const found = await calls.ask({
      request: { call, path, query },
      read: (answer) => readPage(readBody(answer, missingRight)),
    });
    const before = rows.size;
    for (const [index, row] of found.rows.entries()) rows.set(rowKey(row, `${page}/${index}`), row);
    if (!found.next) return [...rows.values()];
    if (rows.size === before) throw new Failure('protocol', 'the next page of the list contained nothing new');
  }
  throw new Failure('protocol', `the list does not end after ${pageLimit} pages`);
}

/**
 * Reads one page. Protobuf JSON omits values that are empty or false; other Go code writes null. Without `items`, the
 * list is empty; without `next`, the page is the last one. Throws a `Failure` (`protocol`) for an object that is not a
 * list.
 */
export function readPage(body: JsonRecord): Page {
  const items = body['items'] ?? [];
  const next = flagOf(body['next']);
  const isList = 'items' in body || 'next' in body || 'page' in body || Object.keys(body).length === 0;
  if (!isList || !Array.isArray(items) || next === undefined)
    throw new Failure('protocol', 'the answer is not a page of a list');
  return { rows: items, next };
}

function rowKey(row: unknown, position: string): string {
  const id = isRecord(row) ? textOf(row['id']) : '';
  return id === '' ? `at ${position}` : `id ${id}`;
}
