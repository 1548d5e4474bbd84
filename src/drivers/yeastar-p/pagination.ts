import type { Clock } from '../../clock.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import type { ApiAnswer, ApiRequest } from '../../transport/request.ts';
import type { Conversation } from '../driver.ts';
import { asRecord, countOf, type JsonRecord, textOf } from '../kit/fields.ts';
import { dataNotFound, errcodeFailure } from './errors.ts';
import { type PSeriesCall, readRequest } from './requests.ts';
import { optionalData, readOutcome } from './answers.ts';

/** Requested number of rows per page. The guides name no maximum; if the usual number is refused, the smaller one is used. */
const pageSizes = { usual: 500, small: 100 } as const;
/** `PARAMETER SYNTAX ERROR`, `PARAMETER ERROR`, `MAX LIMITATION EXCEEDED`: possible answers to a request for too many rows. */
const tooManyRows: readonly string[] = ['40001', '40002', '60002'];
/** No PBX has a list with more pages than this. */
const maximumPages = 1000;
/** Time (ms) after rows were read during which a bare `DATA NOT FOUND` does not mean an empty list. */
const doubtMs = 60 * 60_000;

/** A list that was read page by page. */
export interface PagedList {
  readonly rows: readonly unknown[];
  /** The failure if a page could not be read, or if the PBX announced more rows than it returned. */
  readonly shortfall?: Failure;
}

interface Page {
  readonly total: number | undefined;
  readonly rows: readonly unknown[];
}

/** An answer without rows: `DATA NOT FOUND` without proof that the list is empty, or a refusal of the page size. */
type NoPage = 'not found' | 'too many rows';

/** Reads the paged lists of one PBX, and remembers between rounds how to request them. */
export class PageReader {
  readonly #clock: Clock;
  #pageSize: number = pageSizes.usual;
  /** Monotonic time (ms) at which a list last had rows. */
  readonly #rowsReadAt = new Map<PSeriesCall, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Reads a list to its end: until `total_number` rows have been read or a page contains nothing new. A row that is on
   * two pages, because something was added meanwhile, is kept once. Throws a `Failure` when the first page cannot be
   * read.
   */
  async read(conversation: Conversation, call: PSeriesCall): Promise<PagedList> {
    const seen = new Set<string>();
    const rows: unknown[] = [];
    for (let number = 1; number <= maximumPages; number += 1) {
      const page = await this.#page(conversation, call, number).catch((thrown: unknown) => asFailure(thrown));
      if (page instanceof Failure && number === 1) throw page;
      if (page instanceof Failure) return { rows, shortfall: cut(page, rows.length) };
      const fresh = page.rows.filter((row) => isFresh(row, seen));
      rows.push(...fresh);
      if (fresh.length > 0) this.#rowsReadAt.set(call, this.#clock.monotonicTime());
      if (page.total !== undefined && rows.length >= page.total) return { rows };
      if (fresh.length === 0) return { rows, ...shortfall(rows.length, page.total) };
    }
    throw new Failure('protocol', `the list has more than ${maximumPages} pages`);
  }

  async #page(conversation: Conversation, call: PSeriesCall, number: number): Promise<Page> {
    const ask = (size: number): Promise<Page | NoPage> =>
      conversation.ask({ request: pageRequest(call, number, size), read: (answer) => readPage(answer, size) });
    let page = await ask(this.#pageSize);
    if (page === 'too many rows') {
      this.#pageSize = pageSizes.small;
      page = await ask(this.#pageSize);
    }
    if (typeof page === 'object') return page;
    if (number === 1 && this.#isEmpty(call)) return { total: 0, rows: [] };
    throw errcodeFailure(dataNotFound);
  }

  /**
   * Whether a bare `DATA NOT FOUND` means that the list is empty. No PBX is without extensions, and trunks or queues
   * that existed a moment ago are more likely hidden by a failure than deleted.
   */
  #isEmpty(call: PSeriesCall): boolean {
    const readAt = this.#rowsReadAt.get(call) ?? -Infinity;
    return call !== 'extension_list' && this.#clock.monotonicTime() - readAt > doubtMs;
  }
}

function readPage(answer: ApiAnswer, size: number): Page | NoPage {
  const { errcode, fields } = readOutcome(answer);
  if (errcode === dataNotFound) return provesEmptiness(fields) ? { total: 0, rows: [] } : 'not found';
  if (tooManyRows.includes(errcode) && size > pageSizes.small) return 'too many rows';
  if (errcode !== '0') throw errcodeFailure(errcode);
  const total = countOf(fields['total_number']);
  if (fields['data'] === undefined && total !== 0) throw new Failure('protocol', 'the answer has no list "data"');
  return { total, rows: optionalData(fields) };
}

/**
 * Whether the answer proves that the list is empty: besides its code and message, it has fields, and all of them are 0 or
 * blank.
 */
function provesEmptiness({ errcode: _code, errmsg: _message, ...rest }: JsonRecord): boolean {
  const values = Object.values(rest);
  return values.length > 0 && values.every(isBlank);
}

function isBlank(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === null || textOf(value) === '' || textOf(value) === '0';
}

function pageRequest(call: PSeriesCall, page: number, size: number): ApiRequest {
  return readRequest(call, { page: String(page), page_size: String(size), sort_by: 'id', order_by: 'asc' });
}

function isFresh(row: unknown, seen: Set<string>): boolean {
  const id = textOf(asRecord(row)?.['id']);
  if (id === '') return true;
  const before = seen.size;
  return seen.add(id).size > before;
}

function cut({ reason, message }: Failure, read: number): Failure {
  return new Failure(reason, `the list ends after ${read} rows: ${message}`);
}

function shortfall(read: number, total: number | undefined): Pick<PagedList, 'shortfall'> {
  if (total === undefined) return {};
  return { shortfall: new Failure('protocol', `the PBX returned ${read} rows where it announced ${total}`) };
}
