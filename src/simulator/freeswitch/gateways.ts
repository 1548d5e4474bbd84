import type { Trunk } from '../kit/world.ts';
import type { FreeswitchParts, FreeswitchSwitches, GatewayStatus } from './settings.ts';
import { element, escaped, xmlDocument } from './xml.ts';

/** A gateway with its profile and state. */
export interface Gateway {
  readonly trunk: Trunk;
  readonly profile: string;
  readonly words: GatewayStatus;
}

/** Returns the gateways of running profiles; gateways of other profiles do not appear in any answer. */
export function runningGateways({ kit, switches }: FreeswitchParts): readonly Gateway[] {
  const running = new Set(switches.profiles.filter(({ state }) => state === 'RUNNING').map(({ name }) => name));
  return kit.world.trunks
    .filter(({ kind, state }) => kind !== 'line' && state !== 'disabled')
    .map((trunk) => ({ trunk, profile: switches.trunkProfileOf(trunk), words: statusOf(trunk, switches) }))
    .filter(({ profile }) => running.has(profile));
}

/** Answers `sofia xmlstatus gateway`. */
export function gatewayList(parts: FreeswitchParts): Buffer {
  return xmlDocument(['<gateways>\n', ...runningGateways(parts).flatMap(gatewayLines), '</gateways>\n']);
}

function gatewayLines({ trunk, profile, words }: Gateway): readonly string[] {
  const { name, host, username } = trunk;
  const { state, status, pingFrequency = 0, pingTime = '0.00', retry } = words;
  const fields: readonly (readonly [string, string | number])[] = [
    ['name', name],
    ['profile', profile],
    ['scheme', 'Digest'],
    ['realm', host],
    ['username', username],
    ['password', 'yes'],
    ['from', escaped(`<sip:${username}@${host};transport=udp>`)],
    ['contact', escaped(`<sip:gw+${name}@192.0.2.5:5080;transport=udp;gw=${name}>`)],
    ['exten', username],
    ['to', `sip:${username}@${host}`],
    ['proxy', `sip:${host}`],
    ['context', 'public'],
    ['expires', 60],
    ['freq', 60],
    ['ping', pingFrequency === 0 ? 0 : 1_795_822_110],
    ['pingfreq', pingFrequency],
    ['pingmin', 1],
    ['pingcount', pingFrequency === 0 ? 0 : 1],
    ['pingmax', 1],
    ['pingtime', pingTime],
    ['pinging', 0],
    ['state', state],
    ['status', status],
    ['uptime-usec', status === 'UP' ? 41_000_000 : 0],
    ['calls-in', 0],
    ['calls-out', 0],
    ['failed-calls-in', 0],
    ['failed-calls-out', 0],
    ...(retry === undefined ? [] : [['retry', retry] as const]),
  ];
  return ['  <gateway>\n', ...fields.map(([field, text]) => element(4, field, text)), '  </gateway>\n'];
}

function statusOf(trunk: Trunk, { gatewayStatuses }: FreeswitchSwitches): GatewayStatus {
  const configured = gatewayStatuses.get(trunk.name);
  if (configured !== undefined) return configured;
  const { state, roundtripMicroseconds } = trunk;
  const pinged =
    roundtripMicroseconds === undefined
      ? {}
      : { pingFrequency: 30, pingTime: (roundtripMicroseconds / 1000).toFixed(2) };
  return { ...usualWords[state], ...(state === 'registered' || state === 'reachable' ? pinged : {}) };
}

const failed: GatewayStatus = { state: 'FAIL_WAIT', status: 'DOWN', retry: '17s' };

/** State of a gateway by state of its trunk. FreeSWITCH gives no reason for a failure: a rejection looks like no answer. */
const usualWords: Readonly<Record<Trunk['state'], GatewayStatus>> = {
  registered: { state: 'REGED', status: 'UP' },
  registering: { state: 'TRYING', status: 'DOWN', retry: '29s' },
  unregistered: { state: 'UNREGISTER', status: 'DOWN' },
  rejected: failed,
  failed,
  reachable: { state: 'NOREG', status: 'UP', pingFrequency: 30 },
  unreachable: { state: 'NOREG', status: 'DOWN', pingFrequency: 30, pingTime: '32000.11' },
  unmonitored: { state: 'NOREG', status: 'UP' },
  disabled: { state: 'DOWN', status: 'DOWN' },
  unknown: { state: 'EXPIRED', status: 'DOWN' },
};
