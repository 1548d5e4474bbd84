import { isIP } from 'node:net';
import type { SimulatorOptions } from '../simulator.ts';
import type { Contact, Extension, Trunk } from '../kit/world.ts';
import type { ManagerEvent, ReadClass } from './event-queues.ts';

/** Write classes of `manager.conf` that the polled actions need. */
export type WriteClass = 'system' | 'reporting' | 'call';

/** One user of `manager.conf`. */
export interface ManagerUser {
  readonly username: string;
  readonly secret: string;
  /** `write=`: classes of actions that the user may call. May be changed at any time; applies to later logins. */
  write: readonly WriteClass[];
  /** `allowmultiplelogin=`. */
  multipleLogin: boolean;
  /** `read=`: classes of events that the user receives. Changes apply to later logins. Default: none. */
  read?: readonly ReadClass[];
  /** `eventfilter=`: an event is sent if one of the filters returns true. Default: all events are sent. */
  eventFilters?: readonly ((event: ManagerEvent) => boolean)[];
}

/** Channel drivers and modules that can be loaded. */
export type AsteriskModule = 'pjsip' | 'sip' | 'iax2' | 'queue';

/**
 * How far the PBX has started. `paths`: the HTTP server runs without the paths of the manager; `http`: the manager has no
 * users; `core`: no modules are loaded; `modules`: actions of modules are registered but not ready, so a call is refused
 * and ends the session; `complete`: everything runs.
 */
export type BootStage = 'paths' | 'http' | 'core' | 'modules' | 'complete';

/** An address of record with its registered or configured contacts. */
export interface AddressOfRecord {
  readonly name: string;
  readonly contacts: readonly Contact[];
}

/** Settings that can be changed while the simulator runs. */
export interface AsteriskSwitches {
  users: ManagerUser[];
  /** Loaded modules; actions of others are unknown commands. */
  modules: Set<AsteriskModule>;
  bootStage: BootStage;
  /** `webenabled=`: if false, /rawman answers with status 404. */
  webEnabled: boolean;
  /** `httptimeout=` in milliseconds. */
  httpTimeoutMs: number;
  /** Delay before the answer to a refused login, in milliseconds. */
  failedLoginDelayMs: number;
  /** `sessionlimit=` of http.conf: maximum number of connections of any kind. */
  sessionLimit: number;
  /** `deny`/`permit` of manager.conf: whether a client's address may log in. */
  permits: (clientAddress: string) => boolean;
  /** `deny`/`permit` of http.conf (2026): whether a client's address may use the web server at all. */
  admits: (clientAddress: string) => boolean;
  /** Whether a graceful stop waits for calls to end; meanwhile every action is refused, including logins. */
  shuttingDown: boolean;
  /** Whether the PBX is stopping: every path answers with an error page (503). */
  stopping: boolean;
  /** Seconds between two OPTIONS to a contact, as shown in answers. */
  qualifyFrequency: number;
  /** Names of addresses of record with `qualify_frequency=0` and of peers with `qualify=no`, which are never checked. */
  neverQualified: Set<string>;
  /** Additional addresses of record by endpoint, as in `aors=1001,1001-app`. */
  moreAors: Map<string, readonly AddressOfRecord[]>;
  /** Number of channels by endpoint without an address of record; no device can register to such an endpoint. */
  bareEndpoints: Map<string, number>;
  /** States of the registrations of trunks in pjsip_wizard.conf, by trunk; registrations are named NAME-reg-0 and so on. */
  wizards: Map<string, readonly Trunk['state'][]>;
  /** Returns the IP address of a trunk's host; undefined if the name does not resolve. */
  resolve: (host: string) => string | undefined;
  /** Endpoints in maintenance (`pjsip set maintenance on NAME`); a restart clears them. */
  maintenance: Set<string>;
  /** Calls that have ended since the start; 0 after a restart. */
  processedCalls: number;
  /** `maxcalls=` of asterisk.conf, which Asterisk reads only at the start; 0: no limit. */
  maximumCalls: number;
  /** Offset of local time from UTC in minutes; times in answers are local and have no time zone. */
  utcOffsetMinutes: number;
  /** Returns the channel driver of an extension. Default: always `pjsip`. */
  technologyOf: (extension: Extension) => 'pjsip' | 'sip' | 'iax2';
  /** Returns the channel driver of a trunk; analogue lines are never shown. Default: always `pjsip`. */
  trunkTechnologyOf: (trunk: Trunk) => 'pjsip' | 'sip' | 'iax2';
}

/** A log watcher such as fail2ban that blocks addresses with too many failed logins; times in milliseconds. */
export interface LogWatcher {
  readonly failures: number;
  readonly withinMs: number;
  readonly banMs: number;
}

/** Options of a simulated Asterisk. */
export interface AsteriskOptions extends SimulatorOptions {
  /** Release line; chan_sip exists up to release 20. Default: 22. */
  readonly release?: 16 | 18 | 20 | 22;
  /** `prefix=` of http.conf, without slashes. Default: none. */
  readonly prefix?: string;
  /** `session_keep_alive=` in milliseconds. Default: 15000. */
  readonly keepAliveMs?: number;
  /** Log watcher in front of the PBX. Default: none. */
  readonly logWatcher?: LogWatcher;
  /** Initial values of switches. */
  readonly switches?: Partial<AsteriskSwitches>;
}

/** Version of the PBX and of its AMI, by release line. */
export const releases = {
  16: { version: '16.28.0', ami: '5.0.5' },
  18: { version: '18.26.4', ami: '7.0.3' },
  20: { version: '20.15.2', ami: '9.0.0' },
  22: { version: '22.10.1', ami: '11.0.0' },
} as const;

/** Filters as recommended for an exporter: states of contacts and registrations, final statistics of legs. */
const exporterFilters: NonNullable<ManagerUser['eventFilters']> = [
  ({ event }) => event === 'ContactStatus',
  ({ event }) => event === 'Registry',
  ({ event, fields }) =>
    event === 'VarSet' && fields.some(([name, value]) => name === 'Variable' && value === 'RTPAUDIOQOS'),
];

/** Returns the settings of a typical installation. */
export function usualSwitches(release: keyof typeof releases): AsteriskSwitches {
  const modules: AsteriskModule[] = release === 22 ? ['pjsip', 'iax2', 'queue'] : ['pjsip', 'sip', 'iax2', 'queue'];
  return {
    users: [
      {
        username: 'exporter',
        secret: 'made-up-secret',
        write: ['system', 'reporting'],
        multipleLogin: true,
        read: ['system', 'dialplan'],
        eventFilters: exporterFilters,
      },
    ],
    modules: new Set(modules),
    bootStage: 'complete',
    webEnabled: true,
    httpTimeoutMs: 60_000,
    failedLoginDelayMs: 1000,
    sessionLimit: 100,
    permits: () => true,
    admits: () => true,
    shuttingDown: false,
    stopping: false,
    qualifyFrequency: 60,
    neverQualified: new Set(),
    moreAors: new Map(),
    bareEndpoints: new Map(),
    wizards: new Map(),
    resolve: addressOf,
    maintenance: new Set(),
    processedCalls: 0,
    maximumCalls: 0,
    utcOffsetMinutes: 0,
    technologyOf: () => 'pjsip',
    trunkTechnologyOf: () => 'pjsip',
  };
}

/** Returns a made-up IP address derived from the host name; returns an IP address unchanged. */
function addressOf(host: string): string {
  const literal = /^\[(.*)\]$/u.exec(host)?.[1] ?? host;
  if (isIP(literal) !== 0) return literal;
  return `192.0.2.${Array.from(host).reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 250, 7) + 1}`;
}
