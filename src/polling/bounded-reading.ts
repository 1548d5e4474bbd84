import type { Part, Reading } from '../snapshot/reading.ts';
import type { TargetRecord } from '../snapshot/record.ts';
import { withoutRows } from '../snapshot/skipped-rows.ts';

/** Most trunks and most queues of one PBX. Peers have a limit of their own (`peers.limit`), at which they still count. */
export const mostRows = 5_000;
/** Most characters of a text that a PBX gives, e.g. of a name; what is longer ends in `…`. */
export const longestText = 256;

/**
 * A reading within bounds: whatever a PBX answers, it must not fill the page that all PBXs share. Texts are cut first, so
 * that an exclusion meets no endless text; excluded rows do not count towards the bounds.
 */
export function boundedReading(reading: Reading, exclusions: Exclusions = {}): Reading {
  const { peers, trunks, queues, system } = reading;
  const shortened: Reading = {
    ...reading,
    ...(peers && { peers: changed(peers, (rows) => rows.map(withShortTexts)) }),
    ...(trunks && { trunks: changed(trunks, (rows) => rows.map(withShortTexts)) }),
    ...(queues && { queues: changed(withFewRows(queues), (rows) => rows.map(withShortTexts)) }),
    ...(system && { system: changed(system, withShortTexts) }),
  };
  const chosen = withoutExcluded(shortened, exclusions);
  return { ...chosen, ...(chosen.trunks && { trunks: withFewRows(chosen.trunks) }) };
}

function changed<T>(part: Part<T>, change: (value: T) => T): Part<T> {
  return part.value === undefined ? part : { ...part, value: change(part.value) };
}

function withFewRows<Row>(part: Part<readonly Row[]>): Part<readonly Row[]> {
  if (part.value === undefined || part.value.length <= mostRows) return part;
  const value = part.value.slice(0, mostRows);
  if (!part.ok) return { ...part, value };
  const detail = `the list has more than ${mostRows} rows: the rest is left out`;
  return { ...part, ok: false, reason: 'protocol', detail, value };
}

function withShortTexts<Row extends object>(row: Row): Row {
  if (!Object.values(row).some(isOdd)) return row;
  const tidied = Object.entries(row).map(([name, value]) => [name, isOdd(value) ? tidy(value) : value]);
  return { ...row, ...Object.fromEntries(tidied) };
}

function isOdd(value: unknown): value is string {
  return typeof value === 'string' && (value.length > longestText || !value.isWellFormed());
}

/** Halves of surrogate pairs, which UTF-8 cannot hold, become U+FFFD: two ids that will look alike are seen to be one. */
function tidy(text: string): string {
  const short = text.length > longestText ? `${text.slice(0, longestText)}…` : text;
  return short.toWellFormed();
}

/** Rows that the configuration leaves out (`peers.exclude`, `trunks.exclude`): those whose id matches. */
export interface Exclusions {
  readonly peers?: RegExp | undefined;
  readonly trunks?: RegExp | undefined;
}

/** The reading as if the PBX had no such rows: they are in no series, no count and no skipped row. */
function withoutExcluded(reading: Reading, { peers, trunks }: Exclusions): Reading {
  return {
    ...reading,
    ...(reading.peers && peers && { peers: chosenRows(reading.peers, peers) }),
    ...(reading.trunks && trunks && { trunks: chosenRows(reading.trunks, trunks) }),
  };
}

/** The record without rows that are left out from now on. */
export function withoutExcludedRows(record: TargetRecord, { peers, trunks }: Exclusions): TargetRecord {
  const { held } = record;
  return {
    ...record,
    held: {
      ...held,
      ...(held.peers &&
        peers && { peers: { ...held.peers, value: held.peers.value.filter(({ id }) => !peers.test(id)) } }),
      ...(held.trunks &&
        trunks && { trunks: { ...held.trunks, value: held.trunks.value.filter(({ id }) => !trunks.test(id)) } }),
    },
  };
}

function chosenRows<Row extends { readonly id: string }>(
  part: Part<readonly Row[]>,
  pattern: RegExp,
): Part<readonly Row[]> {
  const isExcluded = (id: string): boolean => pattern.test(id);
  const { value, skipped } = part;
  return {
    ...part,
    ...(value === undefined ? {} : { value: value.filter(({ id }) => !isExcluded(id)) }),
    ...(skipped === undefined ? {} : { skipped: withoutRows(skipped, isExcluded) }),
  };
}
