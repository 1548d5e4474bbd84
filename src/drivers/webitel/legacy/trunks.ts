import type { Trunk, TrunkState } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { isObject, type JsonObject, textField } from '../json.ts';
import { sipHost } from '../names.ts';
import { demandDomain } from './shape.ts';

/**
 * FreeSWITCH's names of gateway states (mod_sofia).
 * `NOREG` does not register by its configuration and is in service.
 */
const states: Readonly<Record<string, TrunkState>> = {
  REGED: 'registered',
  NOREG: 'unmonitored',
  TRYING: 'registering',
  REGISTER: 'registering',
  UNREGED: 'unregistered',
  UNREGISTER: 'unregistered',
  EXPIRED: 'unregistered',
  FAILED: 'failed',
  FAIL_WAIT: 'failed',
  TIMEOUT: 'failed',
};

/** What the console calls a gateway that is attached to no SIP profile: by the admin, or because it could not be started. */
const parkedWord = 'DOWN';

/** How gateways are understood. */
export interface GatewayOptions {
  /** SIP domain that all of them must belong to; undefined where all domains are read. */
  readonly domain?: string | undefined;
  /** State of a gateway that is not attached to a SIP profile. Default: `unregistered`. */
  readonly parked?: 'unregistered' | 'disabled' | undefined;
}

const withoutRegistration: readonly TrunkState[] = ['unmonitored', 'disabled', 'unknown'];

/**
 * The gateways as trunks.
 * Throws a `Failure` (`protocol`) when this is some other list (see `accounts.ts` for how that comes about).
 */
export function readGateways(payload: unknown, options: GatewayOptions, skipped: SkipCounter): readonly Trunk[] {
  if (!Array.isArray(payload)) throw notGateways();
  const rows: readonly unknown[] = payload;
  const gateways = rows.flatMap((row) => (isGateway(row) ? [row] : []));
  if (rows.length > 0 && !gateways.some((gateway) => typeof gateway['State'] === 'string')) throw notGateways();
  demandDomain(gateways, 'Domain', options.domain);
  if (gateways.length < rows.length) skipped.add('malformed', rows.length - gateways.length);
  return gateways.map((gateway) => trunkFromGateway(gateway, options, skipped));
}

function isGateway(row: unknown): row is JsonObject {
  return isObject(row) && gatewayName(row).name !== '';
}

function trunkFromGateway(
  gateway: JsonObject,
  { parked = 'unregistered' }: GatewayOptions,
  skipped: SkipCounter,
): Trunk {
  const { profile, name } = gatewayName(gateway);
  const word = firstWord(textField(gateway, 'State') ?? '');
  const state = word === parkedWord ? parked : gatewayState(word, skipped.of(name));
  const host = sipHost(textField(gateway, 'Data') ?? '');
  return {
    id: name,
    state,
    ...(profile === '' ? {} : { kind: profile }),
    ...(host === undefined ? {} : { host }),
    ...(word === '' ? {} : { rawState: word }),
    ...(withoutRegistration.includes(state) ? {} : { registered: state === 'registered' }),
  };
}

/** `profile::name` while the gateway is attached to a SIP profile, `name` alone when it is down. */
function gatewayName(gateway: JsonObject): { readonly profile: string; readonly name: string } {
  const text = (textField(gateway, 'Gateway') ?? '').trim();
  const separator = text.lastIndexOf('::');
  if (separator < 0) return { profile: '', name: text };
  return { profile: text.slice(0, separator), name: text.slice(separator + 2) };
}

/** FreeSWITCH may add ` (retry: 21s)`, which counts down and would be a new label value every time. */
function firstWord(text: string): string {
  return text.trim().split(/[\s(]/)[0]?.toUpperCase() ?? '';
}

function gatewayState(word: string, skipped: SkipCounter): TrunkState {
  const known = Object.hasOwn(states, word) ? states[word] : undefined;
  if (known === undefined && word !== '') skipped.add('unknown_state');
  return known ?? 'unknown';
}

function notGateways(): Failure {
  return new Failure(
    'protocol',
    'the engine sent something else than its gateways; if this stays, its answers are shifted by one and it must be restarted',
  );
}
