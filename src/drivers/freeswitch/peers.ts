import type { Peer, PeerState } from '../../snapshot/reading.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import { readDevices, type ReportedDevice } from '../kit/devices.ts';
import { optional } from '../kit/fields.ts';
import { StateTable } from '../kit/state-table.ts';
import { type Block, type ListShape, readBlocks } from './blocks.ts';

/**
 * `ping-status` of a registration. A new row is `Reachable` and stays so if it is never pinged: an unchecked phone
 * therefore counts as reachable, without a roundtrip.
 */
export const pingStates = new StateTable<Pick<Peer, 'state' | 'registered'>>({
  Reachable: { state: 'reachable', registered: true },
  Unreachable: { state: 'unreachable', registered: true },
});

/** A ping of this time (ms) or longer was answered only after retries or, if it is 32000.xx, not at all. */
const implausibleMs = 5_000;

const registrationList: ListShape = {
  name: 'registrations',
  begin: /^<\?xml[^\n]*\n<profile>\n {2}<registrations>\n/,
  end: '  </registrations>\n</profile>\n',
  tag: 'registration',
  indent: 4,
};

/** One device of a peer. */
export interface Contact {
  /** Id of the peer: the value of label `peer`. */
  readonly id: string;
  readonly state: PeerState;
  readonly roundtripMicroseconds?: number;
  readonly device: ReportedDevice;
}

/**
 * The contacts in the list of one profile. With `domain`, only contacts of this SIP domain, named by the user alone. Rows without
 * a user count as malformed. Throws a `Failure` if the list is incomplete.
 */
export function readContacts(text: string, domain: string | undefined, skipped: SkipCounter): readonly Contact[] {
  const blocks = readBlocks(text, registrationList, () => skipped.add('malformed'));
  return blocks.flatMap((block) => {
    const id = peerId(block.get('user') ?? '', domain);
    if (id === '') skipped.add('malformed');
    return id === undefined || id === '' ? [] : [contactOf(id, block, skipped)];
  });
}

function contactOf(id: string, block: Block, skipped: SkipCounter): Contact {
  const { state } = pingStates.read(block.get('ping-status') ?? '', skipped.of(id)) ?? { state: 'unknown' };
  const roundtrip = roundtripOf(state, block.get('ping-time') ?? '');
  return { id, state, ...optional('roundtripMicroseconds', roundtrip), device: deviceOf(block) };
}

/** The user agent of the device, which is escaped in the list, and its transport from e.g. `Registered(WSS-NAT)(unknown)`. */
function deviceOf(block: Block): ReportedDevice {
  const [, transport = ''] = /^Registered\((UDP|TCP|TLS|WSS?)\b/.exec(block.get('status') ?? '') ?? [];
  return { userAgent: unescaped(block.get('agent') ?? ''), transport: transport.toLowerCase() };
}

const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'" };

function unescaped(text: string): string {
  return text.replaceAll(/&(amp|lt|gt|quot|apos|#39);/g, (entity, name: string) => characters[name] ?? entity);
}

/**
 * The roundtrip in µs, from milliseconds with two decimals. `0.00` is not a measurement, and with any status other than
 * `Reachable`, the number is outdated.
 */
function roundtripOf(state: PeerState, text: string): number | undefined {
  if (state !== 'reachable' || !/^\d{1,6}(?:\.\d+)?$/.test(text)) return undefined;
  const ms = Number(text);
  return ms > 0 && ms < implausibleMs ? Math.round(ms * 1000) : undefined;
}

/**
 * The id of the address that a phone registered. It does not depend on whether the phone percent-encodes the user or how it
 * spells the domain. The empty string if there is no user, undefined if the domain is a different one.
 */
export function peerId(address: string, domain: string | undefined): string | undefined {
  const at = address.lastIndexOf('@');
  const user = decoded(at < 0 ? address : address.slice(0, at));
  const own = at < 0 ? '' : address.slice(at + 1).toLowerCase();
  if (user === '') return '';
  if (domain !== undefined) return own === domain.toLowerCase() ? user : undefined;
  return own === '' ? user : `${user}@${own}`;
}

function decoded(user: string): string {
  try {
    const text = decodeURIComponent(user);
    return /\p{Cc}/u.test(text) ? user : text;
  } catch {
    return user;
  }
}

/** Peers from the contacts of all profiles: reachable if any contact is, otherwise unknown if any contact is, otherwise unreachable. */
export function peersFrom(contacts: readonly Contact[]): readonly Peer[] {
  return [...Map.groupBy(contacts, ({ id }) => id)].map(([id, own]) => {
    const state = bestOf(own.map((contact) => contact.state));
    const roundtrips = own.flatMap(({ roundtripMicroseconds }) => roundtripMicroseconds ?? []);
    return {
      id,
      state,
      ...(state === 'unknown' ? {} : { registered: true }),
      contacts: own.length,
      ...(roundtrips.length === 0 ? {} : { roundtripMicroseconds: Math.min(...roundtrips) }),
      ...readDevices(
        own.map(({ device }) => device),
        [id, id.replace(/@[^@]*$/, '')],
      ),
    };
  });
}

function bestOf(states: readonly PeerState[]): PeerState {
  return (['reachable', 'unknown'] as const).find((state) => states.includes(state)) ?? 'unreachable';
}
