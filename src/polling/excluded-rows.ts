import type { Part, Reading } from '../snapshot/reading.ts';
import type { TargetRecord } from '../snapshot/record.ts';
import { withoutRows } from '../snapshot/skipped-rows.ts';

/** Rows that the configuration leaves out (`peers.exclude`, `trunks.exclude`): those whose id matches. */
export interface Exclusions {
  readonly peers?: RegExp | undefined;
  readonly trunks?: RegExp | undefined;
}

/** The reading as if the PBX had no such rows: they are in no series, no count and no skipped row. */
export function withoutExcluded(reading: Reading, { peers, trunks }: Exclusions): Reading {
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
