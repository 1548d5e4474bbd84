import type { SimulatorOptions } from '../simulator.ts';

/** The releases whose words and ways to log in differ. */
export type PortsipRelease = '16.4' | '22.0' | '22.3' | '22.6';
/** The ways to log in, by their paths: `POST /login`, `/auth/sign_in`, `/login/oauth/token`, `/tokens`. */
export type PortsipFlow = 'login' | 'sign_in' | 'oauth' | 'tokens';
/** The parts of the API that a role can be denied. */
export type PortsipRight = 'users' | 'trunks' | 'company' | 'call_sessions';

/** Type of a trunk as the administrator set it. */
export interface TrunkType {
  readonly authMode: 'REGISTER_AUTH' | 'IP_AUTH' | 'ACCEPT_REGISTER' | 'TEAMS' | 'WHATS_APP';
  /** "Need registration"; default true. */
  readonly registration?: boolean;
  /** Checks with OPTIONS; default true. */
  readonly keepAlive?: boolean;
  /** Made by the system administrator for several tenants; default false. */
  readonly shared?: boolean;
}

/** One entry of the list of address filters: an address or a network, and when it ends (RFC 3339). */
export interface AddressFilter {
  readonly cidr: string;
  readonly target: 'ACCEPT' | 'DENY';
  readonly expireAt: string | undefined;
}

/** How this PortSIP behaves; may be changed while it runs. */
export interface PortsipSwitches {
  release: PortsipRelease;
  /** Ways to log in that exist; the paths of the others answer 404 as plain text. */
  flows: Set<PortsipFlow>;
  /** How `POST /login` answers: with the token, with a cookie and no body (200 or 204), or with nothing at all. */
  loginAnswer: 'body' | 'cookie' | 'no-content' | 'nothing';
  /**
   * The account has two-factor authentication. v22.3 asks users of tenants for the second factor, at `/auth/sign_in` only;
   * v22.6 asks administrators, too. Whether it does so at the other ways to log in is not published: here it does.
   */
  twoFactor: boolean;
  tokenLifeSeconds: number;
  /** How `expires_in` is written. */
  expiresIn: 'number' | 'text' | 'absent';
  /** Error of the PBX's own clock, seen in `expires_at`. */
  clockSkewSeconds: number;
  /** How a wrong password is answered: 400 `UNAUTHORIZED` up to v22.5; v22.6 changed status and code without saying how. */
  badPassword: { readonly status: number; readonly code: string };
  /** Failed logins from one address that block it, and for how long (`web_failed_auth_amount`, `web_blacklist_time_interval`). */
  failedLogins: number;
  blockSeconds: number;
  /** What a blocked address can no longer do; the vendor does not say. */
  blocks: 'login' | 'everything';
  /** Requests that an address may send in a minute. */
  requestsPerMinute: number;
  /** When false, a login ends the account's earlier sessions. */
  concurrentLogins: boolean;
  /** Rights that the role of the account lacks. */
  denied: Set<PortsipRight>;
  /** Ids are written as bare numbers instead of text. */
  bareIds: boolean;
  /** Most entries that a page holds, whatever was asked for. */
  pageLimit: number;
  /** Whether `POST /users/status/get_many` exists, and what its answer looks like; the vendor publishes neither. */
  bulk: 'absent' | 'items' | 'list' | 'map';
  /** What `GET /users/{id}/status` answers for an extension, by its number, in place of the usual. */
  userAnswers: Map<string, unknown>;
  /** What `GET /providers/{id}/status` answers for a trunk, by its name, in place of the usual. */
  trunkAnswers: Map<string, unknown>;
  /** Whether the list of users of the first tenant begins with its administrator, who has no extension. */
  administrator: boolean;
  /** Numbers of extensions whose last device is a mobile app: it sleeps most of the time, and a push message wakes it for a call. */
  apps: Set<string>;
  /** Extensions that are still listed but already deleted, by number. */
  deleted: Set<string>;
  /** Addresses that the administrator lets in or keeps out; blocks after failed logins are not shown in it. */
  addressFilters: AddressFilter[];
  /** Types of trunks by the trunk's `id` in the world; the others follow from their kind. */
  trunkTypes: Map<number, TrunkType>;
}

/** Options of a simulated PortSIP. */
export interface PortsipOptions extends SimulatorOptions {
  /** Changes to the usual behaviour of the release. */
  readonly switches?: Partial<PortsipSwitches>;
}

/** SIP domain of the simulated tenant. */
export const tenantDomain = 'tenant1.example.net';
/** SIP domain of a second tenant on the same server, with one extension. */
export const otherDomain = 'tenant2.example.net';

/** Made up: v22.6 "optimized" its codes without a published list. */
const newBadPassword = { status: 401, code: 'INVALID_CREDENTIALS' } as const;

const releaseFlows: Readonly<Record<PortsipRelease, readonly PortsipFlow[]>> = {
  '16.4': ['login', 'tokens'],
  '22.0': ['login', 'oauth'],
  '22.3': ['login', 'sign_in', 'oauth'],
  '22.6': ['login', 'sign_in', 'oauth'],
};

/** How a release behaves after its installation. */
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
