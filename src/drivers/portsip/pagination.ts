import { asFailure, Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import type { Round } from './round.ts';
import { asRecord, countOf, type JsonRecord, optional, textOf } from '../kit/fields.ts';
import { apiRequest } from './requests.ts';

/** Maximum number of entries per page that the API allows (`top`). */
const pageSize = 100;
/** Maximum number of pages of a list; the rest is not read. */
const maximumPages = 500;

/** A list without duplicate ids. */
export interface List {
  readonly items: readonly JsonRecord[];
  /** Number of entries that have no id or are not objects. */
  readonly malformed: number;
  /** Why the list is incomplete; absent if it is complete. */
  readonly gap?: Failure;
  /** The local address from which the last page was requested, if known. */
  readonly localAddress?: string;
}

interface Page {
  readonly items: readonly unknown[];
  readonly count: number | undefined;
  readonly localAddress?: string | undefined;
}

/**
 * Reads a list page by page. The offset of the next page is the number of entries received, because a server may send
 * fewer than requested. Throws a `Failure` if the first page cannot be read. If a later page cannot be read, the list
 * has a gap.
 */
export async function readList(round: Round, call: 'users' | 'trunks' | 'ip_filters'): Promise<List> {
  const received: unknown[] = [];
  for (let pages = 0; pages < maximumPages; pages += 1) {
    const query = { skip: String(received.length), top: String(pageSize) };
    const page = await round.ask(apiRequest(call, { query }), readPage).catch((thrown: unknown) => asFailure(thrown));
    if (page instanceof Failure && pages === 0) throw page;
    if (page instanceof Failure) return distinct(received, cutFailure(page, received.length));
    received.push(...page.items);
    if (isLast(page, received.length))
      return {
        ...distinct(received, gapOf(page.count, received.length)),
        ...optional('localAddress', page.localAddress),
      };
  }
  return distinct(received, new Failure('protocol', `the list has more than ${maximumPages} pages`));
}

/** Reads one page. A missing or `null` list of entries counts as empty. Throws a `Failure` for other shapes. */
export function readPage(value: unknown, answer?: ApiAnswer): Page {
  const fields = asRecord(value);
  const items = fields?.['items'] ?? [];
  if (fields === undefined || !Array.isArray(items) || !('items' in fields || 'count' in fields))
    throw new Failure('protocol', 'the answer is not a list with "count" and "items"');
  return { items, count: countOf(fields['count']), localAddress: answer?.localAddress };
}

function isLast({ items, count }: Page, received: number): boolean {
  if (items.length === 0) return true;
  return count === undefined ? items.length < pageSize : received >= count;
}

function gapOf(count: number | undefined, received: number): Failure | undefined {
  if (count === undefined || received >= count) return undefined;
  return new Failure('protocol', `the list contains ${received} entries where ${count} were announced`);
}

function cutFailure({ reason, message }: Failure, received: number): Failure {
  return new Failure(reason, `the list ends after ${received} entries: ${message}`);
}

function distinct(received: readonly unknown[], gap: Failure | undefined): List {
  const items = new Map<string, JsonRecord>();
  let malformed = 0;
  for (const value of received) {
    const fields = asRecord(value);
    const id = textOf(fields?.['id']);
    if (fields === undefined || id === '') malformed += 1;
    else if (!items.has(id)) items.set(id, { ...fields, id });
  }
  return { items: [...items.values()], malformed, ...(gap === undefined ? {} : { gap }) };
}
