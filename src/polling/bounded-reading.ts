import type { Part, Reading } from '../snapshot/reading.ts';
import type { TargetRecord } from '../snapshot/record.ts';
import { withoutRows } from '../snapshot/skipped-rows.ts';

/** Maximum number of trunks and of queues of one PBX. Peers have their own limit (`peers.limit`); peers beyond it still count in totals. */
export const maximumRows = 5_000;
/** Maximum number of characters of a text from a PBX, e.g. a name. Longer texts are cut and end in `…`. */
export const longestText = 256;

/**
 * Returns the reading within its limits, so that one PBX cannot fill the page that all PBXs share. Texts are cut before
 * exclusions are applied, so that no pattern runs on an unlimited text. Excluded rows do not count towards the limits.
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
  if (part.value === undefined || part.value.length <= maximumRows) return part;
  const value = part.value.slice(0, maximumRows);
  if (!part.ok) return { ...part, value };
  const detail = `the list has more than ${maximumRows} rows: the rest is left out`;
  return { ...part, ok: false, reason: 'protocol', detail, value };
}

function withShortTexts<Row extends object>(row: Row): Row {
  if (!Object.values(row).some(isOdd)) return row;
  const cleaned = Object.entries(row).map(([name, value]) => [name, isOdd(value) ? clean(value) : value]);
  return { ...row, ...Object.fromEntries(cleaned) };
}

function isOdd(value: unknown): value is string {
  return typeof value === 'string' && (value.length > longestText || !value.isWellFormed());
}

/**
 * Cuts a long text and replaces unpaired surrogates, which UTF-8 cannot encode, by U+FFFD. Ids that would be identical
 * in the output are thus recognized as duplicates.
 */
function clean(text: string): string {
  const short = text.length > longestText ? `${text.slice(0, longestText)}…` : text;
  return short.toWellFormed();
}

/** Patterns for the ids of rows to leave out (`peers.exclude`, `trunks.exclude`). */
export interface Exclusions {
  readonly peers?: RegExp | undefined;
  readonly trunks?: RegExp | undefined;
}

/** Returns the reading without excluded rows, which then appear in no series, no count and no list of skipped rows. */
function withoutExcluded(reading: Reading, { peers, trunks }: Exclusions): Reading {
  return {
    ...reading,
    ...(reading.peers && peers && { peers: chosenRows(reading.peers, peers) }),
    ...(reading.trunks && trunks && { trunks: chosenRows(reading.trunks, trunks) }),
  };
}

/** Returns the record without the rows that a changed configuration excludes. */
export function withoutExcludedRows(record: TargetRecord, { peers, trunks }: Exclusions): TargetRecord {
  const { retained } = record;
  return {
    ...record,
    retained: {
      ...retained,
      ...(retained.peers &&
        peers && { peers: { ...retained.peers, value: retained.peers.value.filter(({ id }) => !peers.test(id)) } }),
      ...(retained.trunks &&
        trunks && {
          trunks: { ...retained.trunks, value: retained.trunks.value.filter(({ id }) => !trunks.test(id)) },
        }),
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
