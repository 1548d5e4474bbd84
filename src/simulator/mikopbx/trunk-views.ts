import type { Trunk } from '../kit/world.ts';
import type { AsteriskView } from './asterisk-view.ts';
import { phpMap } from './envelope.ts';
import type { TrunkType } from './settings.ts';

interface TypedTrunk {
  readonly trunk: Trunk;
  readonly type: TrunkType;
  readonly id: string;
}

/** A PHP warning in the PBX. From 2025.1 on, the call is answered with status 422 and this text. */
export class PhpWarning extends Error {}

/** Returns the rows of `sip/getRegistry`. Outbound trunks that Asterisk has not loaded have no row. */
export function sipRegistry(core: AsteriskView): readonly unknown[] {
  const v3 = isV3(core);
  if (v3 && core.switches.portlessTrunk) throw new PhpWarning('Undefined array key 2');
  return sipTrunks(core).flatMap((typed) => {
    const state = registryWord(core, typed);
    if (state === undefined) return [];
    const { trunk, type, id } = typed;
    const shown = v3 && type === 'outbound' && state !== 'OFF' ? `${id}-REG` : id;
    const host = type === 'inbound' && !core.switches.leftoverHosts ? '' : trunk.host;
    return [{ state, id: shown, username: trunk.username, host }];
  });
}

/** Returns the rows of `sip/getRegistry` without outbound trunks, as a process does that has just reconnected to Asterisk. */
export function sipRegistryWithoutOutbound(core: AsteriskView): readonly unknown[] {
  const outbound = sipTrunks(core).filter(({ trunk, type }) => type === 'outbound' && trunk.state !== 'disabled');
  const ids = new Set(outbound.map(({ id }) => id));
  return sipRegistry(core).filter(
    (row) => !(typeof row === 'object' && row !== null && 'id' in row && ids.has(String(row.id))),
  );
}

function registryWord(core: AsteriskView, { trunk, type }: TypedTrunk): string | undefined {
  if (trunk.state === 'disabled') return 'OFF';
  const up = core.switches.asterisk === 'up';
  if (type === 'outbound') return up ? outboundWord(core, trunk)?.toUpperCase() : undefined;
  if (!up) return 'UNKNOWN';
  if (type === 'none') return trunk.state === 'unknown' ? 'UNKNOWN' : 'OK';
  return trunk.state === 'registered' && !isV3(core) ? 'REGISTERED' : 'UNKNOWN';
}

/** Returns Asterisk's status of a registration; undefined if it is not loaded. `Rejected` includes servers that do not answer. */
function outboundWord(core: AsteriskView, trunk: Trunk): string | undefined {
  const { state } = trunk;
  if (core.switches.isRegistrationMissing(trunk)) return undefined;
  if (state === 'registered' || state === 'unreachable' || state === 'reachable') return 'Registered';
  if (state === 'rejected' || state === 'failed') return 'Rejected';
  return state === 'unknown' ? undefined : 'Unregistered';
}

/** Returns the rows of `iax/getRegistry`; while Asterisk is down, every row is `OFF`. */
export function iaxRegistry(core: AsteriskView): readonly unknown[] {
  const trunks = iaxTrunks(core);
  if (isV3(core) && trunks.some(isRegisteringIax)) throw new PhpWarning('Undefined array key "Addr"');
  return trunks.map(({ trunk, type, id }) => ({
    state: iaxWord(core, trunk, type),
    id,
    username: trunk.username,
    host: trunk.host,
    noregister: type === 'iax-none' ? '1' : '0',
    ...(type === 'iax-none' ? { 'time-response': timeResponse(core, trunk) } : {}),
  }));
}

function iaxWord(core: AsteriskView, { state }: Trunk, type: TrunkType): string {
  if (state === 'disabled' || core.switches.asterisk !== 'up') return 'OFF';
  // PHP expects a different field for the provider than stock Asterisk sends, so it never finds a registration.
  if (type === 'iax-outbound') return 'Error register.';
  if (state === 'unreachable') return 'UNREACHABLE';
  // After its registration here has ended, a trunk has no address that could be checked.
  return state === 'unknown' || state === 'unregistered' ? 'UNKNOWN' : 'OK';
}

function timeResponse({ traits }: AsteriskView, { state, roundtripMicroseconds }: Trunk): string {
  if (roundtripMicroseconds !== undefined && state !== 'unreachable')
    return String(Math.round(roundtripMicroseconds / 1000));
  return traits.version >= '2024.1' ? 'N/A' : '';
}

/** Returns `data` of `providers:getStatuses`. If PHP fails on the SIP or IAX trunks, that list is empty without an error. */
export function providerStatuses(core: AsteriskView, wallTime: number): unknown {
  const rows = (trunks: readonly TypedTrunk[]): unknown =>
    phpMap(Object.fromEntries(trunks.map((typed) => [typed.id, providerRow(core, typed, wallTime)])));
  const up = core.switches.asterisk === 'up';
  const iaxBroken = up && iaxTrunks(core).some(isRegisteringIax);
  return {
    sip: core.switches.portlessTrunk && up ? [] : rows(sipTrunks(core)),
    iax: iaxBroken ? [] : rows(iaxTrunks(core)),
  };
}

function providerRow(core: AsteriskView, typed: TypedTrunk, wallTime: number): unknown {
  const { trunk, type, id } = typed;
  const up = core.switches.asterisk === 'up';
  const contact = up && trunk.state !== 'disabled' ? contactStatus(core, typed) : undefined;
  const now = Math.floor(wallTime / 1000);
  return {
    id,
    type: type.startsWith('iax') ? 'iax' : 'sip',
    state: core.switches.otherCase ? otherCase(providerWord(core, typed)) : providerWord(core, typed),
    stateText: 'Localised text',
    stateColor: 'green',
    stateDescription: 'Localised text',
    host: type === 'inbound' && !core.switches.leftoverHosts ? '' : trunk.host,
    username: trunk.username,
    description: trunk.name,
    lastUpdate: now,
    lastChange: now - 10_000,
    rtt: up && trunk.roundtripMicroseconds !== undefined ? Math.round(trunk.roundtripMicroseconds / 1000) : null,
    stateDuration: 10_000,
    stateStartTime: now - 10_000,
    ...(contact === undefined ? {} : { contactStatus: contact }),
  };
}

function providerWord(core: AsteriskView, { trunk, type }: TypedTrunk): string {
  if (trunk.state === 'disabled') return 'OFF';
  const up = core.switches.asterisk === 'up';
  if (type === 'inbound') return up && trunk.state === 'registered' ? 'REGISTERED' : 'UNREGISTERED';
  if (type === 'outbound')
    return (up ? outboundWord(core, sharedVerdict(core, trunk))?.toLowerCase() : undefined) ?? 'UNKNOWN';
  if (type !== 'none') return up ? iaxProviderWord(trunk) : 'unregistered';
  const answers = trunk.state === 'reachable' || trunk.state === 'unmonitored';
  return up && answers && core.traits.generation === 'D' ? 'OK' : 'UNKNOWN';
}

/**
 * Returns the trunk whose state is shown. The PBX matches trunks by user name and host: if one of several with the same
 * pair is registered, all of them are shown as registered.
 */
function sharedVerdict(core: AsteriskView, trunk: Trunk): Trunk {
  const isTwin = ({ trunk: other, type }: TypedTrunk): boolean =>
    type === 'outbound' && other.username === trunk.username && other.host === trunk.host;
  const registered = sipTrunks(core).find((typed) => isTwin(typed) && typed.trunk.state === 'registered');
  return registered?.trunk ?? trunk;
}

function iaxProviderWord({ state }: Trunk): string {
  if (state === 'reachable') return 'OK';
  return state === 'unreachable' ? 'unreachable' : 'unregistered';
}

function contactStatus(core: AsteriskView, { trunk, type }: TypedTrunk): string | undefined {
  if (type.startsWith('iax') || type === 'inbound') return undefined;
  const answers = trunk.state === 'registered' || trunk.state === 'reachable';
  if (core.switches.shortContactWords) return answers ? 'Avail' : 'Unavail';
  if (core.traits.generation === 'C') return answers ? 'Avail' : undefined;
  if (trunk.state === 'unmonitored') return 'NonQualified';
  if (answers) return 'Reachable';
  return trunk.state === 'unreachable' ? 'Unreachable' : 'Unknown';
}

function otherCase(word: string): string {
  return word === word.toUpperCase() ? word.toLowerCase() : word.toUpperCase();
}

function isV3({ traits }: AsteriskView): boolean {
  return traits.generation === 'C' || traits.generation === 'D';
}

function isRegisteringIax({ trunk, type }: TypedTrunk): boolean {
  return type === 'iax-outbound' && trunk.state !== 'disabled';
}

function sipTrunks(core: AsteriskView): readonly TypedTrunk[] {
  return core.trunks().filter(({ type }) => !type.startsWith('iax'));
}

function iaxTrunks(core: AsteriskView): readonly TypedTrunk[] {
  return core.trunks().filter(({ type }) => type.startsWith('iax'));
}
