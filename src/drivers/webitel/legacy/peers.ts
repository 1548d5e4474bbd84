import type { Peer } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { isRecord, type JsonRecord, optional, textOf } from '../../kit/fields.ts';
import { StateTable } from '../../kit/state-table.ts';
import { decodePercent } from '../shared/answers.ts';
import { requireDomain } from './domain-check.ts';

/**
 * Words of `state`, the registration of the device, SIP or WebRTC. (`online` is a WebSocket of the web client and does
 * not show the registration.) An account without a state is unknown, but does not count as a new word.
 */
export const accountStates = new StateTable<Pick<Peer, 'state' | 'registered' | 'inCall'>>({
  ONHOOK: { state: 'reachable', registered: true, inCall: false },
  ISBUSY: { state: 'reachable', registered: true, inCall: true },
  NONREG: { state: 'unregistered', registered: false },
  '': { state: 'unknown' },
});

/**
 * Returns the accounts of a domain as peers. The payload is an object keyed by user id, in no fixed order. Throws a
 * `Failure` (`protocol`) if it is a different list: after one lost reply of the console, the engine answers every later
 * request with the answer to another one.
 */
export function readAccounts(payload: unknown, domain: string | undefined, skipped: SkipCounter): readonly Peer[] {
  if (!isRecord(payload)) throw notAccounts();
  const rows = Object.entries(payload);
  const accounts = rows.flatMap(([key, row]) => (isAccount(key, row) ? [row] : []));
  if (rows.length > 0 && !isAccountList(rows, accounts.length)) throw notAccounts();
  requireDomain(accounts, 'domain', domain);
  if (accounts.length < rows.length) skipped.add('malformed', rows.length - accounts.length);
  return accounts.map((account) => peerFromAccount(account, skipped));
}

function isAccount(key: string, row: unknown): row is JsonRecord {
  return isRecord(row) && key.trim() !== '' && textOf(row['id']) === key.trim();
}

/**
 * Reports whether the rows can only be accounts. A row without `state` is accepted if other rows have it and every row
 * contains its key: rows of another table have neither.
 */
function isAccountList(rows: readonly (readonly [string, unknown])[], withKey: number): boolean {
  const objects = rows.flatMap(([, row]) => (isRecord(row) ? [row] : []));
  const withState = objects.filter((row) => typeof row['state'] === 'string').length;
  if (withState === 0 || withKey === 0) return false;
  return withState === objects.length || withKey === rows.length;
}

function peerFromAccount(account: JsonRecord, skipped: SkipCounter): Peer {
  const id = textOf(account['id']);
  return {
    id,
    ...optional('name', decodePercent(textOf(account['name'])).trim()),
    ...(accountStates.read(textOf(account['state']), skipped.of(id)) ?? { state: 'unknown' }),
  };
}

function notAccounts(): Failure {
  return new Failure(
    'protocol',
    'the engine sent something other than its accounts; if this persists, its answers are shifted by one and it must be restarted',
  );
}
