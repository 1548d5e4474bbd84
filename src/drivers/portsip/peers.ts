import type { Peer } from '../../snapshot/reading.ts';
import { StateTable } from '../kit/state-table.ts';
import { readDevices, type ToldDevice } from '../kit/devices.ts';
import { requiredRecord } from '../kit/answers.ts';
import { asRecord, type JsonRecord, optional, textOf } from '../kit/fields.ts';

/** An extension as the list of users shows it. Mail, phones and addresses of people are not kept. */
export interface User {
  readonly id: string;
  /** Extension number as text, leading zeros kept. */
  readonly number: string;
  readonly name?: string;
  readonly enabled: boolean;
}

/** How the administrator wants to see the user of a sleeping mobile app, which a push message wakes for a call. */
export type PushState = 'reachable' | 'unregistered';

/** The state of one user, from an answer. */
export interface UserStatus {
  /** `asleep`: only mobile apps that a push message wakes; `unknown`: nothing is reported. */
  readonly state: 'reachable' | 'asleep' | 'unregistered' | 'unknown';
  /** Registered devices, where the PBX lists them. */
  readonly contacts?: number;
  readonly devices?: readonly ToldDevice[];
  readonly inCall?: boolean;
  /** The word for the state, if it is not in the table. */
  readonly unknownWord?: string;
}

type Meaning = Pick<UserStatus, 'state' | 'inCall'>;

/**
 * Words for the state of a user (`status` in the schema of `GET /users/{id}/status`), v16.3 to v22.x. v16 mixes presence
 * into the state: such a word hides whether there is a call.
 */
export const userStates = new StateTable<Meaning>({
  ONLINE: { state: 'reachable', inCall: false },
  AVAILABLE: { state: 'reachable', inCall: false },
  ON_CALL: { state: 'reachable', inCall: true },
  OTHER_CALL: { state: 'reachable', inCall: true },
  DO_NOT_DISTURB: { state: 'reachable' },
  AWAY: { state: 'reachable' },
  BUSINESS_TRIP: { state: 'reachable' },
  LUNCH: { state: 'reachable' },
  // Unless an entry of `registration` has `enable_push`: "PushOnline" in the portal, see `offline`.
  OFFLINE: { state: 'unregistered', inCall: false },
});
/** Words of `presence` (v22) that indicate a call; none of them shows whether a phone can be reached. */
const callPresence: readonly string[] = ['ON_CALL', 'OTHER_CALL', 'RINGING'];

/**
 * An entry of the list of users; `'no extension'` for an entry without one, such as an administrator; undefined for an
 * entry without an identity.
 */
export function readUser(fields: JsonRecord): User | 'no extension' | undefined {
  const id = textOf(fields['id']);
  if (id === '') return undefined;
  const extension = fields['extension_number'] ?? '';
  if (typeof extension === 'string' && extension.trim() === '') return 'no extension';
  const number = textOf(extension);
  if (number === '') return undefined;
  const name = textOf(fields['display_name']) || textOf(fields['name']);
  return { id, number, enabled: fields['enabled'] !== false, ...optional('name', name) };
}

/**
 * The state of one user (`GET /users/{id}/status`). Presence never decides: a phone that works may be "away".
 * Only if the word for the state is missing or new, the registrations decide. Throws a `Failure` for other shapes.
 */
export function readUserStatus(value: unknown): UserStatus {
  const fields = requiredRecord(value, 'the state of an extension');
  const word = textOf(fields['status']).toUpperCase();
  const devices = Array.isArray(fields['registration']) ? fields['registration'] : undefined;
  const meaning = userStates.find(word);
  if (meaning?.state === 'unregistered') return { ...meaning, ...offline(devices) };
  const contacts = devices === undefined ? {} : registeredDevices(devices);
  if (meaning !== undefined) return { ...meaning, ...contacts, ...presentCall(fields) };
  if (!('registration' in fields)) return { state: 'unknown', unknownWord: word };
  return { state: (devices ?? []).length > 0 ? 'reachable' : 'unregistered', ...contacts, unknownWord: word };
}

/** A user as a peer; without a status (not read, or too long ago) its state is `unknown`. */
export function peerFromUser(user: User, status: UserStatus | undefined, push: PushState): Peer {
  const identity = { id: user.number, ...(user.name === undefined ? {} : { name: user.name }) };
  if (!user.enabled) return { ...identity, state: 'disabled' };
  if (status === undefined) return { ...identity, state: 'unknown' };
  const { unknownWord: _counted, state, devices = [], ...told } = status;
  const shown = readDevices(devices, [user.number, user.name ?? '']);
  return { ...identity, ...told, ...shown, state: state === 'asleep' ? push : state };
}

/** For a user who is offline, only the apps that a push message wakes are still registered; other entries are outdated. */
function offline(devices: readonly unknown[] | undefined): Partial<UserStatus> {
  if (devices === undefined) return {};
  const apps = devices.filter((device) => asRecord(device)?.['enable_push'] === true);
  return { ...registeredDevices(apps), ...(apps.length > 0 ? { state: 'asleep' } : {}) };
}

/** An app that sends no `user_agent` still has its name in `application`. */
function registeredDevices(devices: readonly unknown[]): Pick<UserStatus, 'contacts' | 'devices'> {
  const told = devices.map((device): ToldDevice => {
    const fields = asRecord(device) ?? {};
    return {
      userAgent: textOf(fields['user_agent']) || textOf(fields['application']),
      uri: textOf(fields['contact_address']),
    };
  });
  return { contacts: devices.length, ...(told.length === 0 ? {} : { devices: told }) };
}

function presentCall(fields: JsonRecord): { readonly inCall?: true } {
  return callPresence.includes(textOf(fields['presence']).toUpperCase()) ? { inCall: true } : {};
}
