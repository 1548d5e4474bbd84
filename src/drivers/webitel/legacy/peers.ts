import type { Peer } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { idField, isObject, type JsonObject, textField } from '../json.ts';
import { decodePercent } from '../names.ts';
import { demandDomain } from './shape.ts';

type KnownState = Pick<Peer, 'state' | 'registered' | 'inCall'>;

/** `state`: registration of the device, SIP or WebRTC. `online` is a WebSocket of the web client and says nothing about it. */
const states: Readonly<Record<string, KnownState>> = {
  ONHOOK: { state: 'reachable', registered: true, inCall: false },
  ISBUSY: { state: 'reachable', registered: true, inCall: true },
  NONREG: { state: 'unregistered', registered: false },
};

/**
 * The accounts of a domain as peers: an object keyed by user id, whose order is not the engine's.
 * Throws a `Failure` (`protocol`) when this is some other list: one lost reply of the console makes the engine answer
 * every later request with the answer to another one.
 */
export function readAccounts(payload: unknown, domain: string | undefined, skipped: SkipCounter): readonly Peer[] {
  if (!isObject(payload)) throw notAccounts();
  const rows = Object.entries(payload);
  const accounts = rows.flatMap(([key, row]) => (isAccount(key, row) ? [row] : []));
  if (rows.length > 0 && !isAccountList(rows, accounts.length)) throw notAccounts();
  demandDomain(accounts, 'domain', domain);
  if (accounts.length < rows.length) skipped.add('malformed', rows.length - accounts.length);
  return accounts.map((account) => peerFromAccount(account, skipped));
}

function isAccount(key: string, row: unknown): row is JsonObject {
  return isObject(row) && idField(row, 'id') === key.trim();
}

/**
 * Whether the rows can only be accounts. One without `state` is believed as long as others have it and every row bears its
 * key: rows of another table have neither.
 */
function isAccountList(rows: readonly (readonly [string, unknown])[], withKey: number): boolean {
  const objects = rows.flatMap(([, row]) => (isObject(row) ? [row] : []));
  const withState = objects.filter((row) => typeof row['state'] === 'string').length;
  if (withState === 0 || withKey === 0) return false;
  return withState === objects.length || withKey === rows.length;
}

function peerFromAccount(account: JsonObject, skipped: SkipCounter): Peer {
  const name = decodePercent(textField(account, 'name') ?? '').trim();
  const id = idField(account, 'id') ?? '';
  return {
    id,
    ...(name === '' ? {} : { name }),
    ...accountState(textField(account, 'state') ?? '', skipped.of(id)),
  };
}

function accountState(text: string, skipped: SkipCounter): KnownState {
  const word = text.trim().toUpperCase();
  const known = Object.hasOwn(states, word) ? states[word] : undefined;
  if (known === undefined && word !== '') skipped.add('unknown_state');
  return known ?? { state: 'unknown' };
}

function notAccounts(): Failure {
  return new Failure(
    'protocol',
    'the engine sent something else than its accounts; if this stays, its answers are shifted by one and it must be restarted',
  );
}
