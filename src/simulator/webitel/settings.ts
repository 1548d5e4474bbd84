import type { SimulatorOptions } from '../simulator.ts';

/** The two products called Webitel. */
export type Flavor = 'legacy' | 'modern';

/** Releases of the legacy engine that differ in what a client sees. */
export type EngineRelease = '3.2' | '3.6' | '3.7' | '3.11';

/** A user of either flavor. */
export interface User {
  /** `user@domain`; `root` alone for the legacy engine's root. */
  readonly username: string;
  password: string;
  /** Legacy: name of the role; empty for a user who was given none. */
  role: string;
}

/** Letters of the legacy engine's access lists by class of objects, e.g. `{ account: ['r'] }`. */
export type Acl = Readonly<Record<string, readonly string[]>>;

/** Switches of a simulated legacy engine; may be changed while it runs. */
export interface LegacySwitches {
  /** The engine's console: `hang` takes requests and never answers. */
  console: 'connected' | 'offline' | 'hang';
  /** So many of the console's next replies get lost; each one shifts all later replies by one. */
  lostReplies: number;
  /** What the console replies to every command in place of the truth, e.g. `-ERR out of memory`; undefined for the truth. */
  consoleReply: string | undefined;
  freeSwitch: 'connected' | 'offline';
  /** Whether root logs in with a second factor. */
  secondFactor: boolean;
  /** The static domain token. */
  domainToken: { readonly token: string; enabled: boolean; role: string };
  readonly users: User[];
  /** Roles by name; looked up at each request. */
  readonly roles: Record<string, Acl>;
  /** Days for which a token lives. */
  expiresDays: number;
  /** Text behind the state of gateways that failed, as FreeSWITCH writes it. */
  retryText: string;
  /** How far the engine's clock is ahead of ours, in milliseconds. */
  clockAheadMs: number;
  /** Whether proxies take the header `X-Powered-By` away. */
  hidePoweredBy: boolean;
}

/** Classes of objects that the modern API guards. */
export type ObjectClass = 'devices' | 'gateways' | 'calls' | 'cc_queue';

/** One product of the licence of a modern Webitel. */
export interface Licence {
  readonly product: string;
  readonly limit: number;
  readonly remain: number;
  readonly notAfter: string;
}

/** Switches of a simulated modern Webitel; may be changed while it runs. */
export interface ModernSwitches {
  readonly users: User[];
  /** Static user access tokens. */
  readonly accessTokens: { readonly token: string; enabled: boolean }[];
  /** Seconds for which a token of a login lives. */
  tokenLifeSeconds: number;
  /** Leaves `expires_in` out of the answer to a login. */
  hideLifetime: boolean;
  /** Puts the answer to a login below `authorization`. */
  wrapAuthorization: boolean;
  /** Whether the users have a second factor. */
  secondFactor: boolean;
  password: 'good' | 'expired' | 'must-change';
  licence: 'good' | 'expired' | 'none-left';
  /** Classes whose right to read is missing: 403. */
  readonly denied: Set<ObjectClass>;
  /** Record-based access by class: how many rows the account was given. */
  readonly visibleRows: Map<ObjectClass, number>;
  /** Whether the role has the global permission to read everything. */
  readsAll: boolean;
  /** Errors in the form of newer gateways. */
  wrappedErrors: boolean;
  /** Lists that the engine behind the gateway answers with 401, whatever the session. */
  readonly refusedLists: Set<ObjectClass>;
  /** How `GET /userinfo` answers. */
  userInfo: 'good' | 'missing' | 'broken';
  /** What was bought, with its end in milliseconds since 1970 as digits. */
  licences: readonly Licence[];
  /** How `GET /license` answers. */
  licenceAccess: 'good' | 'forbidden' | 'missing' | 'unauthenticated';
  /** Whether false, 0 and empty lists are written as null instead of being left out. */
  nulls: boolean;
}

/** Options of a simulated Webitel. */
export interface WebitelOptions extends SimulatorOptions {
  /** Default: legacy for odd seeds, modern for even ones. */
  readonly flavor?: Flavor;
  /** Release of the legacy engine. Default: 3.11. */
  readonly release?: EngineRelease;
  /** Path before the API, without slashes. Default: `engine` (legacy) or `api` (modern). Empty for the bare engine. */
  readonly prefix?: string;
  /** SIP domain of the world. Default: pbx.example.org. */
  readonly domain?: string;
  /** Hand out the static token as account instead of user and password. Default: false. */
  readonly staticToken?: boolean;
}

/** Tables in section "roles" of the vendor's access lists, as far as they matter here. */
export const builtInRoles: Record<string, Acl> = {
  root: Object.fromEntries(
    [
      'account',
      'gateway',
      'domain',
      'license',
      'channels',
      'cdr',
      'cc/queue',
      'cc/members',
      'cc/tiers',
      'rotes/default',
      'acl/roles',
    ].map((name) => [name, ['*']]),
  ),
  admin: {
    account: ['*'],
    gateway: ['*'],
    domain: ['ro', 'uo'],
    channels: ['*'],
    cdr: ['*'],
    'cc/queue': ['*'],
    'cc/members': ['*'],
    'cc/tiers': ['*'],
    'rotes/default': ['*'],
  },
  user: { account: ['r', 'uo'], channels: ['*'], cdr: ['ro'] },
  monitor: { account: ['r'], gateway: ['r'], 'cc/queue': ['r'], 'cc/members': ['r'], 'cc/tiers': ['r'] },
  'own-only': { account: ['ro'] },
};

/** Days for which a token lives, by release. */
export const tokenDays: Readonly<Record<EngineRelease, number>> = { '3.2': 7, '3.6': 100, '3.7': 100, '3.11': 100 };

/** What the engine calls itself. */
export const engineVersions: Readonly<Record<EngineRelease, string>> = {
  '3.2': '3.2.2',
  '3.6': 'v3.6.4#5a1c2e7',
  '3.7': 'v3.7.0#91d04bb',
  '3.11': 'v3.11.7#2f6e8c0',
};
