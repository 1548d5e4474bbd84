import type { Trunk, TrunkState } from '../../snapshot/reading.ts';
import type { SkipCounter } from '../parts.ts';
import type { RegistryRow } from './registry.ts';
import { optional } from './shapes.ts';

/**
 * SIP words. `OK` is a trunk by address: configured, but not checked. `REJECTED` is said for every failed
 * registration, a silent or unknown server included.
 */
const sipStates: ReadonlyMap<string, TrunkState> = new Map([
  ['REGISTERED', 'registered'],
  ['UNREGISTERED', 'unregistered'],
  ['REJECTED', 'rejected'],
  ['OK', 'unmonitored'],
  ['OFF', 'disabled'],
  ['UNKNOWN', 'unknown'],
]);

/** IAX words of trunks that register with a provider. `ERROR REGISTER.` also stands for trunks that are well. */
const iaxRegisteringStates: ReadonlyMap<string, TrunkState> = new Map([
  ['REGISTERED', 'registered'],
  ['UNREGISTERED', 'unregistered'],
  ['REQUEST SENT', 'registering'],
  ['AUTH. SENT', 'registering'],
  ['REJECTED', 'rejected'],
  ['NO AUTHENTICATION', 'rejected'],
  ['TIMEOUT', 'failed'],
  ['ERROR REGISTER.', 'unknown'],
  ['UNKNOWN', 'unknown'],
  ['OFF', 'disabled'],
]);

/** IAX words of trunks that do not register. */
const iaxCheckedStates: ReadonlyMap<string, TrunkState> = new Map([
  ['OK', 'reachable'],
  ['LAGGED', 'reachable'],
  ['UNREACHABLE', 'unreachable'],
  ['UNKNOWN', 'unknown'],
  ['OFF', 'disabled'],
]);

/** States in which a registration is expected and its result is known. */
const registrationExpected: ReadonlyMap<TrunkState, boolean> = new Map([
  ['registered', true],
  ['registering', false],
  ['unregistered', false],
  ['rejected', false],
  ['failed', false],
]);

/** What the versions say differently. */
export interface RegistryDialect {
  /** Up to 2024 a trunk that registers with us (its host is empty) and has no contact reads `UNKNOWN`; later it always does. */
  readonly unknownMeansUnregistered: boolean;
}

/** A trunk from its row of `getRegistry`. Words that are not known are counted and shown as `unknown`. */
export function registryTrunk(row: RegistryRow, dialect: RegistryDialect, skipped: SkipCounter): Trunk {
  const known = row.kind === 'sip' ? sipState(row, dialect) : iaxState(row);
  if (known === undefined) skipped.of(row.id).add('unknown_state');
  const state = known ?? 'unknown';
  return {
    id: row.id,
    kind: row.kind,
    state,
    rawState: row.state,
    ...optional('host', row.host),
    ...optional('registered', registrationExpected.get(state)),
    ...(state === 'reachable' ? optional('roundtripMicroseconds', row.roundtripMicroseconds) : {}),
  };
}

/**
 * Whether any row proves that Asterisk is there. While it is away the list holds switched-off trunks and `UNKNOWN` ones
 * only, and every IAX trunk reads `OFF`.
 */
export function showsLife(rows: readonly RegistryRow[]): boolean {
  return rows.some(({ state }) => !['OFF', 'UNKNOWN', 'ERROR REGISTER.'].includes(state));
}

function sipState({ state, host }: RegistryRow, dialect: RegistryDialect): TrunkState | undefined {
  if (state === 'UNKNOWN' && host === '' && dialect.unknownMeansUnregistered) return 'unregistered';
  return sipStates.get(state);
}

function iaxState({ state, noRegister, roundtripMicroseconds }: RegistryRow): TrunkState | undefined {
  if (!noRegister) return iaxRegisteringStates.get(state);
  if (state === 'OK' && roundtripMicroseconds === undefined) return 'unmonitored';
  return iaxCheckedStates.get(state);
}
