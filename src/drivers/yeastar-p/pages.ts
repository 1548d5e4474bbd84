import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import type { Conversation } from '../driver.ts';
import { asFields, countOf, textOf } from '../yeastar/fields.ts';
import { type PSeriesCall, readRequest } from './requests.ts';
import { optionalData, readResponse } from './response.ts';

/** Rows asked for at once. The guides name no maximum; a PBX that gives fewer is asked more often. */
const pageSize = 500;
/** A list of more pages than this is no list of a PBX. */
const mostPages = 1000;

/** A list that was read page by page. */
export interface PagedList {
  readonly rows: readonly unknown[];
  /** Says what is wrong when the PBX announced more rows than it gave. */
  readonly shortfall?: Failure;
}

interface Page {
  readonly total: number | undefined;
  readonly rows: readonly unknown[];
}

/**
 * Reads a list to its end: until `total_number` rows are there, or a page brings nothing new. A row that two pages
 * bring, because something was added meanwhile, is kept once. Throws a `Failure`.
 */
export async function readPages(conversation: Conversation, call: PSeriesCall): Promise<PagedList> {
  const seen = new Set<string>();
  const rows: unknown[] = [];
  for (let number = 1; number <= mostPages; number += 1) {
    const page = await conversation.ask({ request: pageRequest(call, number), read: readPage });
    const fresh = page.rows.filter((row) => isFresh(row, seen));
    rows.push(...fresh);
    if (page.total !== undefined && rows.length >= page.total) return { rows };
    if (fresh.length === 0) return { rows, ...shortfall(rows.length, page.total) };
  }
  throw new Failure('protocol', `the list has more than ${mostPages} pages`);
}

function pageRequest(call: PSeriesCall, page: number) {
  return readRequest(call, { page: String(page), page_size: String(pageSize), sort_by: 'id', order_by: 'asc' });
}

function readPage(answer: ApiAnswer): Page {
  const fields = readResponse(answer);
  const total = countOf(fields['total_number']);
  if (fields['data'] === undefined && total !== 0) throw new Failure('protocol', 'the answer has no list "data"');
  return { total, rows: optionalData(fields) };
}

function isFresh(row: unknown, seen: Set<string>): boolean {
  const id = textOf(asFields(row)?.['id']);
  if (id === '') return true;
  const before = seen.size;
  return seen.add(id).size > before;
}

function shortfall(read: number, total: number | undefined): Pick<PagedList, 'shortfall'> {
  if (total === undefined) return {};
  return { shortfall: new Failure('protocol', `the PBX gave ${read} rows where it announced ${total}`) };
}
