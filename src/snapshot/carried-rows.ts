import type { Part } from './reading.ts';
import type { Held } from './record.ts';

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
 * Combines a read with the rows held from earlier reads. A partial read replaces the rows that it contains; other held
 * rows keep their read time and are dropped when they are too old. A row with only an id was listed but not read, so the
 * held row is used instead. A complete read replaces everything; a failed read without rows replaces nothing.
 */
export function carryRows<Row extends Identified>(
  held: Held<readonly Row[]> | undefined,
  part: Part<readonly Row[]>,
  isFresh: (readAt: number) => boolean,
): Carried<Row> {
  if (part.ok || part.value === undefined || held === undefined) return { part };
  const read = new Set(part.value.filter(isRead).map(({ id }) => id));
  const others = held.value.filter((row) => !read.has(row.id) && isFresh(readAtOf(held, row)));
  if (others.length === 0) return { part };
  const carried = new Map(others.map((row) => [row.id, readAtOf(held, row)]));
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

/** Returns held rows without those that are too old; `held` itself if there are none. */
export function withoutStaleRows<Row extends Identified>(
  held: Held<readonly Row[]>,
  isFresh: (readAt: number) => boolean,
): Held<readonly Row[]> {
  if (held.carried === undefined || [...held.carried.values()].every(isFresh)) return held;
  return { ...held, value: held.value.filter((row) => isFresh(readAtOf(held, row))) };
}

function readAtOf(held: Held<unknown>, { id }: Identified): number {
  return held.carried?.get(id) ?? held.readAt;
}
