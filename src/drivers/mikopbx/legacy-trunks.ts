import type { Trunk } from '../../snapshot/reading.ts';
import type { SkipCounter } from '../parts.ts';
import type { PbxMemory } from './memory.ts';
import type { RegistryRow } from './registry.ts';
import { type ListedNames, registrySource, registryTrunk } from './registry-trunks.ts';
import { trunkWord } from './trunk-words.ts';

/** What the trunks of a MikoPBX up to 2024 are judged by. */
export interface LegacyTrunkEvidence {
  /** Names in the list of phones of this round. */
  readonly names: ListedNames;
  readonly memory: PbxMemory;
  readonly skipped: SkipCounter;
}

/**
 * The trunks by their rows. An IAX trunk that is said to be gone is unknown until the next round says so again: after a start of
 * Asterisk it reads like that until it has registered anew.
 */
export function legacyTrunks(
  rows: readonly RegistryRow[],
  { names, memory, skipped }: LegacyTrunkEvidence,
): readonly Trunk[] {
  const gone = new Set(rows.filter((row) => isGone(row, names)).map(({ id }) => id));
  const confirmed = memory.goneTrunks.confirmed(gone);
  return rows.map((row) => {
    const trunk = registryTrunk(row, registrySource(row, names), skipped);
    return gone.has(row.id) && !confirmed.has(row.id) ? unknownYet(trunk) : trunk;
  });
}

function isGone(row: RegistryRow, names: ListedNames): boolean {
  return (
    row.kind === 'iax' && trunkWord(registrySource(row, names), row.state)?.state === 'unregistered' && row.noRegister
  );
}

function unknownYet({ registered: _unconfirmed, ...trunk }: Trunk): Trunk {
  return { ...trunk, state: 'unknown' };
}
