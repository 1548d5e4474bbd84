import { Failure } from '../../transport/failure.ts';
import type { Trunk, TrunkState } from '../../snapshot/reading.ts';
import type { SkipCounter } from '../parts.ts';
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

/** Direction of a word for the state of a trunk: v16 says REGISTERED and UNREGISTERED, v22 says ONLINE and OFFLINE. */
const words: ReadonlyMap<string, 'up' | 'down'> = new Map([
  ['REGISTERED', 'up'],
  ['ONLINE', 'up'],
  ['UNREGISTERED', 'down'],
  ['OFFLINE', 'down'],
]);

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
  const direction = words.get(word);
  if (direction === undefined) skipped.of(id).add('unknown_state');
  const state = direction === undefined ? 'unknown' : trunkState(type, word, direction);
  return { ...identity, ...(word === '' ? {} : { rawState: word }), state, ...registered(type, state) };
}

/** What the word means for this type of trunk: some types are "registered" for ever, whatever happens to them. */
function trunkState(type: ProviderType | undefined, word: string, direction: 'up' | 'down'): TrunkState {
  if (type?.authMode === 'WHATS_APP') return direction === 'up' ? 'reachable' : 'unknown';
  if (registers(type)) return direction === 'up' ? 'registered' : 'unregistered';
  if (type?.authMode === 'TEAMS') return direction === 'up' ? 'reachable' : 'unreachable';
  if (word === 'REGISTERED') return 'unmonitored';
  if (word === 'UNREGISTERED') return type === undefined ? 'unknown' : 'unreachable';
  return checkedState(type, direction);
}

/** v22 checks these trunks with OPTIONS, as far as it is told to. Of unknown type it could be a messaging trunk: no outage. */
function checkedState(type: ProviderType | undefined, direction: 'up' | 'down'): TrunkState {
  if (type === undefined) return direction === 'up' ? 'reachable' : 'unknown';
  if (direction === 'up') return type.keepAlive ? 'reachable' : 'unmonitored';
  return type.keepAlive ? 'unreachable' : 'unknown';
}

function registered(type: ProviderType | undefined, state: TrunkState): { readonly registered?: boolean } {
  return registers(type) && state !== 'unknown' ? { registered: state === 'registered' } : {};
}

/** Whether a registration is expected: of the PBX at the provider, or of a gateway at the PBX. */
function registers(type: ProviderType | undefined): boolean {
  if (type?.authMode === 'ACCEPT_REGISTER') return true;
  return type?.authMode === 'REGISTER_AUTH' && type.registration;
}
