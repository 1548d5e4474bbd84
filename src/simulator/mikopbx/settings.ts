import type { SimulatorOptions } from '../simulator.ts';
import type { Contact, Trunk } from '../kit/world.ts';
import type { Release } from './releases.ts';

/** How a trunk is set up: we register there, they register here, by address only; or the first and last of these over IAX. */
export type TrunkType = 'outbound' | 'inbound' | 'none' | 'iax-outbound' | 'iax-none';

/** Resources on which an API key has the right to read. */
export type Resource =
  'sip' | 'iax' | 'providers' | 'sip-providers' | 'pbx-status' | 'employees' | 'storage' | 'firewall' | 'system';

/** All resources. */
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

/** One API key of System > API keys. */
export interface ApiKey {
  readonly key: string;
  rights: readonly Resource[];
}

/** States of the PHP programs behind nginx that answer with something other than JSON. */
export type Services = 'running' | 'trace-500' | 'trace-500-as-json' | 'fatal-200' | 'gone-502' | 'starting-html';

/** What can be changed while the simulator runs. */
export interface MikoSwitches {
  username: string;
  password: string;
  apiKeys: ApiKey[];
  /** `hung`: the process is there and answers nothing. */
  asterisk: 'up' | 'down' | 'hung';
  services: Services;
  trunkTypeOf: (trunk: Trunk) => TrunkType;
  /** Which contacts are web phones (`201-WS`). */
  isWebPhone: (contact: Contact) => boolean;
  /** Seconds between two checks of a contact; 0 = never checked. */
  qualifyFrequency: number;
  /** A trunk whose registration URI has no port: from 2025.1 on it empties the list of SIP trunks. */
  portlessTrunk: boolean;
  /** Trunks that register with the PBX keep the host that they had before: the form only hides the field. */
  leftoverHosts: boolean;
  /** Trunks that should register and whose registration Asterisk has not loaded; their far side may answer all the same. */
  isRegistrationMissing: (trunk: Trunk) => boolean;
  /** Words of trunks in the other case (`off`, `REGISTERED` for `registered`), as other versions write them (2025.1 and newer). */
  otherCase: boolean;
  /** Contacts of trunks in Asterisk's short words, the silent ones too: `Avail`, `Unavail` (2025.1 and newer). */
  shortContactWords: boolean;
  /** Most employees on one page, whatever limit is asked for (2025.1 and newer). */
  employeesPerPage: number;
  /** The disk has not been measured since the start (2025.1 and newer). */
  storagePending: boolean;
  /** Size of the disk, and what of it is used, by everything and by recordings, in MiB (2025.1 and newer). */
  diskMebibytes: { readonly total: number; readonly used: number; readonly recordings: number };
  /** Addresses that fail2ban keeps out of the telephony (2025.1 and newer). */
  readonly bannedAddresses: Set<string>;
  /** fail2ban for the web interface of versions up to 2024: three refused requests in 30 minutes ban for twelve hours. */
  fail2ban: boolean;
  /** The jail on the error log of nginx (2026.1): 20 answers of a web server without PHP behind it in ten minutes ban for ten. */
  errorLogJail: boolean;
  /** The page that tells a live session from a dead one answers in another way: an HTML page for everybody (up to 2024). */
  proofPageMissing: boolean;
  /** nginx's request limit from 2025.1 on. */
  requestLimit: boolean;
  /** "Redirect to HTTPS": every path answers 301. */
  redirectToHttps: boolean;
  /** The filter that searches POST bodies for attacks (releases after 2026.1). */
  bodyFilter: boolean;
  /** Calls that the role of the user does not allow: HTTP 403. */
  forbiddenCalls: readonly string[];
  /** How long the API process takes for each answer, in milliseconds; from 10 s (legacy) or 30 s (v3) on the front end gives up. */
  workerDelayMs: number;
  /** The queue in front of the API processes is full: HTTP 503 at once. */
  queueFull: boolean;
  /** The process that keeps the call records does not answer: empty lists after two seconds. */
  recordsSilent: boolean;
  /** Age in milliseconds at which PHP throws session files away (versions up to 2023.1). Default: never. */
  sessionFileLifeMs: number;
  /** Whether an access token is accepted beyond its life, in milliseconds. */
  tokenLeewayMs: number;
}

/** What a MikoPBX simulator can be told. */
export interface MikoOptions extends SimulatorOptions {
  /** Default: 2026.1.223. */
  readonly release?: Release;
  /** Log in with the first API key instead of user name and password (2025.1 and newer). Default: false. */
  readonly useApiKey?: boolean;
  /** Initial values of switches. */
  readonly switches?: Partial<MikoSwitches>;
}

/** The switches as a usual installation has them. */
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
