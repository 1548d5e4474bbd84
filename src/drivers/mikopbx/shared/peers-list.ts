import { Failure } from '../../../transport/failure.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import type { Envelope, Outcome } from './answers.ts';
import { StateTable } from '../../kit/state-table.ts';
import { isRecord, textOf } from '../../kit/fields.ts';

/** Words of `state`: the state of the phone's contacts, by which the PBX decides whether to ring the phone. */
export const listedStates = new StateTable<ListedPeer['state']>({ OK: 'ok', UNKNOWN: 'unknown' });

/** Device states of the Asterisk core (`detailed-state`) that show whether the phone is in use. Other states do not show it. */
export const deviceStates = new StateTable<{ readonly inCall: boolean }>({
  'Not in use': { inCall: false },
  'In use': { inCall: true },
  Busy: { inCall: true },
  Ringing: { inCall: true },
  'Ring+Inuse': { inCall: true },
  'On Hold': { inCall: true },
});

/** One extension of `getPeersStatuses`, merged with its web phone. */
export interface ListedPeer {
  /** Extension number as text. */
  readonly id: string;
  /**
   * `ok`: the PBX would ring it, or it is in use. `unknown`: it is not registered or does not answer; in versions
   * without a device state, it may also be ringing or in a call. `unknown_word`: the word is not known.
   */
  readonly state: 'ok' | 'unknown' | 'unknown_word';
  /** Asterisk's device state in lower case, if the version reports it (from 2024.2 on), e.g. `not in use`. */
  readonly device?: string;
  /** The names of the extension in the list and for `getSipPeer`, e.g. `201` and `201-WS`. */
  readonly names: readonly string[];
}

/** An answer to `getPeersStatuses`. */
export interface PeersList {
  /** Extensions by number. */
  readonly peers: ReadonlyMap<string, ListedPeer>;
  /** Number of all rows, including trunks and broken ones: a list with any row comes from a running Asterisk. */
  readonly rows: number;
  /** Names as they appear in the list, including trunks, e.g. `201-WS`, `SIP-TRUNK-AB12CD34-AUTH`. */
  readonly names: ReadonlySet<string>;
  /** Counts of malformed rows and unknown words. */
  readonly skipped: SkipCounter;
}

/** The answer to `getPeersStatuses` in this round: always fresh, because the PBX queries Asterisk for it. */
export type FreshStatuses = Outcome<PeersList>;

const betterFirst: readonly ListedPeer['state'][] = ['ok', 'unknown', 'unknown_word'];

/**
 * Reads the extensions in an answer to `getPeersStatuses`, by number. Leaves out trunks: all ids that begin with `SIP-`
 * or `IAX-`. Broken rows and unknown words are counted. Throws a `Failure` (`protocol`) if the answer contains no list.
 */
export function readPeersStatuses({ data }: Envelope, skipped: SkipCounter): PeersList {
  if (!Array.isArray(data)) throw new Failure('protocol', 'the list of phones is not a list');
  const rows = data as readonly unknown[];
  const peers = new Map<string, ListedPeer>();
  for (const row of rows) {
    const peer = readRow(row);
    if (peer === undefined) skipped.add('malformed');
    if (peer === undefined || /^(SIP|IAX)-/i.test(peer.id)) continue;
    if (peer.state === 'unknown_word') skipped.of(peer.id).unknownState(stateWord(row));
    const other = peers.get(peer.id);
    peers.set(peer.id, other === undefined ? peer : merge(other, peer));
  }
  const names = new Set(rows.map((row) => (isRecord(row) ? textOf(row['id']) : '')));
  return { peers, rows: rows.length, names, skipped };
}

/** Reports whether the list contains a working phone, which proves that Asterisk is running. */
export function hasReachablePhone(list: FreshStatuses): boolean {
  return list.ok && [...list.value.peers.values()].some(({ state }) => state === 'ok');
}

/** Reports whether the phone is in use according to its device state; undefined if that is missing or unknown. */
export function isInCall({ device }: ListedPeer): boolean | undefined {
  return device === undefined ? undefined : deviceStates.find(device)?.inCall;
}

/**
 * Returns the number of an extension, without the suffixes that the PBX adds for its web phone (`-WS`) and its
 * authentication (`-AUTH`).
 */
export function plainNumber(name: string): string {
  return name.replace(/(-(WS|AUTH))+$/i, '');
}

function stateWord(row: unknown): string {
  return isRecord(row) ? textOf(row['state']) : '';
}

function readRow(row: unknown): ListedPeer | undefined {
  if (!isRecord(row)) return undefined;
  const name = textOf(row['id']).replace(/-AUTH$/i, '');
  const word = stateWord(row);
  const id = plainNumber(name);
  if (id === '' || word === '') return undefined;
  const device = textOf(row['detailed-state']).toLowerCase();
  return { id, state: stateOf(word, device), names: [name], ...(device === '' ? {} : { device }) };
}

/**
 * Returns the state of a phone. The PBX also reports `UNKNOWN` for a phone that is on hold, or that rings during a call;
 * only the device state, if reported, shows this.
 */
function stateOf(word: string, device: string): ListedPeer['state'] {
  const state = listedStates.find(word) ?? 'unknown_word';
  return state === 'unknown' && deviceStates.find(device)?.inCall === true ? 'ok' : state;
}

function merge(one: ListedPeer, other: ListedPeer): ListedPeer {
  const [better, worse] =
    betterFirst.indexOf(other.state) < betterFirst.indexOf(one.state) ? [other, one] : [one, other];
  const device = isInCall(worse) === true ? worse.device : better.device;
  return {
    id: better.id,
    state: better.state,
    names: [...new Set([...one.names, ...other.names])].toSorted(),
    ...(device === undefined ? {} : { device }),
  };
}
