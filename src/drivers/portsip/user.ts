import { Failure } from '../../transport/failure.ts';
import type { Peer } from '../../snapshot/reading.ts';
import { asFields, asText, type Fields } from './fields.ts';

/** An extension as the list of users shows it. Mail, phones and addresses of people are not kept. */
export interface User {
  readonly id: string;
  /** Extension number as text, leading zeros kept. */
  readonly number: string;
  readonly name?: string;
  readonly enabled: boolean;
}

/** What an answer about one user's state tells; `unknown` when it tells nothing. */
export interface UserStatus {
  readonly state: 'reachable' | 'unreachable' | 'unregistered' | 'unknown';
  /** Entries of the registration list, where there is one. */
  readonly contacts?: number;
  readonly inCall?: boolean;
  /** Whether the word for the state is one that we do not know. */
  readonly strange: boolean;
}

/**
 * Words for the state of a user from v16.3 to v22.x, and whether each tells of a call. v16 mixes presence into the
 * state: such a word hides whether there is a call.
 */
const onlineWords: ReadonlyMap<string, boolean | undefined> = new Map([
  ['ONLINE', false],
  ['AVAILABLE', false],
  ['ON_CALL', true],
  ['OTHER_CALL', true],
  ['DO_NOT_DISTURB', undefined],
  ['AWAY', undefined],
  ['BUSINESS_TRIP', undefined],
  ['LUNCH', undefined],
]);
const callPresence: readonly string[] = ['ON_CALL', 'OTHER_CALL', 'RINGING'];

/** An entry of the list of users; undefined for one without an extension, such as an administrator. */
export function readUser(fields: Fields): User | undefined {
  const id = asText(fields['id']);
  const number = asText(fields['extension_number'])?.trim();
  if (id === undefined || number === undefined) return undefined;
  const name = asText(fields['display_name']) ?? asText(fields['name']);
  return { id, number, enabled: fields['enabled'] !== false, ...(name === undefined ? {} : { name }) };
}

/**
 * The state of one user (`GET /users/{id}/status`). Presence never decides: a phone that works may be "away".
 * A sleeping app keeps a registration while its user is offline, so that alone does not make a user reachable either;
 * only where the word for the state is missing or new, the registrations decide. Throws a `Failure` for other shapes.
 */
export function readUserStatus(value: unknown): UserStatus {
  const fields = asFields(value);
  if (fields === undefined) throw new Failure('protocol', 'the state of an extension is not a JSON object');
  const word = asText(fields['status'])?.trim().toUpperCase() ?? '';
  const registrations = Array.isArray(fields['registration']) ? fields['registration'].length : undefined;
  const contacts = registrations === undefined ? {} : { contacts: registrations };
  if (word === 'OFFLINE')
    return {
      state: (registrations ?? 0) > 0 ? 'unreachable' : 'unregistered',
      ...contacts,
      inCall: false,
      strange: false,
    };
  if (onlineWords.has(word)) return { state: 'reachable', ...contacts, ...inCall(word, fields), strange: false };
  if (!('registration' in fields)) return { state: 'unknown', strange: true };
  return { state: (registrations ?? 0) > 0 ? 'reachable' : 'unregistered', ...contacts, strange: true };
}

/** A user as a peer; without a status (not read, or too long ago) its state is `unknown`. */
export function peerFromUser(user: User, status: UserStatus | undefined): Peer {
  const identity = { id: user.number, ...(user.name === undefined ? {} : { name: user.name }) };
  if (!user.enabled) return { ...identity, state: 'disabled' };
  if (status === undefined) return { ...identity, state: 'unknown' };
  const { strange: _counted, ...told } = status;
  return { ...identity, ...told };
}

function inCall(word: string, fields: Fields): { readonly inCall?: boolean } {
  if (callPresence.includes(asText(fields['presence'])?.toUpperCase() ?? '')) return { inCall: true };
  const told = onlineWords.get(word);
  return told === undefined ? {} : { inCall: told };
}
