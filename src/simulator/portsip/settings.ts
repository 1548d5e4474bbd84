import type { SimulatorOptions } from '../simulator.ts';

/** Releases that differ in their states and login methods. */
export type PortsipRelease = '16.4' | '22.0' | '22.3' | '22.6';
/** Login methods: `POST /login`, `/auth/sign_in`, `/login/oauth/token` and `/tokens`. */
export type PortsipFlow = 'login' | 'sign_in' | 'oauth' | 'tokens';
/** Parts of the API that a role may lack the right to. */
export type PortsipRight = 'users' | 'trunks' | 'company' | 'call_sessions';

/** Type of a trunk as configured by the administrator. */
export interface TrunkType {
  readonly authMode: 'REGISTER_AUTH' | 'IP_AUTH' | 'ACCEPT_REGISTER' | 'TEAMS' | 'WHATS_APP';
  /** "Need registration". Default: true. */
  readonly registration?: boolean;
  /** Whether the PBX checks the trunk with OPTIONS. Default: true. */
  readonly keepAlive?: boolean;
  /** Whether the system administrator created the trunk for several tenants. Default: false. */
  readonly shared?: boolean;
}

/** One address filter: an address or network, and its expiry (RFC 3339). */
export interface AddressFilter {
  readonly cidr: string;
  readonly target: 'ACCEPT' | 'DENY';
  readonly expireAt: string | undefined;
}

/** Settings that can be changed while the simulator runs. */
export interface PortsipSwitches {
  release: PortsipRelease;
  /** Supported login methods; the paths of the others answer with status 404 in plain text. */
  flows: Set<PortsipFlow>;
  /** Answer to `POST /login`: the token, a cookie without a body (200 or 204), or neither. */
  loginAnswer: 'body' | 'cookie' | 'no-content' | 'nothing';
  /**
   * Whether accounts have two-factor authentication. v22.3 requires the second factor from users of tenants and only at
   * `/auth/sign_in`; v22.6 also requires it from administrators. The vendor does not document the other login methods of
   * v22.6: here, all of them require it.
   */
  twoFactor: boolean;
  tokenLifeSeconds: number;
  /** Form of `expires_in`. */
  expiresIn: 'number' | 'text' | 'absent';
  /** Offset of the PBX's clock in seconds, visible in `expires_at`. */
  clockSkewSeconds: number;
  /** Answer to a wrong password: 400 `UNAUTHORIZED` up to v22.5; v22.6 changed status and code, but they are not documented. */
  badPassword: { readonly status: number; readonly code: string };
  /** Number of failed logins that block an address (`web_failed_auth_amount`), and the duration (`web_blacklist_time_interval`). */
  failedLogins: number;
  blockSeconds: number;
  /** Requests from a blocked address that are refused; not documented by the vendor. */
  blocks: 'login' | 'everything';
  /** Number of requests that an address may send per minute. */
  requestsPerMinute: number;
  /** Whether a login keeps earlier sessions of the account. */
  concurrentLogins: boolean;
  /** Rights that the account's role lacks. */
  denied: Set<PortsipRight>;
  /** Whether ids are JSON numbers instead of strings. */
  bareIds: boolean;
  /** Maximum number of entries per page, regardless of the requested number. */
  pageLimit: number;
  /** Whether `POST /users/status/get_many` exists, and the form of its answer; the vendor documents neither. */
  bulk: 'absent' | 'items' | 'list' | 'map';
  /** Answers to `GET /users/{id}/status` by extension number, replacing the default. */
  userAnswers: Map<string, unknown>;
  /** Answers to `GET /providers/{id}/status` by name of the trunk, replacing the default. */
  trunkAnswers: Map<string, unknown>;
  /** Whether the first tenant's list of users starts with its administrator, who has no extension. */
  administrator: boolean;
  /** Numbers of extensions whose last device is a mobile app, which sleeps until a push message wakes it for a call. */
  apps: Set<string>;
  /** Numbers of extensions that are deleted but still listed. */
  deleted: Set<string>;
  /** Addresses that the administrator allows or denies; does not include blocks after failed logins. */
  addressFilters: AddressFilter[];
  /** Types of trunks by `id` in the world; types of other trunks are derived from their `kind`. */
  trunkTypes: Map<number, TrunkType>;
}

/** Options of a simulated PortSIP. */
export interface PortsipOptions extends SimulatorOptions {
  /** Initial values that differ from the defaults of the release. */
  readonly switches?: Partial<PortsipSwitches>;
}

/** SIP domain of the simulated tenant. */
export const tenantDomain = 'tenant1.example.net';
/** SIP domain of a second tenant on the server, which has one extension. */
export const otherDomain = 'tenant2.example.net';

/** Made-up code: v22.6 "optimized" its codes, but the vendor published no list. */
const newBadPassword = { status: 401, code: 'INVALID_CREDENTIALS' } as const;

const releaseFlows: Readonly<Record<PortsipRelease, readonly PortsipFlow[]>> = {
  '16.4': ['login', 'tokens'],
  '22.0': ['login', 'oauth'],
  '22.3': ['login', 'sign_in', 'oauth'],
  '22.6': ['login', 'sign_in', 'oauth'],
};

/** Returns the settings of a release as installed. */
export function usualSwitches(release: PortsipRelease): PortsipSwitches {
  return {
    release,
    flows: new Set(releaseFlows[release]),
    loginAnswer: 'body',
    twoFactor: false,
    tokenLifeSeconds: 1800,
    expiresIn: release === '16.4' ? 'text' : 'number',
    clockSkewSeconds: 0,
    badPassword: release === '22.6' ? newBadPassword : { status: 400, code: 'UNAUTHORIZED' },
    failedLogins: 5,
    blockSeconds: 3600,
    blocks: 'login',
    requestsPerMinute: release === '22.3' || release === '22.6' ? 10_000 : 5_000,
    concurrentLogins: true,
    denied: new Set(),
    bareIds: false,
    pageLimit: 100,
    bulk: 'absent',
    userAnswers: new Map(),
    trunkAnswers: new Map(),
    administrator: true,
    apps: new Set(),
    deleted: new Set(),
    addressFilters: [],
    trunkTypes: new Map(),
  };
}
