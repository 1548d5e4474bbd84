import { Failure } from '../../transport/failure.ts';
import type { Trunk, TrunkState } from '../../snapshot/reading.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import { asFields, asText, type Fields } from './fields.ts';

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

/** Words for the state of a trunk: v16 has the first two, v22 the other two. */
const words = ['REGISTERED', 'UNREGISTERED', 'ONLINE', 'OFFLINE'] as const;
type Word = (typeof words)[number];

/**
 * What the words mean, by what stands behind them ("Configuring SIP Trunk" in the administration guide, and the list of
 * changes): some trunks are REGISTERED or ONLINE for ever, whatever happens to them.
 */
export const trunkStates = {
  /** The PBX registers at the provider, or a gateway at the PBX. */
  registration: ['registered', 'unregistered', 'registered', 'unregistered'],
  /** Microsoft Teams. */
  teams: ['reachable', 'unreachable', 'reachable', 'unreachable'],
  /** WhatsApp carries messages and no calls, and was always OFFLINE before v22.2.11: never an outage. */
  messaging: ['reachable', 'unknown', 'reachable', 'unknown'],
  /** Checked with OPTIONS: what is down was found to be so, but "up" is said of every other trunk as well. */
  checked: ['unmonitored', 'unreachable', 'unmonitored', 'unreachable'],
  /** Checked with nothing ("keep alive" off). */
  unchecked: ['unmonitored', 'unreachable', 'unmonitored', 'unknown'],
  /** The type was never read, so it could be any of these. */
  notRead: ['unmonitored', 'unknown', 'unmonitored', 'unknown'],
} as const satisfies Readonly<Record<string, readonly [TrunkState, TrunkState, TrunkState, TrunkState]>>;

/** An entry of the list of trunks; undefined without an id. */
export function readProvider(fields: Fields): Provider | undefined {
  const id = asText(fields['id']);
  if (id === undefined) return undefined;
  const name = asText(fields['name']);
  const host = asText(fields['hostname']);
  return {
    id,
    enabled: fields['enabled'] !== false,
    ...(name === undefined ? {} : { name }),
    ...(host === undefined ? {} : { host }),
  };
}

/** The type of a trunk; what is blank has the default of the API reference. Throws a `Failure` for other shapes. */
export function readProviderType(value: unknown): ProviderType {
  const fields = asFields(value);
  if (fields === undefined) throw new Failure('protocol', 'the answer about a trunk is not a JSON object');
  const authMode = asText(fields['auth_mode'])?.trim().toUpperCase();
  return {
    registration: fields['registration'] !== false,
    keepAlive: fields['keep_alive'] !== false,
    ...(authMode === undefined ? {} : { authMode }),
  };
}

/** The PBX's own word for the state of a trunk, empty when it gave none. Throws a `Failure` for other shapes. */
export function readTrunkWord(value: unknown): string {
  const fields = asFields(value);
  if (fields === undefined) throw new Failure('protocol', 'the state of a trunk is not a JSON object');
  return asText(fields['status'])?.trim().toUpperCase() ?? '';
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
    ...(name === undefined ? {} : { name }),
    ...(host === undefined ? {} : { host }),
    ...(type?.authMode === undefined ? {} : { kind: type.authMode.toLowerCase() }),
  };
  if (!enabled) return { ...identity, state: 'disabled' };
  if (word === undefined) return { ...identity, state: 'unknown' };
  const known = words.find((one) => one === word);
  if (known === undefined) skipped.of(id).add('unknown_state');
  const told = { ...identity, ...(word === '' ? {} : { rawState: word }) };
  return known === undefined ? { ...told, state: 'unknown' } : { ...told, ...meaningOf(known, evidenceFor(type)) };
}

function meaningOf(word: Word, evidence: keyof typeof trunkStates): Pick<Trunk, 'state' | 'registered'> {
  const state = trunkStates[evidence][words.indexOf(word)] ?? 'unknown';
  return { state, ...(evidence === 'registration' ? { registered: state === 'registered' } : {}) };
}

/** What stands behind the word for a trunk of this type; a type that is not known here is checked like one by address. */
function evidenceFor(type: ProviderType | undefined): keyof typeof trunkStates {
  if (type === undefined) return 'notRead';
  const { authMode, registration, keepAlive } = type;
  if (authMode === 'ACCEPT_REGISTER' || (authMode === 'REGISTER_AUTH' && registration)) return 'registration';
  if (authMode === 'TEAMS') return 'teams';
  if (authMode === 'WHATS_APP') return 'messaging';
  return keepAlive ? 'checked' : 'unchecked';
}
