import type { Trunk } from '../../../snapshot/reading.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { type ProviderRow, providerTrunk } from './trunks.ts';
import { isSwitchedOff, trunkMeaning } from '../shared/trunk-states.ts';

/** Ids of trunks that share user name and host with another one: the PBX matches by these two and gives both one verdict. */
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
 * A trunk that shares user name and host with another one. `told` is the word that `getRegistry` has for this one alone;
 * without it the state is unknown, and so is everything that was measured for either of the two.
 */
export function trunkSharingAccount(row: ProviderRow, told: string | undefined, skipped: SkipCounter): Trunk {
  // Trunks by address are checked one by one; what the others share is the result of their registration.
  if (trunkMeaning('providers-sip', row.state)?.registered === undefined) return providerTrunk(row, skipped);
  if (told !== undefined && trunkMeaning('registry-sip', told)?.state !== 'unknown')
    return providerTrunk({ ...row, state: told }, skipped);
  const { registered: _shared, roundtripMicroseconds: _measured, ...rest } = providerTrunk(row, skipped);
  return { ...rest, state: 'unknown' };
}
