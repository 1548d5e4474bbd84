import type { Trunk } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { isRecord, type JsonRecord, optional, textOf } from '../../kit/fields.ts';
import { StateTable } from '../../kit/state-table.ts';
import { sipHost } from '../shared/answers.ts';
import { requireDomain } from './domain-check.ts';

/** The meaning of a gateway's word; `registered` is absent if nothing registers or the word does not show it. */
type GatewayState = Pick<Trunk, 'state' | 'registered'>;

/**
 * FreeSWITCH's names of gateway states (mod_sofia), and additions of the console. A `NOREG` gateway is configured not to
 * register and is in service. A gateway without a state is unknown, but does not count as a new word.
 */
export const gatewayStates = new StateTable<GatewayState>({
  REGED: { state: 'registered', registered: true },
  NOREG: { state: 'unmonitored' },
  TRYING: { state: 'registering', registered: false },
  REGISTER: { state: 'registering', registered: false },
  UNREGED: { state: 'unregistered', registered: false },
  UNREGISTER: { state: 'unregistered', registered: false },
  EXPIRED: { state: 'unregistered', registered: false },
  FAILED: { state: 'failed', registered: false },
  FAIL_WAIT: { state: 'failed', registered: false },
  TIMEOUT: { state: 'failed', registered: false },
  // Attached to no SIP profile: the administrator detached it, or it could not be started. Can be shown as `disabled`, see
  // `options.parked_gateways`.
  DOWN: { state: 'unregistered', registered: false },
  '': { state: 'unknown' },
});

/** Options for reading gateways. */
export interface GatewayOptions {
  /** SIP domain to which all gateways must belong; undefined if all domains are read. */
  readonly domain?: string | undefined;
  /** State of a gateway that is not attached to a SIP profile. Default: `unregistered`. */
  readonly parked?: 'unregistered' | 'disabled' | undefined;
}

/** Returns the gateways as trunks. Throws a `Failure` (`protocol`) if this is a different list (see `peers.ts` for the cause). */
export function readGateways(payload: unknown, options: GatewayOptions, skipped: SkipCounter): readonly Trunk[] {
  if (!Array.isArray(payload)) throw notGateways();
  const rows: readonly unknown[] = payload;
  const gateways = rows.flatMap((row) => (isGateway(row) ? [row] : []));
  if (rows.length > 0 && !gateways.some((gateway) => typeof gateway['State'] === 'string')) throw notGateways();
  requireDomain(gateways, 'Domain', options.domain);
  if (gateways.length < rows.length) skipped.add('malformed', rows.length - gateways.length);
  return gateways.map((gateway) => trunkFromGateway(gateway, options, skipped));
}

function isGateway(row: unknown): row is JsonRecord {
  return isRecord(row) && gatewayName(row).name !== '';
}

function trunkFromGateway(
  gateway: JsonRecord,
  { parked = 'unregistered' }: GatewayOptions,
  skipped: SkipCounter,
): Trunk {
  const { profile, name } = gatewayName(gateway);
  const word = firstWord(textOf(gateway['State']));
  const said = gatewayStates.read(word, skipped.of(name)) ?? { state: 'unknown' };
  return {
    id: name,
    ...(word === 'DOWN' && parked === 'disabled' ? { state: 'disabled' } : said),
    ...optional('kind', profile),
    ...optional('host', sipHost(textOf(gateway['Data']))),
    ...optional('rawState', word),
  };
}

/** Splits the name of a gateway: `profile::name` while it is attached to a SIP profile, `name` alone when it is down. */
function gatewayName(gateway: JsonRecord): { readonly profile: string; readonly name: string } {
  const text = textOf(gateway['Gateway']);
  const separator = text.lastIndexOf('::');
  if (separator < 0) return { profile: '', name: text };
  return { profile: text.slice(0, separator), name: text.slice(separator + 2) };
}

/**
 * Returns the first word of a state. FreeSWITCH may append ` (retry: 21s)`, which counts down and would create a new
 * label value each time.
 */
function firstWord(text: string): string {
  return text.trim().split(/[\s(]/)[0]?.toUpperCase() ?? '';
}

function notGateways(): Failure {
  return new Failure(
    'protocol',
    'the engine sent something other than its gateways; if this persists, its answers are shifted by one and it must be restarted',
  );
}
