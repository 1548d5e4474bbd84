import type { SimulatorOptions } from '../simulator.ts';
import type { Contact, Trunk } from '../kit/world.ts';
import type { Release } from './releases.ts';

/**
 * Registration of a trunk: the PBX registers with the provider (`outbound`), the provider registers with the PBX
 * (`inbound`), or nobody registers (`none`). Over IAX, inbound registration is not simulated.
 */
export type TrunkType = 'outbound' | 'inbound' | 'none' | 'iax-outbound' | 'iax-none';

/** Resources that an API key can have the right to read. */
export type Resource =
  'sip' | 'iax' | 'providers' | 'sip-providers' | 'pbx-status' | 'employees' | 'storage' | 'firewall' | 'system';

const allResources: readonly Resource[] = [
  'sip',
  'iax',
  'providers',
  'sip-providers',
  'pbx-status',
  'employees',
  'storage',
  'firewall',
  'system',
];

/** An API key (System > API keys). */
export interface ApiKey {
  readonly key: string;
  rights: readonly Resource[];
}

/** State of the PHP programs behind nginx. In all states except `running`, the answers are not JSON. */
export type Services = 'running' | 'trace-500' | 'trace-500-as-json' | 'fatal-200' | 'gone-502' | 'starting-html';

/** Settings that can be changed while the simulator runs. */
export interface MikoSwitches {
  username: string;
  password: string;
  apiKeys: ApiKey[];
  /** `hung`: the process exists but does not answer. */
  asterisk: 'up' | 'down' | 'hung';
  services: Services;
  trunkTypeOf: (trunk: Trunk) => TrunkType;
  /** Reports whether a contact is a web phone (`201-WS`). */
  isWebPhone: (contact: Contact) => boolean;
  /** Seconds between two checks of a contact; 0: never checked. */
  qualifyFrequency: number;
  /** Whether the registration URI of a trunk has no port; from 2025.1 on, this empties the list of SIP trunks. */
  portlessTrunk: boolean;
  /** Whether inbound trunks keep an earlier host, because the form only hides the field. */
  leftoverHosts: boolean;
  /** Reports whether Asterisk has not loaded the registration of an outbound trunk; its provider may still answer. */
  isRegistrationMissing: (trunk: Trunk) => boolean;
  /** Whether trunk states use the opposite case (`REGISTERED` for `registered`), as in other versions (2025.1 and newer). */
  otherCase: boolean;
  /** Whether contact states of all trunks use Asterisk's short words `Avail` and `Unavail` (2025.1 and newer). */
  shortContactWords: boolean;
  /** Maximum number of employees per page, regardless of the requested limit (2025.1 and newer). */
  employeesPerPage: number;
  /** Whether the disk has not been measured yet since the start (2025.1 and newer). */
  storagePending: boolean;
  /** Size of the disk, used space in total, and used space of recordings, in MiB (2025.1 and newer). */
  diskMebibytes: { readonly total: number; readonly used: number; readonly recordings: number };
  /** Addresses that fail2ban blocks from telephony (2025.1 and newer). */
  readonly bannedAddresses: Set<string>;
  /** Whether fail2ban protects the web interface (up to 2024): three refused requests in 30 minutes ban an address for twelve hours. */
  fail2ban: boolean;
  /** Whether fail2ban watches the error log of nginx (2026.1): 20 errors because PHP is down, in ten minutes, ban for ten minutes. */
  errorLogJail: boolean;
  /** Whether the page by which clients check their session always answers with the login page (up to 2024). */
  proofPageMissing: boolean;
  /** Whether nginx limits requests (2025.1 and newer). */
  requestLimit: boolean;
  /** Whether "Redirect to HTTPS" is on: every path answers with status 301. */
  redirectToHttps: boolean;
  /** Whether a filter searches POST bodies for attacks (releases after 2026.1). */
  bodyFilter: boolean;
  /** Calls that the role of the user does not allow; answered with status 403. */
  forbiddenCalls: readonly string[];
  /** Time that the API process needs for each answer, in milliseconds; the front end gives up after 10 s (legacy) or 30 s (v3). */
  workerDelayMs: number;
  /** Whether the queue in front of the API processes is full, which leads to an immediate status 503. */
  queueFull: boolean;
  /** Whether the process with the call records does not answer: lists are empty after a timeout of two seconds or more. */
  recordsSilent: boolean;
  /** Age in milliseconds at which PHP deletes session files (up to 2023.1). Default: never. */
  sessionFileLifeMs: number;
  /** Time for which an access token is still accepted after it expires, in milliseconds. */
  tokenLeewayMs: number;
}

/** Options of a simulated MikoPBX. */
export interface MikoOptions extends SimulatorOptions {
  /** Simulated release. Default: 2026.1.223. */
  readonly release?: Release;
  /** Whether `account` is the first API key instead of a user name and password (2025.1 and newer). Default: false. */
  readonly useApiKey?: boolean;
  /** Initial values of switches. */
  readonly switches?: Partial<MikoSwitches>;
}

/** Returns the settings of a typical installation. */
export function usualSwitches(): MikoSwitches {
  return {
    username: 'exporter',
    password: 'made-up-password',
    apiKeys: [{ key: '5f0c'.repeat(16), rights: allResources }],
    asterisk: 'up',
    services: 'running',
    trunkTypeOf: (trunk) => (trunk.kind === 'address' ? 'none' : 'outbound'),
    isWebPhone: () => false,
    qualifyFrequency: 60,
    portlessTrunk: false,
    leftoverHosts: false,
    isRegistrationMissing: () => false,
    otherCase: false,
    shortContactWords: false,
    employeesPerPage: Infinity,
    storagePending: false,
    diskMebibytes: { total: 61_035.16, used: 15_258.79, recordings: 9_536.74 },
    bannedAddresses: new Set(),
    fail2ban: true,
    errorLogJail: true,
    proofPageMissing: false,
    requestLimit: true,
    redirectToHttps: false,
    bodyFilter: false,
    forbiddenCalls: [],
    workerDelayMs: 0,
    queueFull: false,
    recordsSilent: false,
    sessionFileLifeMs: Infinity,
    tokenLeewayMs: 600_000,
  };
}
