import type { Peer, PeerState } from '../../../snapshot/reading.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { readDevices } from '../../kit/devices.ts';
import { StateTable } from '../../kit/state-table.ts';
import { isInCall, type ListedPeer } from '../shared/peers-list.ts';
import { optional } from '../../kit/fields.ts';
import type { PeerContact, PeerDetail } from './peer-detail.ts';

/**
 * Contact states of Asterisk (`getSipPeer`). A contact that is never qualified counts as reachable, as it does for the
 * PBX; a contact that waits for its first check is unknown.
 */
export const contactStates = new StateTable<PeerState>({
  Reachable: 'reachable',
  Unreachable: 'unreachable',
  NonQualified: 'unknown',
  Unknown: 'unknown',
  Removed: 'unknown',
});

/** Data besides the list from which the state of a peer is derived. */
export interface PeerEvidence {
  readonly detail: PeerDetail | undefined;
  /** Whether a detail without any contact may be trusted. */
  readonly trustAnonymous: boolean;
  /** Whether this version lists all contacts of an extension; versions up to 2021.2 report only the last one. */
  readonly reportsAllContacts: boolean;
  readonly name: string | undefined;
}

/** Returns a peer of MikoPBX up to 2024 from the list and the answer to `getSipPeer`. An `OK` in the list is never overruled. */
export function legacyPeer(listed: ListedPeer, evidence: PeerEvidence, skipped: SkipCounter): Peer {
  const detail = usableDetail(listed, evidence);
  const state = listed.state === 'ok' ? 'reachable' : stateByDetail(listed, detail, skipped.of(listed.id));
  const roundtrips = (state === 'reachable' ? (detail?.contacts ?? []) : []).flatMap(
    ({ roundtripMicroseconds }) => roundtripMicroseconds ?? [],
  );
  return {
    id: listed.id,
    state,
    ...(detail === undefined ? {} : { registered: detail.contacts.length > 0, ...contactCount(detail, evidence) }),
    ...(roundtrips.length === 0 ? {} : { roundtripMicroseconds: Math.min(...roundtrips) }),
    ...phonesOf(listed, detail, evidence.name),
    ...optional('inCall', isInCall(listed)),
    ...optional('name', evidence.name),
  };
}

function phonesOf(
  { id }: ListedPeer,
  detail: PeerDetail | undefined,
  name = '',
): Pick<Peer, 'devices' | 'registrationExpiry'> {
  const phones = (detail?.contacts ?? []).filter(({ status }) => status !== 'removed');
  const ends = phones.flatMap(({ expiresAt }) => expiresAt ?? []);
  return {
    ...readDevices(phones, [id, name]),
    ...(ends.length === 0 ? {} : { registrationExpiry: Math.max(...ends) }),
  };
}

/**
 * A detail without contacts is ignored if it contradicts the list (the contact appeared or disappeared in between, or
 * belongs to the web phone), or if answers are out of sync.
 */
function usableDetail({ state }: ListedPeer, { detail, trustAnonymous }: PeerEvidence): PeerDetail | undefined {
  if (detail === undefined || !detail.anonymous) return detail;
  return trustAnonymous && state !== 'ok' ? detail : undefined;
}

function stateByDetail({ state }: ListedPeer, detail: PeerDetail | undefined, skipped: SkipCounter): PeerState {
  if (detail === undefined || state === 'unknown_word') return 'unknown';
  if (detail.contacts.length === 0) return 'unregistered';
  const states = detail.contacts.map((contact) => contactState(contact, skipped));
  if (states.includes('reachable')) return 'reachable';
  return states.includes('unknown') ? 'unknown' : 'unreachable';
}

function contactState({ status, qualifyFrequency }: PeerContact, skipped: SkipCounter): PeerState {
  if (status === 'nonqualified' && qualifyFrequency === 0) return 'reachable';
  return contactStates.read(status, skipped) ?? 'unknown';
}

function contactCount({ contacts, several }: PeerDetail, { reportsAllContacts }: PeerEvidence): Pick<Peer, 'contacts'> {
  return reportsAllContacts || several || contacts.length === 0 ? { contacts: contacts.length } : {};
}
