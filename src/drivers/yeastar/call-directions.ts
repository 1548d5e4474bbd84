import type { CallDirection, Calls, Part } from '../../snapshot/reading.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import { goodPart } from '../kit/collectors.ts';

/**
 * The number of calls in each direction, with one request for each. A direction that cannot be read makes the part
 * partial and does not affect the others. Throws a `Failure` if none could be read.
 */
export async function readCallDirections(
  directions: readonly CallDirection[],
  count: (direction: CallDirection) => Promise<number>,
): Promise<Part<Calls>> {
  const value: Partial<Record<CallDirection, number>> = {};
  const failures: Failure[] = [];
  for (const direction of directions) {
    const read = await count(direction).catch((thrown: unknown) => asFailure(thrown));
    if (read instanceof Failure) failures.push(new Failure(read.reason, `${direction} calls: ${read.message}`));
    else value[direction] = read;
  }
  const [first] = failures;
  if (first === undefined) return goodPart(value);
  if (failures.length === directions.length) throw first;
  return { ok: false, reason: first.reason, detail: first.message, value };
}
