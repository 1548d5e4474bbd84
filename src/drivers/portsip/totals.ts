import type { Part, SystemFacts } from '../../snapshot/reading.ts';
import { Failure } from '../../transport/failure.ts';
import { goodPart } from '../kit/collectors.ts';
import { asRecord, countOf, optional, textOf } from '../kit/fields.ts';

/** What is used of the totals of a tenant (`GET /tenant/status`) or of the whole system (`GET /admin/status`). */
export interface Totals {
  readonly version?: string;
  readonly currentCalls?: number;
}

/** The totals. Licence keys and news in the same answer are not kept. Throws a `Failure` for other shapes. */
export function readTotals(value: unknown): Totals {
  const fields = asRecord(value);
  if (fields === undefined) throw new Failure('protocol', 'the totals are not a JSON object');
  const version = /^\s*v?(\d+(?:\.\d+)*)/i.exec(textOf(fields['version']))?.[1];
  const currentCalls = countOf(fields['current_calls']);
  return {
    ...optional('version', version),
    ...optional('currentCalls', currentCalls),
  };
}

/** Throws a `Failure` when the number of calls is not told. */
export function callsPart({ currentCalls }: Totals): Part<{ readonly all: number }> {
  if (currentCalls === undefined) throw new Failure('protocol', 'the PBX did not tell its number of calls');
  return goodPart({ all: currentCalls });
}

/** What the PBX says of itself: its version, where it tells it. */
export function systemPart({ version }: Totals): Part<SystemFacts> {
  return goodPart(optional('version', version));
}
