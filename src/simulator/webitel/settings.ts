import type { SimulatorOptions } from '../simulator.ts';

/** The two products called Webitel. */
export type Flavor = 'legacy' | 'modern';

/** Releases of the legacy engine with differences that a client can observe. */
export type EngineRelease = '3.2' | '3.6' | '3.7' | '3.11';

/** A user of either flavor. */
export interface User {
  /** `user@domain`, or `root` for root of the legacy engine. */
  readonly username: string;
  password: string;
  /** Name of the role (legacy only); empty if the user has none. */
  role: string;
}

/** Rights in the legacy engine by class of objects, e.g. `{ account: ['r'] }`. */
export type Acl = Readonly<Record<string, readonly string[]>>;

/** Switches of a simulated legacy engine; may be changed while it runs. */
export interface LegacySwitches {
  /** State of the console; `hang`: it accepts commands but never replies. */
  console: 'connected' | 'offline' | 'hang';
  /** Number of the console's next replies that get lost; each shifts all later replies by one. */
  lostReplies: number;
  /** Reply of the console to every command, e.g. `-ERR out of memory`; undefined for correct replies. */
  consoleReply: string | undefined;
  freeSwitch: 'connected' | 'offline';
  /** Whether root needs a second factor to log in. */
  secondFactor: boolean;
  /** The static domain token. */
  domainToken: { readonly token: string; enabled: boolean; role: string };
  readonly users: User[];
  /** Rights by role; looked up for each request. */
  readonly roles: Record<string, Acl>;
  /** Lifetime of a token in days. */
  expiresDays: number;
  /** Text that FreeSWITCH appends to the state of failed gateways. */
  retryText: string;
  /** Offset of the engine's clock from the simulator's, in milliseconds. */
  clockAheadMs: number;
  /** Whether a proxy removes the header `X-Powered-By`. */
  hidePoweredBy: boolean;
}

/** Classes of objects with access control in the modern API. */
export type ObjectClass = 'devices' | 'gateways' | 'calls' | 'cc_queue';

/** One licensed product of a modern Webitel; `notAfter` is in milliseconds since 1970, as digits. */
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
  /** Lifetime of a login token in seconds. */
  tokenLifeSeconds: number;
  /** Whether the answer to a login lacks `expires_in`. */
  hideLifetime: boolean;
  /** Whether the answer to a login is nested in `authorization`. */
  wrapAuthorization: boolean;
  /** Whether users need a second factor to log in. */
  secondFactor: boolean;
  password: 'good' | 'expired' | 'must-change';
  licence: 'good' | 'expired' | 'none-left';
  /** Classes that the account may not read; answered with status 403. */
  readonly denied: Set<ObjectClass>;
  /** Number of rows that the account may read, by class with record-based access control. */
  readonly visibleRows: Map<ObjectClass, number>;
  /** Whether the role has the global permission to read all rows. */
  readsAll: boolean;
  /** Whether errors have the form of newer gateways. */
  wrappedErrors: boolean;
  /** Lists that the engine behind the gateway answers with status 401, even with a valid session. */
  readonly refusedLists: Set<ObjectClass>;
  /** Answer to `GET /userinfo`. */
  userInfo: 'good' | 'missing' | 'broken';
  /** Licensed products. */
  licences: readonly Licence[];
  /** Answer to `GET /license`. */
  licenceAccess: 'good' | 'forbidden' | 'missing' | 'unauthenticated';
  /** Whether false, 0, empty strings and empty lists are null instead of omitted. */
  nulls: boolean;
}

/** Options of a simulated Webitel. */
export interface WebitelOptions extends SimulatorOptions {
  /** Product to simulate. Default: legacy for odd seeds, modern for even seeds. */
  readonly flavor?: Flavor;
  /** Release of the legacy engine. Default: 3.11. */
  readonly release?: EngineRelease;
  /** Path prefix of the API, without slashes; empty if there is no web server. Default: `engine` (legacy), `api` (modern). */
  readonly prefix?: string;
  /** SIP domain of the world. Default: pbx.example.org. */
  readonly domain?: string;
  /** Whether `account` is the static token instead of a user name and password. Default: false. */
  readonly staticToken?: boolean;
}

/** Rights by role, from section "roles" of the vendor's access lists; only those used here. */
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

/** Lifetime of a token in days, by release. */
export const tokenDays: Readonly<Record<EngineRelease, number>> = { '3.2': 7, '3.6': 100, '3.7': 100, '3.11': 100 };

/** Version of the engine as reported, by release. */
export const engineVersions: Readonly<Record<EngineRelease, string>> = {
  '3.2': '3.2.2',
  '3.6': 'v3.6.4#5a1c2e7',
  '3.7': 'v3.7.0#91d04bb',
  '3.11': 'v3.11.7#2f6e8c0',
};
