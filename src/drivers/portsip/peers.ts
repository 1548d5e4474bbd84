import type { Peer } from '../../snapshot/reading.ts';
import { StateTable } from '../kit/state-table.ts';
import { readDevices, type ReportedDevice } from '../kit/devices.ts';
import { requiredRecord } from '../kit/answers.ts';
import { asRecord, type JsonRecord, optional, textOf } from '../kit/fields.ts';

/** An extension in the list of users. Mail addresses, phone numbers and postal addresses of people are not kept. */
export interface User {
  readonly id: string;
  /** Extension number as text, with leading zeros. */
  readonly number: string;
  readonly name?: string;
  readonly enabled: boolean;
}

/** How to show a user whose only registration is a sleeping mobile app, which a push message wakes for a call. */
export type PushState = 'reachable' | 'unregistered';

/** The state of one user. */
export interface UserStatus {
  /** `asleep`: only mobile apps that a push message wakes are registered; `unknown`: nothing is reported. */
  readonly state: 'reachable' | 'asleep' | 'unregistered' | 'unknown';
  /** Number of registered devices, if the PBX lists them. */
  readonly contacts?: number;
  readonly devices?: readonly ReportedDevice[];
  readonly inCall?: boolean;
  /** The word for the state, if it is not in the table. */
  readonly unknownState?: string;
}

type Meaning = Pick<UserStatus, 'state' | 'inCall'>;

/**
 * Words for the state of a user (`status` in the schema of `GET /users/{id}/status`), v16.3 to v22.x. v16 mixes presence
 * into the state; such a word does not show whether there is a call.
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
 * Reads an entry of the list of users. Returns `'no extension'` for an entry without one, such as an administrator, and
 * undefined for an entry without an id or with an unreadable number.
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
 * Reads the state of one user (`GET /users/{id}/status`). Presence never decides, because a working phone may be "away".
 * The registrations decide only if the word for the state is missing or unknown. Throws a `Failure` for other shapes.
 */
export function readUserStatus(value: unknown): UserStatus {
  const fields = requiredRecord(value, 'the state of an extension');
  const word = textOf(fields['status']).toUpperCase();
  const devices = Array.isArray(fields['registration']) ? fields['registration'] : undefined;
  const meaning = userStates.find(word);
  if (meaning?.state === 'unregistered') return { ...meaning, ...offline(devices) };
  const contacts = devices === undefined ? {} : registeredDevices(devices);
  if (meaning !== undefined) return { ...meaning, ...contacts, ...presentCall(fields) };
  if (!('registration' in fields)) return { state: 'unknown', unknownState: word };
  return { state: (devices ?? []).length > 0 ? 'reachable' : 'unregistered', ...contacts, unknownState: word };
}

/** Returns a user as a peer. Without a status (not read, or too old), its state is `unknown`. */
export function peerFromUser(user: User, status: UserStatus | undefined, push: PushState): Peer {
  const identity = { id: user.number, ...(user.name === undefined ? {} : { name: user.name }) };
  if (!user.enabled) return { ...identity, state: 'disabled' };
  if (status === undefined) return { ...identity, state: 'unknown' };
  const { unknownState: _counted, state, devices = [], ...reported } = status;
  const shown = readDevices(devices, [user.number, user.name ?? '']);
  return { ...identity, ...reported, ...shown, state: state === 'asleep' ? push : state };
}

/** Adds the apps of an offline user that a push message wakes. Only these are still registered; other entries are outdated. */
function offline(devices: readonly unknown[] | undefined): Partial<UserStatus> {
  if (devices === undefined) return {};
  const apps = devices.filter((device) => asRecord(device)?.['enable_push'] === true);
  return { ...registeredDevices(apps), ...(apps.length > 0 ? { state: 'asleep' } : {}) };
}

/** Returns the registered devices. For an app that sends no `user_agent`, `application` contains its name. */
function registeredDevices(devices: readonly unknown[]): Pick<UserStatus, 'contacts' | 'devices'> {
  const reported = devices.map((device): ReportedDevice => {
    const fields = asRecord(device) ?? {};
    return {
      userAgent: textOf(fields['user_agent']) || textOf(fields['application']),
      uri: textOf(fields['contact_address']),
    };
  });
  return { contacts: devices.length, ...(reported.length === 0 ? {} : { devices: reported }) };
}

function presentCall(fields: JsonRecord): { readonly inCall?: true } {
  return callPresence.includes(textOf(fields['presence']).toUpperCase()) ? { inCall: true } : {};
}
