import type { Calls } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import { longestCall, sentAt } from '../../kit/answers.ts';
import { asRecord, countOf, listOf } from '../../kit/fields.ts';
import { readBody } from './errors.ts';

/**
 * Understands `GET /api/v2/calls` (FreeSWITCH `show calls`): their number, and the age of the oldest. The direction in it is that of the
 * first leg as seen by FreeSWITCH, which is inbound for every call that a phone begins.
 * Throws a `Failure`.
 */
export function readCalls(answer: ApiAnswer): Calls {
  const body = readBody(answer, 'the account may not read calls');
  const count = countOf(body['row_count']);
  const rows = body['rows'];
  if (count === undefined) throw new Failure('protocol', 'the answer is not a list of calls');
  if (Array.isArray(rows) && rows.length !== count)
    throw new Failure('protocol', `the list holds ${rows.length} calls where ${count} were announced`);
  const begun = listOf(rows).map((row) => countOf(asRecord(row)?.['created_epoch']));
  return { all: count, ...longestCall(begun, sentAt(answer)) };
}
