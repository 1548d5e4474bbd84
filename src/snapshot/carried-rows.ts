import type { Part } from './reading.ts';
import type { Retained } from './record.ts';

interface Identified {
  readonly id: string;
}

/** Read times of rows that were missing from a partial read: monotonic time (ms) by id. */
export type ReadTimes = ReadonlyMap<string, number>;

/** A read, combined with rows of earlier reads that it did not replace, and their read times. */
export interface Carried<Row> {
  readonly part: Part<readonly Row[]>;
  readonly carried?: ReadTimes;
}

/**
 * Combines a read with the rows retained from earlier reads. A partial read replaces the rows that it contains; other retained
 * rows keep their read time and are dropped when they are too old. A row with only an id was listed but not read, so the
 * retained row is used instead. A complete read replaces everything; a failed read without rows replaces nothing.
 */
export function carryRows<Row extends Identified>(
  retained: Retained<readonly Row[]> | undefined,
  part: Part<readonly Row[]>,
  isFresh: (readAt: number) => boolean,
): Carried<Row> {
  if (part.ok || part.value === undefined || retained === undefined) return { part };
  const read = new Set(part.value.filter(isRead).map(({ id }) => id));
  const others = retained.value.filter((row) => !read.has(row.id) && isFresh(readAtOf(retained, row)));
  if (others.length === 0) return { part };
  const carried = new Map(others.map((row) => [row.id, readAtOf(retained, row)]));
  const oldest = Math.min(part.oldestReadAt ?? Infinity, ...carried.values());
  const brought = part.value.filter(({ id }) => !carried.has(id));
  return { part: { ...part, value: [...brought, ...others.map(withoutPassed)], oldestReadAt: oldest }, carried };
}

/** The row without its passed states, which were already counted when it was read. */
function withoutPassed<Row extends Identified>(row: Row): Row {
  if (!('passed' in row)) return row;
  const rest = { ...row };
  Reflect.deleteProperty(rest, 'passed');
  return rest;
}

function isRead(row: Identified): boolean {
  return Object.keys(row).length > 1;
}

/** Returns retained rows without those that are too old; `retained` itself if there are none. */
export function withoutStaleRows<Row extends Identified>(
  retained: Retained<readonly Row[]>,
  isFresh: (readAt: number) => boolean,
): Retained<readonly Row[]> {
  if (retained.carried === undefined || [...retained.carried.values()].every(isFresh)) return retained;
  return { ...retained, value: retained.value.filter((row) => isFresh(readAtOf(retained, row))) };
}

function readAtOf(retained: Retained<unknown>, { id }: Identified): number {
  return retained.carried?.get(id) ?? retained.readAt;
}
