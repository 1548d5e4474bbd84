import type { Trunk, TrunkState } from '../../snapshot/reading.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import { requiredRecord } from '../kit/answers.ts';
import { type JsonRecord, optional, textOf } from '../kit/fields.ts';
import { StateTable } from '../kit/state-table.ts';

/** A trunk as the list of providers shows it. */
export interface Provider {
  readonly id: string;
  readonly name?: string;
  readonly host?: string;
  readonly enabled: boolean;
}

/** What decides about the meaning of a trunk's state (`GET /providers/{id}`). */
export interface ProviderType {
  /** `REGISTER_AUTH`, `IP_AUTH`, `ACCEPT_REGISTER`, `TEAMS`, `WHATS_APP`, or a word that we do not know. */
  readonly authMode?: string;
  /** Whether the PBX registers with the provider ("Need registration"). */
  readonly registration: boolean;
  /** Whether the PBX checks the provider with OPTIONS. */
  readonly keepAlive: boolean;
}

/**
 * The evidence for a word for the state of a trunk ("Configuring SIP Trunk" in the administration guide, and the list
 * of changes): some trunks are always REGISTERED or ONLINE, whatever happens to them.
 */
export interface TrunkMeanings {
  /** The PBX registers at the provider, or a gateway at the PBX. */
  readonly registration: TrunkState;
  /** Microsoft Teams. */
  readonly teams: TrunkState;
  /** WhatsApp carries messages and no calls, and was always OFFLINE before v22.2.11: never an outage. */
  readonly messaging: TrunkState;
  /** Checked with OPTIONS: "down" is the result of a check, but "up" is also reported for every other trunk. */
  readonly checked: TrunkState;
  /** Checked with nothing ("keep alive" off). */
  readonly unchecked: TrunkState;
  /** The type was never read, so it could be any of these. */
  readonly notRead: TrunkState;
}

/** Words for the state of a trunk, by the evidence for them: v16 has the first two, v22 the other two. */
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

/** An entry of the list of trunks; undefined without an id. */
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

/** The type of a trunk; what is blank has the default of the API reference. Throws a `Failure` for other shapes. */
export function readProviderType(value: unknown): ProviderType {
  const fields = requiredRecord(value, 'the answer about a trunk');
  return {
    registration: fields['registration'] !== false,
    keepAlive: fields['keep_alive'] !== false,
    ...optional('authMode', textOf(fields['auth_mode']).toUpperCase()),
  };
}

/** The PBX's own word for the state of a trunk, empty when it gave none. Throws a `Failure` for other shapes. */
export function readTrunkWord(value: unknown): string {
  const fields = requiredRecord(value, 'the state of a trunk');
  return textOf(fields['status']).toUpperCase();
}

/** A trunk with what is known of it; without a word (not read, or too long ago) its state is `unknown`. */
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

/** The evidence for the word of a trunk of this type; an unknown type is treated like a trunk by address, which is checked. */
function evidenceFor(type: ProviderType | undefined): keyof TrunkMeanings {
  if (type === undefined) return 'notRead';
  const { authMode, registration, keepAlive } = type;
  if (authMode === 'ACCEPT_REGISTER' || (authMode === 'REGISTER_AUTH' && registration)) return 'registration';
  if (authMode === 'TEAMS') return 'teams';
  if (authMode === 'WHATS_APP') return 'messaging';
  return keepAlive ? 'checked' : 'unchecked';
}
