import type { SimulatorOptions } from '../simulator.ts';

/** Switches of a simulated P-Series; they may be changed while it runs. */
export interface PSeriesSwitches {
  clientId: string;
  clientSecret: string;
  /** `errcode` for a wrong client id or secret: the guides do not name it. */
  refusal: number;
  /** Most access tokens that live at a time. */
  tokenLimit: number;
  /** Requests without `User-Agent` are refused. */
  requireUserAgent: boolean;
  /** Refreshing ends the access token that came with the refresh token. */
  refreshEndsOld: boolean;
  /** Most rows of a page, whatever was asked for. */
  largestPage: number;
  /** Most rows that may be asked for: more is 40002 PARAMETER ERROR. */
  mostAsked: number;
  /** How a list without rows is answered: with code 0, or 60001 with `total_number` 0, with a blank skeleton, or with nothing else. */
  emptyList: 'success' | 'number' | 'skeleton' | 'bare';
  /** A page behind the last row answers 60001 DATA NOT FOUND instead of an empty page. */
  pastEndNotFound: boolean;
  /** What the licence allows: extensions, and calls at a time. */
  extensionCapacity: number;
  callCapacity: number;
  /** Every page is the first one. */
  ignorePage: boolean;
  /** So many rows are missing from the end of lists, while `total_number` counts them. */
  missingRows: number;
  /** An idle queue answers 60001 DATA NOT FOUND. */
  idleQueueNotFound: boolean;
  /** Every request gets 70087 IP FORBIDDEN. */
  addressForbidden: boolean;
  /** `errcode` for single calls, e.g. `trunk/list`. */
  readonly callErrors: Map<string, number>;
  /** `status` of single trunks by name. */
  readonly trunkCodes: Map<string, number>;
  /** `type` of single trunks by name. */
  readonly trunkTypes: Map<string, string>;
  /** `online_status` of single extensions by number; undefined leaves the key out of the row. */
  readonly onlineStatus: Map<string, unknown>;
}

/** The switches as a PBX fresh from the factory has them. */
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

/** What a simulated P-Series can be told. */
export interface PSeriesOptions extends SimulatorOptions {
  readonly switches?: Partial<PSeriesSwitches>;
  /** Life of an access token in seconds. Default: 1800. */
  readonly accessSeconds?: number;
  /** Life of a refresh token in seconds. Default: 86400. */
  readonly refreshSeconds?: number;
  /** Failed logins in a row that block an address until an administrator removes it. Default: 5. */
  readonly strikes?: number;
}
