import type { Trunk } from '../../snapshot/reading.ts';
import type { SkipCounter } from '../parts.ts';
import { type ProviderRow, providerTrunk } from './providers.ts';

/** Words of `providers:getStatuses` for a trunk that registers: what it shares with its twin. */
const registrationWords: readonly string[] = ['registered', 'unregistered', 'rejected'];

/** Ids of trunks that share user name and host with another one: the PBX matches by these two and gives both one verdict. */
export function twinsOf(rows: readonly ProviderRow[]): ReadonlySet<string> {
  const byAccount = Map.groupBy(
    rows.filter(({ username, host, state }) => username !== '' && host !== '' && state.toUpperCase() !== 'OFF'),
    ({ username, host }) => `${username}@${host}`,
  );
  return new Set(
    [...byAccount.values()].filter((group) => group.length > 1).flatMap((group) => group.map(({ id }) => id)),
  );
}

/**
 * A trunk that shares user name and host with another one. `told` is the word that `getRegistry` has for this one alone;
 * without it the state is unknown, and so is everything that was measured for either of the two.
 */
export function twinTrunk(row: ProviderRow, told: string | undefined, skipped: SkipCounter): Trunk {
  if (!registrationWords.includes(row.state.toLowerCase())) return providerTrunk(row, skipped);
  if (told !== undefined && told !== 'UNKNOWN') return providerTrunk({ ...row, state: told }, skipped);
  const { registered: _shared, roundtripMicroseconds: _measured, ...rest } = providerTrunk(row, skipped);
  return { ...rest, state: 'unknown' };
}
