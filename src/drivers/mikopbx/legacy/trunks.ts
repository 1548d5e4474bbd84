import type { Trunk } from '../../../snapshot/reading.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { isOlder } from '../generation.ts';
import type { Registries } from './trunk-lists.ts';
import type { PbxMemory } from '../memory.ts';
import type { ListedPeer } from '../shared/peers-list.ts';
import { type ListedNames, type RegistryRow, registrySource, registryTrunk } from '../shared/registry.ts';
import { optional } from '../../kit/fields.ts';
import type { PeerDetail } from './peer-detail.ts';
import { answersOptions, trunkMeaning } from '../shared/trunk-states.ts';

/** Evidence for the states of trunks of a MikoPBX up to 2024. */
export interface LegacyTrunkEvidence {
  /** Names in the list of phones of this round. */
  readonly names: ListedNames;
  readonly memory: PbxMemory;
  readonly skipped: SkipCounter;
}

/**
 * Returns the trunks from their rows and contacts. An IAX trunk that is reported as gone is unknown until the next round
 * confirms it: after a start of Asterisk, every such trunk is reported as gone until it registers again.
 */
export function legacyTrunks(
  rows: readonly RegistryRow[],
  { names, memory, skipped }: LegacyTrunkEvidence,
): readonly Trunk[] {
  const gone = new Set(rows.filter(isGone).map(({ id }) => id));
  const confirmed = memory.goneTrunks.confirmed(gone);
  return rows.map((row) => {
    const trunk = registryTrunk(row, registrySource(row, names), skipped);
    const named = { ...trunk, ...optional('name', memory.trunkNames.value?.get(row.id)) };
    if (gone.has(row.id) && !confirmed.has(row.id)) return unknownYet(named);
    return withContact(named, memory.details.get(row.id));
  });
}

/**
 * Returns the trunks whose contacts are requested, like those of phones: all that the list of this round reports as
 * good. This report proves little, because the list shows `OK` for every configured address, and `REGISTERED` for a
 * provider that no longer answers. Returns none for versions before 2022.1, where a request with a name unknown to
 * Asterisk shifts all later answers of that process.
 */
export function trunksToRequest(
  registries: Registries | undefined,
  { version }: PbxMemory,
): readonly (readonly [string, ListedPeer])[] {
  const reported = version.value;
  if (reported === undefined || isOlder(reported, [2022, 1])) return [];
  if (registries?.sip.ok !== true) return [];
  const well = registries.sip.value.filter(({ state }) => {
    const said = trunkMeaning('registry-sip', state)?.state;
    return said === 'registered' || said === 'unmonitored';
  });
  return well.map(({ id }) => [id, { id, state: 'ok', names: [id] }]);
}

/** Adds the state of the contact, because a registered trunk may no longer answer. A contact that has not been checked is ignored. */
function withContact(trunk: Trunk, detail: PeerDetail | undefined): Trunk {
  const isWell = trunk.state === 'registered' || trunk.state === 'unmonitored';
  if (trunk.kind !== 'sip' || detail === undefined || !isWell) return trunk;
  const answers = detail.contacts.map(({ status }) => answersOptions(status));
  if (answers.includes(true)) {
    const roundtrips = detail.contacts.flatMap(({ roundtripMicroseconds }) => roundtripMicroseconds ?? []);
    const state = trunk.state === 'unmonitored' ? 'reachable' : trunk.state;
    return { ...trunk, state, ...(roundtrips.length > 0 && { roundtripMicroseconds: Math.min(...roundtrips) }) };
  }
  const isSilent = answers.length > 0 && answers.every((answer) => answer === false);
  return isSilent ? { ...trunk, state: 'unreachable' } : trunk;
}

function isGone(row: RegistryRow): boolean {
  return row.noRegister && trunkMeaning('registry-iax-inbound', row.state)?.state === 'unregistered';
}

function unknownYet({ registered: _unconfirmed, ...trunk }: Trunk): Trunk {
  return { ...trunk, state: 'unknown' };
}
