import type { Calls } from '../../snapshot/reading.ts';
import { readJson } from '../kit/answers.ts';
import { asRecord, countOf } from '../kit/fields.ts';
import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import { readText } from './errors.ts';

/** `show calls count as json`: a bridged call counts once, each leg that is not bridged for itself. Throws a `Failure`. */
export function readCalls(answer: ApiAnswer): Calls {
  readText(answer);
  const count = countOf(asRecord(readJson(answer))?.['row_count']);
  if (count === undefined) throw new Failure('protocol', 'the answer is not a number of calls');
  return { all: count };
}
