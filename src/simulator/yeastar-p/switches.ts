import type { SimulatorOptions } from '../simulator.ts';

/** Settings of a simulated P-Series that can be changed while it runs. */
export interface PSeriesSwitches {
  clientId: string;
  clientSecret: string;
  /** `errcode` for a wrong client id or secret; not documented in the guides. */
  refusal: number;
  /** Maximum number of valid access tokens. */
  tokenLimit: number;
  /** Whether requests without `User-Agent` are refused. */
  requireUserAgent: boolean;
  /** Whether a refresh revokes the access token that was issued with the refresh token. */
  refreshEndsOld: boolean;
  /** Maximum number of rows per page, regardless of the requested number. */
  largestPage: number;
  /** Maximum number of rows that may be requested; a larger number is answered with 40002 PARAMETER ERROR. */
  mostAsked: number;
  /** Answer for an empty list: code 0; or 60001 with `total_number` 0, with all fields blank, or without any field. */
  emptyList: 'success' | 'number' | 'skeleton' | 'bare';
  /** Whether a page after the last row is answered with 60001 DATA NOT FOUND instead of an empty page. */
  pastEndNotFound: boolean;
  /** Licensed number of extensions and of simultaneous calls. */
  extensionCapacity: number;
  callCapacity: number;
  /** Whether every page is the first one. */
  ignorePage: boolean;
  /** Number of rows that are missing at the end of lists, although `total_number` includes them. */
  missingRows: number;
  /** Whether an idle queue is answered with 60001 DATA NOT FOUND. */
  idleQueueNotFound: boolean;
  /** Whether every request is answered with 70087 IP FORBIDDEN. */
  addressForbidden: boolean;
  /** `errcode` by call, e.g. `trunk/list`. */
  readonly callErrors: Map<string, number>;
  /** `status` by name of the trunk, replacing the default. */
  readonly trunkCodes: Map<string, number>;
  /** `type` by name of the trunk, replacing the default. */
  readonly trunkTypes: Map<string, string>;
  /** `online_status` by extension number, replacing the default; undefined omits the key from the row. */
  readonly onlineStatus: Map<string, unknown>;
}

/** Returns the factory settings. */
export function usualSwitches(): PSeriesSwitches {
  return {
    clientId: 'example-client-id',
    clientSecret: 'example-client-secret',
    refusal: -1,
    tokenLimit: 8,
    requireUserAgent: true,
    refreshEndsOld: true,
    largestPage: 1000,
    mostAsked: Infinity,
    emptyList: 'success',
    pastEndNotFound: false,
    extensionCapacity: 200,
    callCapacity: 60,
    ignorePage: false,
    missingRows: 0,
    idleQueueNotFound: true,
    addressForbidden: false,
    callErrors: new Map(),
    trunkCodes: new Map(),
    trunkTypes: new Map(),
    onlineStatus: new Map(),
  };
}

/** Options of a simulated P-Series. */
export interface PSeriesOptions extends SimulatorOptions {
  readonly switches?: Partial<PSeriesSwitches>;
  /** Lifetime of an access token in seconds. Default: 1800. */
  readonly accessSeconds?: number;
  /** Lifetime of a refresh token in seconds. Default: 86400. */
  readonly refreshSeconds?: number;
  /** Number of consecutive failed logins that block an address until an administrator unblocks it. Default: 5. */
  readonly violations?: number;
}
