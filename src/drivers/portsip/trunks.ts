import type { Trunk, TrunkState } from '../../snapshot/reading.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import { requiredRecord } from '../kit/answers.ts';
import { type JsonRecord, optional, textOf } from '../kit/fields.ts';
import { StateTable } from '../kit/state-table.ts';

/** A trunk in the list of providers. */
export interface Provider {
  readonly id: string;
  readonly name?: string;
  readonly host?: string;
  readonly enabled: boolean;
}

/** The properties that determine the meaning of a trunk's state (`GET /providers/{id}`). */
export interface ProviderType {
  /** `REGISTER_AUTH`, `IP_AUTH`, `ACCEPT_REGISTER`, `TEAMS`, `WHATS_APP`, or an unknown word. */
  readonly authMode?: string;
  /** Whether the PBX registers with the provider ("Need registration"). */
  readonly registration: boolean;
  /** Whether the PBX checks the provider with OPTIONS. */
  readonly keepAlive: boolean;
}

/**
 * The meanings of one word for the state of a trunk, by kind of evidence ("Configuring SIP Trunk" in the administration
 * guide, and the list of changes). Some trunks are always REGISTERED or ONLINE, whatever their real state.
 */
export interface TrunkMeanings {
  /** The PBX registers with the provider, or a gateway registers with the PBX. */
  readonly registration: TrunkState;
  /** Microsoft Teams. */
  readonly teams: TrunkState;
  /** WhatsApp. It carries messages but no calls, and was always OFFLINE before v22.2.11, so that is never shown as an outage. */
  readonly messaging: TrunkState;
  /** Checked with OPTIONS. "Down" is the result of a check, but "up" is also reported for trunks that are not checked. */
  readonly checked: TrunkState;
  /** Not checked ("keep alive" is off). */
  readonly unchecked: TrunkState;
  /** The type was never read, so the trunk may be of any kind. */
  readonly notRead: TrunkState;
}

/** Words for the state of a trunk and their meanings by kind of evidence. v16 has the first two words, v22 the other two. */
export const trunkStates = new StateTable<TrunkMeanings>({
  REGISTERED: {
    registration: 'registered',
    teams: 'reachable',
    messaging: 'reachable',
    checked: 'unmonitored',
    unchecked: 'unmonitored',
    notRead: 'unmonitored',
  },
  UNREGISTERED: {
    registration: 'unregistered',
    teams: 'unreachable',
    messaging: 'unknown',
    checked: 'unreachable',
    unchecked: 'unreachable',
    notRead: 'unknown',
  },
  ONLINE: {
    registration: 'registered',
    teams: 'reachable',
    messaging: 'reachable',
    checked: 'unmonitored',
    unchecked: 'unmonitored',
    notRead: 'unmonitored',
  },
  OFFLINE: {
    registration: 'unregistered',
    teams: 'unreachable',
    messaging: 'unknown',
    checked: 'unreachable',
    unchecked: 'unknown',
    notRead: 'unknown',
  },
});

/** Reads an entry of the list of trunks; undefined if it has no id. */
export function readProvider(fields: JsonRecord): Provider | undefined {
  const id = textOf(fields['id']);
  if (id === '') return undefined;
  return {
    id,
    enabled: fields['enabled'] !== false,
    ...optional('name', textOf(fields['name'])),
    ...optional('host', textOf(fields['hostname'])),
  };
}

/** Reads the type of a trunk; missing fields have the defaults of the API reference. Throws a `Failure` for other shapes. */
export function readProviderType(value: unknown): ProviderType {
  const fields = requiredRecord(value, 'the answer about a trunk');
  return {
    registration: fields['registration'] !== false,
    keepAlive: fields['keep_alive'] !== false,
    ...optional('authMode', textOf(fields['auth_mode']).toUpperCase()),
  };
}

/** Reads the PBX's own word for the state of a trunk, empty if there is none. Throws a `Failure` for other shapes. */
export function readTrunkStatus(value: unknown): string {
  const fields = requiredRecord(value, 'the state of a trunk');
  return textOf(fields['status']).toUpperCase();
}

/** Returns a trunk with all data that is known about it. Without a word (not read, or too old), its state is `unknown`. */
export function trunkFromProvider(
  provider: Provider,
  type: ProviderType | undefined,
  word: string | undefined,
  skipped: SkipCounter,
): Trunk {
  const { id, name, host, enabled } = provider;
  const identity = {
    id,
    ...optional('name', name),
    ...optional('host', host),
    ...optional('kind', type?.authMode?.toLowerCase()),
  };
  if (!enabled) return { ...identity, state: 'disabled' };
  if (word === undefined) return { ...identity, state: 'unknown' };
  const evidence = evidenceFor(type);
  const state = trunkStates.read(word, skipped.of(id))?.[evidence];
  return {
    ...identity,
    state: state ?? 'unknown',
    ...optional('rawState', word),
    ...(evidence === 'registration' && state !== undefined ? { registered: state === 'registered' } : {}),
  };
}

/** Returns the kind of evidence for a trunk of this type. An unknown type is treated like a trunk by address, which is checked. */
function evidenceFor(type: ProviderType | undefined): keyof TrunkMeanings {
  if (type === undefined) return 'notRead';
  const { authMode, registration, keepAlive } = type;
  if (authMode === 'ACCEPT_REGISTER' || (authMode === 'REGISTER_AUTH' && registration)) return 'registration';
  if (authMode === 'TEAMS') return 'teams';
  if (authMode === 'WHATS_APP') return 'messaging';
  return keepAlive ? 'checked' : 'unchecked';
}
