import type { SimulatorOptions } from '../simulator.ts';

/** Settings of a simulated S-Series or K2 that can be changed while it runs. */
export interface YeastarSwitches {
  /** The only API user of the PBX, and its password in clear text. */
  username: string;
  password: string;
  /** Whether a login needs a valid `port`. */
  requirePort: boolean;
  /** Whether a locked address gets no answer instead of errno 20002. */
  dropWhileLocked: boolean;
  /** Error number for an unknown or expired token. */
  gone: '20004' | '20006';
  /** Whether a login revokes all earlier tokens. */
  singleSession: boolean;
  /** Whether GET is answered like POST. */
  lenientGet: boolean;
  failureWord: 'Failed' | 'Failure';
  /** Whether values that consist only of digits are sent as numbers instead of text. */
  numericTypes: boolean;
  /** Whether status words are in lower case. */
  lowerCase: boolean;
  /** Whether the API service is down: every request is answered with errno 30003. */
  serviceDown: boolean;
  /** Whether only other addresses are permitted: every request is answered with errno 20015. */
  addressForbidden: boolean;
  /** Whether empty lists are omitted. */
  omitEmpty: boolean;
  /** Form of empty lists that are not omitted. */
  emptyAs: 'list' | 'null' | 'text' | 'object';
  /** Whether the heartbeat needs `ipaddr` and `port`, as the English guides require. */
  heartbeatNeedsAddress: boolean;
  /** Whether event reports are sent, to the port given at login. */
  reports: boolean;
  /** Whether reports have the old form, which repeats keys, regardless of the version requested at login. */
  oldFormat: boolean;
  /** Status words of individual extensions and trunks; undefined omits the key from the row. */
  readonly extensionWords: Map<string, string | undefined>;
  readonly trunkWords: Map<string, string | undefined>;
  /** Types of individual extensions and trunks, e.g. `FXS` and `GSM`. */
  readonly extensionTypes: Map<string, string>;
  readonly trunkTypes: Map<string, string>;
}

/** Returns the factory settings. */
export function usualSwitches(): YeastarSwitches {
  return {
    username: 'exporter',
    password: 'example-password',
    requirePort: true,
    dropWhileLocked: false,
    gone: '20004',
    singleSession: false,
    lenientGet: false,
    failureWord: 'Failed',
    numericTypes: false,
    lowerCase: false,
    serviceDown: false,
    addressForbidden: false,
    omitEmpty: false,
    emptyAs: 'list',
    heartbeatNeedsAddress: true,
    reports: false,
    oldFormat: false,
    extensionWords: new Map(),
    trunkWords: new Map(),
    extensionTypes: new Map(),
    trunkTypes: new Map(),
  };
}

/** Options of a simulated S-Series or K2. */
export interface YeastarOptions extends SimulatorOptions {
  readonly switches?: Partial<YeastarSwitches>;
  /** Lifetime of a token in milliseconds. Default: 1800000 (30 minutes). */
  readonly tokenLifeMs?: number;
  /** Whether tokens expire even while in use, and logins return a refresh token, as in Cloud PBX. Default: false. */
  readonly refreshTokens?: boolean;
  /** Number of consecutive failed logins that lock an address. Default: 5. */
  readonly violations?: number;
  /** Duration of the lock in milliseconds. Default: 600000 (10 minutes). */
  readonly lockMs?: number;
  /** Supported versions of the API. Default: those of the model. */
  readonly versions?: readonly string[];
}

/** Differences between the simulated models. */
export interface YeastarModel {
  readonly family: string;
  /** Value of `devicename`. */
  readonly device: string;
  /** Value of `firmwarever` if the world has no version. */
  readonly firmware: string;
  /** Value of `hardwarever`. Absent for models without a hardware version. */
  readonly hardware?: string;
  /** Maximum number of extensions: the second number of `extensionstatus`. */
  readonly capacity: number;
  /** Whether the model has ports for analogue and digital lines and for phones. */
  readonly hasLines: boolean;
  /** Supported versions of the API; `v1.10` is a misprint in the guides that the server accepts. */
  readonly versions: readonly string[];
}
