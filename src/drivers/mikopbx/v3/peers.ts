import type { Peer, PeerState } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { readDevices } from '../../kit/devices.ts';
import { StateTable } from '../../kit/state-table.ts';
import type { Envelope } from '../shared/answers.ts';
import { isInCall, type ListedPeer } from '../shared/peers-list.ts';
import { amountOf, asRecord, isRecord, type JsonRecord, listOf, optional, textOf } from '../../kit/fields.ts';

/**
 * Words of `status` and the meaning of each on its own. The number of devices shows whether an unavailable phone is
 * registered, and the fresh list of `getPeersStatuses` can be more accurate: see {@link statusPeer}.
 */
export const statusStates = new StateTable<PeerState>({
  Available: 'reachable',
  Unavailable: 'unregistered',
  Disabled: 'disabled',
  Unknown: 'unknown',
});

/** One extension of `sip:getStatuses` (2025.1 and newer). */
export interface StatusRow {
  readonly id: string;
  readonly name: string;
  /** `Available`, `Unavailable`, `Unknown`, `Disabled`, as sent. */
  readonly status: string;
  /** Number of registered devices; absent if not reported. */
  readonly devices?: number;
  /** User agents of these devices; empty for a device that reports none. */
  readonly userAgents?: readonly string[];
  readonly roundtripMicroseconds?: number;
}

/**
 * Reads the extensions of `sip:getStatuses`: a map by number, or an empty list. Broken rows are counted. Throws a
 * `Failure`: `protocol` for another shape, `service_unavailable` if the PBX marks the list as outdated.
 */
export function readSipStatuses({ data, notices }: Envelope, skipped: SkipCounter): readonly StatusRow[] {
  if (notices.some((notice) => /^warning:|^error:|stale/.test(notice)))
    throw new Failure(
      'service_unavailable',
      'the PBX returns an old list of phones because it cannot create a new one',
    );
  if (Array.isArray(data) && data.length === 0) return [];
  if (!isRecord(data)) throw new Failure('protocol', 'the list of phones has an unknown format');
  return Object.entries(data).flatMap(([key, row]) => {
    if (isRecord(row) && key !== '' && textOf(row['status']) !== '') return [rowOf(row, key)];
    skipped.add('malformed');
    return [];
  });
}

/** Evidence against which a row is checked. */
export interface StatusEvidence {
  /** The extension in the fresh list of `getPeersStatuses`, if there is one: the row can be 30 s old. */
  readonly listed: ListedPeer | undefined;
  /** Whether Asterisk may have just started. The fresh list then reports phones as down until their first check. */
  readonly firstQualifyPending: boolean;
}

/**
 * Returns a peer from its row, checked against the fresh list. The row also reports a phone as available if its contact
 * has not been checked yet.
 */
export function statusPeer(row: StatusRow, evidence: StatusEvidence, skipped: SkipCounter): Peer {
  const { listed } = evidence;
  const state = stateOf(row, evidence, skipped);
  // If the fresh list is more accurate, the devices of the row are outdated.
  const raised = state === 'reachable' && !isAvailable(row);
  const lowered = isAvailable(row) && row.roundtripMicroseconds !== undefined && state !== 'reachable';
  const doubted = state === 'disabled' || raised || lowered;
  const roundtrip = state === 'reachable' ? row.roundtripMicroseconds : undefined;
  return {
    id: row.id,
    state,
    ...optional('name', row.name),
    ...(row.devices === undefined || doubted ? {} : { registered: row.devices > 0, contacts: row.devices }),
    ...(doubted ? {} : devicesOf(row)),
    ...optional('roundtripMicroseconds', roundtrip),
    ...optional('inCall', listed === undefined ? undefined : isInCall(listed)),
  };
}

/**
 * Returns a peer for which only `getPeersStatuses` can be read. That list does not distinguish an unregistered phone
 * from one that does not answer, so the registration stays unknown.
 */
export function listedPeer(listed: ListedPeer): Peer {
  const states: Readonly<Record<ListedPeer['state'], PeerState>> = {
    ok: 'reachable',
    unknown: 'unreachable',
    unknown_word: 'unknown',
  };
  return { id: listed.id, state: states[listed.state], ...optional('inCall', isInCall(listed)) };
}

function stateOf(row: StatusRow, evidence: StatusEvidence, skipped: SkipCounter): PeerState {
  const said = statusStates.read(row.status, skipped.of(row.id)) ?? 'unknown';
  if (said === 'reachable') return availableState(row, evidence);
  if (said !== 'unregistered') return said;
  if (evidence.listed?.state === 'ok') return 'reachable';
  return row.devices === 0 ? 'unregistered' : 'unreachable';
}

/** Returns the state of an available phone. Without a roundtrip, its contact may not have been checked yet, so the fresh list decides. */
function availableState(row: StatusRow, { listed, firstQualifyPending }: StatusEvidence): PeerState {
  if (row.roundtripMicroseconds === undefined) return listed?.state === 'ok' ? 'reachable' : 'unknown';
  if (!isOutOfService(listed)) return 'reachable';
  return firstQualifyPending ? 'unknown' : 'unreachable';
}

function isAvailable({ status }: StatusRow): boolean {
  return statusStates.find(status) === 'reachable';
}

function isOutOfService(listed: ListedPeer | undefined): boolean {
  return listed?.device === 'unavailable' || listed?.device === 'invalid';
}

function userAgentOf(device: unknown): string {
  return textOf(asRecord(device)?.['user_agent']);
}

function devicesOf({ id, name, userAgents = [] }: StatusRow): Pick<Peer, 'devices'> {
  return readDevices(
    userAgents.map((userAgent) => ({ userAgent })),
    [id, name],
  );
}

function rowOf(row: JsonRecord, key: string): StatusRow {
  const devices = Array.isArray(row['devices']) ? listOf(row['devices']) : undefined;
  const roundtrips = [row['rtt'], ...(devices ?? []).map((device) => (isRecord(device) ? device['rtt'] : undefined))]
    .flatMap((value) => amountOf(value) ?? [])
    .map((milliseconds) => Math.round(milliseconds * 1000));
  return {
    id: key,
    name: textOf(row['callerid']).replace(/\s*<[^<>]*>$/, ''),
    status: textOf(row['status']),
    ...(devices === undefined ? {} : { devices: devices.length, userAgents: devices.map(userAgentOf) }),
    ...(roundtrips.length === 0 ? {} : { roundtripMicroseconds: Math.min(...roundtrips) }),
  };
}
