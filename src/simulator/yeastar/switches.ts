import type { SimulatorOptions } from '../simulator.ts';

/** Switches of a simulated S-Series or K2; they may be changed while it runs. */
export interface YeastarSwitches {
  /** The one API user of the PBX, and its password in clear. */
  username: string;
  password: string;
  /** Whether a login must name a valid `port`. */
  requirePort: boolean;
  /** A locked address gets no answer at all instead of errno 20002. */
  dropWhileLocked: boolean;
  /** Error number for a token that the PBX does not know. */
  gone: '20004' | '20006';
  /** A login ends the tokens of earlier ones. */
  singleSession: boolean;
  /** GET is answered like POST. */
  lenientGet: boolean;
  failureWord: 'Failed' | 'Failure';
  /** Digits come as numbers instead of text. */
  numericTypes: boolean;
  /** Status words come in lower case. */
  lowerCase: boolean;
  /** The API service is down: every request gets errno 30003. */
  serviceDown: boolean;
  /** Only other addresses are permitted: every request gets errno 20015. */
  addressForbidden: boolean;
  /** Lists and counts that are empty are left out of the answer. */
  omitEmpty: boolean;
  /** How lists that are empty are written, where they are not left out. */
  emptyAs: 'list' | 'null' | 'text' | 'object';
  /** The heartbeat needs `ipaddr`, as the English guides say. */
  heartbeatNeedsAddress: boolean;
  /** Event reports are sent to the port that the login named. */
  reports: boolean;
  /** Reports come in the old form, which repeats keys, whatever the login asked for. */
  oldFormat: boolean;
  /** Status words to send for single extensions and trunks; undefined leaves the key out of the row. */
  readonly extensionWords: Map<string, string | undefined>;
  readonly trunkWords: Map<string, string | undefined>;
  /** Types to send for single extensions and trunks, e.g. `FXS` and `GSM`. */
  readonly extensionTypes: Map<string, string>;
  readonly trunkTypes: Map<string, string>;
}

/** The switches as a PBX fresh from the factory has them. */
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

/** What a simulated S-Series or K2 can be told. */
export interface YeastarOptions extends SimulatorOptions {
  readonly switches?: Partial<YeastarSwitches>;
  /** Life of a token in milliseconds. Default: 1800 s. */
  readonly tokenLifeMs?: number;
  /** Tokens end on time, used or not, and logins give a refresh token, as Cloud PBX does. Default: false. */
  readonly refreshTokens?: boolean;
  /** Refused logins in a row that lock an address. Default: 5. */
  readonly strikes?: number;
  /** How long the lock holds, in milliseconds. Default: 600 s. */
  readonly lockMs?: number;
  /** Versions of the API that the PBX speaks. Default: all of its model. */
  readonly versions?: readonly string[];
}

/** In what the simulated models differ. */
export interface YeastarModel {
  readonly family: string;
  /** `devicename`. */
  readonly device: string;
  /** `firmwarever` where the world has none of its own. */
  readonly firmware: string;
  /** `hardwarever`; left out where the model has no hardware to speak of. */
  readonly hardware?: string;
  /** Most extensions that the model takes, second number of `extensionstatus`. */
  readonly capacity: number;
  /** Analogue and digital lines, and phones on sockets. */
  readonly hasLines: boolean;
  /** Versions of the API that the model speaks. `v1.10` is a misprint of the guides that the server takes all the same. */
  readonly versions: readonly string[];
}
