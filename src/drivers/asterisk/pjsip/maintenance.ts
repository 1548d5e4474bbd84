import type { Peer, Trunk } from '../../../snapshot/reading.ts';
import { type AmiAnswer, field, listItems } from '../ami-message.ts';
import type { ListCache } from '../list-cache.ts';
import type { AskList } from '../list-outcome.ts';

/** Names of the endpoints in maintenance; undefined if that is not reported. */
export type InMaintenance = ReadonlySet<string> | undefined;

/**
 * `PJSIPShowMaintenance` (20.20, 22.10, 23.4): the endpoints whose calls Asterisk refuses because an administrator has put
 * them in maintenance (`pjsip set maintenance on NAME`). Their contacts are still qualified and remain `Reachable`, and their
 * device state is `Not in use` (seen on 22.10.1). Throws a `Failure` if the list is incomplete.
 */
function readMaintenance(answer: AmiAnswer): ReadonlySet<string> {
  const rows = listItems(answer, 'PJSIPMaintenanceStatus');
  return new Set(
    rows.filter((row) => field(row, 'status').toLowerCase() !== 'disabled').map((row) => field(row, 'endpoint')),
  );
}

/**
 * Reads which endpoints are in maintenance. If the list cannot be read, the last one applies for as long as values are kept:
 * a trunk that is switched off must not appear to come back because of one lost answer.
 */
export async function askMaintenance(askList: AskList, listCache: ListCache): Promise<InMaintenance> {
  const outcome = await askList('maintenance', readMaintenance);
  if (outcome.kind === 'read') listCache.rememberMaintenance(outcome.value);
  if (outcome.kind === 'missing') listCache.rememberMaintenance(undefined);
  return listCache.maintenance;
}

/** Adds to the phone whether its calls are refused. */
export function phoneInMaintenance(peer: Peer, names: InMaintenance): Peer {
  return names === undefined ? peer : { ...peer, maintenance: names.has(peer.id) };
}

/** A trunk whose endpoint is in maintenance carries no calls, regardless of its registration and its contacts. */
export function trunkInMaintenance(trunk: Trunk, endpoint: string | undefined, names: InMaintenance): Trunk {
  if (endpoint === undefined || names?.has(endpoint) !== true) return trunk;
  const { registered: _left, ...rest } = trunk;
  return { ...rest, state: 'disabled', rawState: 'maintenance' };
}
