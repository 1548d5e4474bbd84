import { isIP } from 'node:net';
import type { SimulatorOptions } from '../simulator.ts';
import type { Contact, Extension, Trunk } from '../kit/world.ts';
import type { ManagerEvent, ReadClass } from './event-queues.ts';

/** Classes of `manager.conf` that matter to a poller. */
export type WriteClass = 'system' | 'reporting' | 'call';

/** One user of `manager.conf`. */
export interface ManagerUser {
  readonly username: string;
  readonly secret: string;
  /** `write=`: which actions may be called. May be changed while the simulator runs, for sessions that begin later. */
  write: readonly WriteClass[];
  /** `allowmultiplelogin=`. */
  multipleLogin: boolean;
  /** `read=`: which events arrive, for sessions that begin later. Default: none. */
  read?: readonly ReadClass[];
  /** `eventfilter=`: an event arrives where one of them says so. Default: all do. */
  eventFilters?: readonly ((event: ManagerEvent) => boolean)[];
}

/** Channel drivers and modules that can be loaded or not. */
export type AsteriskModule = 'pjsip' | 'sip' | 'iax2' | 'queue';

/**
 * How far the PBX has come after a start: the HTTP server without the manager's paths, the manager without users, the
 * core without modules, modules whose actions are registered before they run (whoever calls one is refused and loses
 * the session), everything.
 */
export type BootStage = 'paths' | 'http' | 'core' | 'modules' | 'complete';

/** An address of record: where devices register, or what the administrator has written there. */
export interface AddressOfRecord {
  readonly name: string;
  readonly contacts: readonly Contact[];
}

/** What can be changed while the simulator runs. */
export interface AsteriskSwitches {
  users: ManagerUser[];
  /** Loaded modules; actions of others are unknown commands. */
  modules: Set<AsteriskModule>;
  bootStage: BootStage;
  /** `webenabled=`: off makes /rawman a 404. */
  webEnabled: boolean;
  /** `httptimeout=` in milliseconds. */
  httpTimeoutMs: number;
  /** How long a refused login takes, in milliseconds. */
  failedLoginDelayMs: number;
  /** `sessionlimit=` of http.conf: connections of all kinds. */
  sessionLimit: number;
  /** `deny`/`permit`: whether a client's address may log in. */
  permits: (clientAddress: string) => boolean;
  /** `deny`/`permit` of http.conf (2026): whether a client's address may use the web server at all. */
  admits: (clientAddress: string) => boolean;
  /** A graceful stop waits for calls to end: every action is refused meanwhile, logins too. */
  shuttingDown: boolean;
  /** The moment of a stop: every path answers with a web page (503). */
  stopping: boolean;
  /** Seconds between two OPTIONS to a contact, as shown. */
  qualifyFrequency: number;
  /** Addresses of record with `qualify_frequency=0`, and peers of older drivers with `qualify=no`: nobody ever asks them. */
  neverQualified: Set<string>;
  /** Further addresses of record of an endpoint, by the endpoint's name: `aors=1001,1001-app`. */
  moreAors: Map<string, readonly AddressOfRecord[]>;
  /** Endpoints without any address of record, by name, with their live channels: nothing can register there. */
  bareEndpoints: Map<string, number>;
  /** Trunks of pjsip_wizard.conf by name, with the state of each of their registrations: these are called NAME-reg-0 and so on. */
  wizards: Map<string, readonly Trunk['state'][]>;
  /** The address of a trunk's host; undefined: the name was not found, and Asterisk has none. */
  resolve: (host: string) => string | undefined;
  /** Endpoints in maintenance (`pjsip set maintenance on NAME`): in memory only, gone after a restart. */
  maintenance: Set<string>;
  /** Calls that have ended since the start; 0 after a restart. */
  processedCalls: number;
  /** `maxcalls=` of asterisk.conf, read at the start only; 0: no limit. */
  maximumCalls: number;
  /** Minutes by which the PBX's local time is ahead of UTC: times in answers are local and name no zone. */
  utcOffsetMinutes: number;
  /** Which channel driver an extension belongs to. Default: all are PJSIP. */
  technologyOf: (extension: Extension) => 'pjsip' | 'sip' | 'iax2';
  /** Which channel driver a trunk belongs to. Default: all are PJSIP; analogue lines are never shown. */
  trunkTechnologyOf: (trunk: Trunk) => 'pjsip' | 'sip' | 'iax2';
}

/** A log watcher (fail2ban) in front of the PBX that drops addresses which fail too often. */
export interface LogWatcher {
  readonly failures: number;
  readonly withinMs: number;
  readonly banMs: number;
}

/** What an Asterisk simulator can be told. */
export interface AsteriskOptions extends SimulatorOptions {
  /** Release line. chan_sip exists up to 20. Default: 22. */
  readonly release?: 16 | 18 | 20 | 22;
  /** `prefix=` of http.conf, without slashes. Default: none. */
  readonly prefix?: string;
  /** `session_keep_alive=` in milliseconds. Default: 15000. */
  readonly keepAliveMs?: number;
  /** Default: none. */
  readonly logWatcher?: LogWatcher;
  /** Initial values of switches. */
  readonly switches?: Partial<AsteriskSwitches>;
}

/** Version texts by release line: what the PBX says of itself, and its AMI's version. */
export const releases = {
  16: { version: '16.28.0', ami: '5.0.5' },
  18: { version: '18.26.4', ami: '7.0.3' },
  20: { version: '20.15.2', ami: '9.0.0' },
  22: { version: '22.10.1', ami: '11.0.0' },
} as const;

/** The filters that the documentation of an exporter would advise: states of contacts and registrations, last numbers of legs. */
const exporterFilters: NonNullable<ManagerUser['eventFilters']> = [
  ({ event }) => event === 'ContactStatus',
  ({ event }) => event === 'Registry',
  ({ event, fields }) =>
    event === 'VarSet' && fields.some(([name, value]) => name === 'Variable' && value === 'RTPAUDIOQOS'),
];

/** The switches as a usual installation has them. */
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

/** A made-up address of a host name, always the same; an address stays itself. */
function addressOf(host: string): string {
  const literal = /^\[(.*)\]$/u.exec(host)?.[1] ?? host;
  if (isIP(literal) !== 0) return literal;
  return `192.0.2.${Array.from(host).reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) % 250, 7) + 1}`;
}
