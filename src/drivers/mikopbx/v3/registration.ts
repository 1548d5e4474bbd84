import type { Round } from '../shared/round.ts';
import type { PbxMemory } from '../memory.ts';
import { type Outcome, outcomeOf } from '../shared/answers.ts';
import { leavesRegistrationOpen, type ProviderRow, providerTrunk } from './trunks.ts';
import type { RegistryRow } from '../shared/registry.ts';
import { askRegistry, type TrunkSources } from './trunk-lists.ts';
import type { Trunk } from '../../../snapshot/reading.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { isSwitchedOff, trunkMeaning } from '../shared/trunk-states.ts';

/** Rows of `getRegistry` by id. */
type Registry = ReadonlyMap<string, RegistryRow>;

/**
 * Returns the SIP trunks from the more detailed list. That list leaves two questions open: which of several trunks with
 * the same account is registered, and whether a trunk whose provider answers also has to register. Only for these,
 * `getRegistry` is requested once per round. Throws a `Failure` that ends the round.
 */
export async function sipTrunks(round: Round, memory: PbxMemory, sources: TrunkSources): Promise<readonly Trunk[]> {
  const { skipped } = sources;
  const rows = sources.sip.providers;
  const sharing = trunksSharingAccount(rows);
  const open = new Set(rows.filter((row) => isOpen(row, memory)).map(({ id }) => id));
  const outcome = sharing.size + open.size === 0 ? undefined : await registryOf(round, sources);
  if (outcome?.ok === true) learnAddressTrunks(memory, outcome.value);
  const registry = outcome?.ok === true ? outcome.value : undefined;
  const missing = registry === undefined ? new Set<string>() : new Set([...open].filter((id) => !registry.has(id)));
  const notLoaded = memory.unloadedTrunks.confirmed(missing);
  return rows.map((row) => {
    if (sharing.has(row.id) && !open.has(row.id))
      return trunkSharingAccount(row, registry?.get(row.id)?.state, skipped);
    if (!open.has(row.id)) return providerTrunk(row, skipped, memory.isAddressTrunk(row.id) ? 'none' : 'unknown');
    return openTrunk(row, { registryRow: registry?.get(row.id), notLoaded: notLoaded.has(row.id), skipped });
  });
}

function isOpen(row: ProviderRow, memory: PbxMemory): boolean {
  return leavesRegistrationOpen(row) && !memory.isAddressTrunk(row.id);
}

interface RegistryEvidence {
  readonly registryRow: RegistryRow | undefined;
  /** Whether two readings in a row showed that Asterisk has no registration of this trunk. */
  readonly notLoaded: boolean;
  readonly skipped: SkipCounter;
}

/** Returns a trunk whose far side answers, but whose registration is unknown. */
function openTrunk(row: ProviderRow, { registryRow, notLoaded, skipped }: RegistryEvidence): Trunk {
  if (registryRow?.registering === true)
    return providerTrunk({ ...row, state: registryRow.state }, skipped, 'expected');
  if (registryRow !== undefined) return providerTrunk(row, skipped, 'none');
  const trunk = providerTrunk(row, skipped, 'expected');
  return notLoaded ? { ...trunk, state: 'unregistered', registered: false } : trunk;
}

async function registryOf(round: Round, sources: TrunkSources): Promise<Outcome<Registry>> {
  const outcome = sources.registry ?? (await outcomeOf(askRegistry(round, 'sip', sources.skipped)));
  return outcome.ok ? { ok: true, value: new Map(outcome.value.map((row) => [row.id, row])) } : outcome;
}

/** Stores the trunks of the plain list that do not register. They are cached, because this setting rarely changes. */
function learnAddressTrunks(memory: PbxMemory, registry: Registry): void {
  const enabled = [...registry.values()].filter(({ registering, state }) => !registering && !isSwitchedOff(state));
  memory.addressTrunks.set(new Set(enabled.map(({ id }) => id)));
}

/**
 * Returns the ids of trunks that share user name and host with another one: the PBX matches by these two fields and
 * reports the same state for both trunks.
 */
export function trunksSharingAccount(rows: readonly ProviderRow[]): ReadonlySet<string> {
  const byAccount = Map.groupBy(
    rows.filter(({ username, host, state }) => username !== '' && host !== '' && !isSwitchedOff(state)),
    ({ username, host }) => `${username}@${host}`,
  );
  return new Set(
    [...byAccount.values()].filter((group) => group.length > 1).flatMap((group) => group.map(({ id }) => id)),
  );
}

/**
 * Returns a trunk that shares its user name and host with another one. `registryState` is the state in `getRegistry` for this
 * trunk only. Without it, the state and the measured values are unknown.
 */
export function trunkSharingAccount(row: ProviderRow, registryState: string | undefined, skipped: SkipCounter): Trunk {
  // Trunks by address are checked individually; the others share the result of one registration.
  if (trunkMeaning('providers-sip', row.state)?.registered === undefined) return providerTrunk(row, skipped);
  if (registryState !== undefined && trunkMeaning('registry-sip', registryState)?.state !== 'unknown')
    return providerTrunk({ ...row, state: registryState }, skipped);
  const { registered: _shared, roundtripMicroseconds: _measured, ...rest } = providerTrunk(row, skipped);
  return { ...rest, state: 'unknown' };
}
