import { type FailureReason, failureReasons } from '../../snapshot/failure-reason.ts';

/** Version of the format of the state file. */
const stateFormat = 1;
/** Maximum size of a state file in bytes. Beyond it, the addresses with the oldest entries are left out. */
const maximumBytes = 1_000_000;
/** Maximum number of entries of each kind per address; the newest are kept. More than any vendor counts. */
const maximumEntries = 20;
const dayMs = 24 * 60 * 60_000;
/** How long a refused account is kept: longer than the longest pause of any family (30 days). */
const loginKeptMs = 32 * dayMs;

/**
 * A refused account and the result of its last login. Contains only a scrypt hash of account and secret, with its own
 * salt. Times in ms since 1970.
 */
export interface SavedLogin {
  readonly salt: string;
  readonly hash: string;
  /** Consecutive refusals. */
  readonly refusals: number;
  readonly lastAt: number;
  readonly pauseMs: number;
  readonly reason: FailureReason;
  /** Hash of the account without its secret, made with the same salt. Present only if the PBX counts by account. */
  readonly accountHash?: string;
}

/** The data of the state file about one PBX address. Times in ms since 1970. */
export interface SavedAddress {
  readonly refusals: readonly { readonly at: number; readonly reason: FailureReason; readonly salt?: string }[];
  /** Start times of logins without a known result. */
  readonly inProgress: readonly number[];
  readonly logins: readonly SavedLogin[];
  /** Lock of the exporter's address by the PBX: its start, and its duration in ms. */
  readonly lock?: { readonly since: number; readonly pauseMs: number };
  /** Paths of base URLs at which a login has been accepted. */
  readonly worked: readonly string[];
}

/** The data of an address without any entries. */
export const emptyAddress: SavedAddress = { refusals: [], inProgress: [], logins: [], worked: [] };

/** The content of a state file by address. */
export type SavedState = ReadonlyMap<string, SavedAddress>;

/** Result of parsing a state file. */
export type StateReading = { readonly state: SavedState } | { readonly problem: 'damaged' | 'newer' };

/** Parses the text of a state file. Pure and total: returns `newer` for a newer format, and `damaged` for any other invalid text. */
export function readState(text: string): StateReading {
  const file = asObject(parse(text));
  const format = file?.['format'];
  if (typeof format === 'number' && format > stateFormat) return { problem: 'newer' };
  const addresses = asObject(file?.['addresses']);
  if (format !== stateFormat || addresses === undefined) return { problem: 'damaged' };
  const entries = Object.entries(addresses).map(([key, value]) => [key, readAddress(value)] as const);
  return { state: new Map(entries) };
}

/** Returns the text of a state file. Its keys are short, because it may contain ten thousand PBXs. */
export function writeState(state: SavedState): string {
  let text = format(state);
  if (Buffer.byteLength(text) <= maximumBytes) return text;
  const byWorth = [...state].sort(([, one], [, other]) => lastAt(other) - lastAt(one));
  for (let kept = byWorth.length; kept > 0 && Buffer.byteLength(text) > maximumBytes; kept = Math.floor(kept * 0.9))
    text = format(new Map(byWorth.slice(0, kept)));
  return text;
}

/**
 * Returns the data of an address at the time `now` (ms since 1970), without expired entries. Times in the future, e.g.
 * after the clock was set back, become `now`; durations are kept.
 */
export function normalised({ refusals, inProgress, logins, lock, worked }: SavedAddress, now: number): SavedAddress {
  const past = (at: number): number => Math.min(at, now);
  return {
    refusals: newest(refusals.map((one) => ({ ...one, at: past(one.at) })).filter(({ at }) => now - at < dayMs)),
    inProgress: newest(inProgress.map(past).filter((at) => now - at < dayMs)),
    logins: newest(
      logins.map((one) => ({ ...one, lastAt: past(one.lastAt) })).filter((one) => now - one.lastAt < loginKeptMs),
    ),
    ...(lock === undefined || now - past(lock.since) >= lock.pauseMs
      ? {}
      : { lock: { ...lock, since: past(lock.since) } }),
    worked: worked.slice(-maximumEntries),
  };
}

function newest<T>(list: readonly T[]): readonly T[] {
  return list.slice(-maximumEntries);
}

function lastAt({ refusals, inProgress, logins }: SavedAddress): number {
  return Math.max(0, refusals.at(-1)?.at ?? 0, inProgress.at(-1) ?? 0, logins.at(-1)?.lastAt ?? 0);
}

function format(state: SavedState): string {
  const addresses = Object.fromEntries(
    [...state].filter(([, one]) => !isEmpty(one)).map(([key, one]) => [key, formatAddress(one)]),
  );
  return `${JSON.stringify({ format: stateFormat, reasons: failureReasons, addresses })}\n`;
}

function isEmpty({ refusals, inProgress, logins, lock, worked }: SavedAddress): boolean {
  return refusals.length + inProgress.length + logins.length + worked.length === 0 && lock === undefined;
}

function formatAddress({ refusals, inProgress, logins, lock, worked }: SavedAddress): Record<string, unknown> {
  const index = (reason: FailureReason): number => failureReasons.indexOf(reason);
  return {
    ...(refusals.length > 0 && {
      r: refusals.map(({ at, reason, salt }) => [at, index(reason), ...(salt === undefined ? [] : [salt])]),
    }),
    ...(inProgress.length > 0 && { u: inProgress }),
    ...(logins.length > 0 && {
      l: logins.map(({ salt, hash, refusals: count, lastAt: at, pauseMs, reason, accountHash }) => [
        salt,
        hash,
        count,
        at,
        pauseMs,
        index(reason),
        ...(accountHash === undefined ? [] : [accountHash]),
      ]),
    }),
    ...(lock && { k: [lock.since, lock.pauseMs] }),
    ...(worked.length > 0 && { w: worked }),
  };
}

function readAddress(value: unknown): SavedAddress {
  const fields = asObject(value) ?? {};
  const [since, pauseMs] = rowsOf([fields['k']])[0] ?? [];
  return {
    refusals: rowsOf(fields['r']).flatMap(([at, index, salt]) => {
      const reason = reasonAt(index);
      return !isTime(at) || reason === undefined ? [] : [{ at, reason, ...(typeof salt === 'string' && { salt }) }];
    }),
    inProgress: listOf(fields['u']).filter(isTime),
    logins: rowsOf(fields['l']).flatMap(readLogin),
    ...(isTime(since) && isTime(pauseMs) && { lock: { since, pauseMs } }),
    worked: listOf(fields['w']).filter((path) => typeof path === 'string'),
  };
}

function readLogin([salt, hash, refusals, at, pauseMs, index, accountHash]: readonly unknown[]): readonly SavedLogin[] {
  const reason = reasonAt(index);
  if (typeof salt !== 'string' || typeof hash !== 'string' || reason === undefined) return [];
  if (!isTime(refusals) || !isTime(at) || !isTime(pauseMs)) return [];
  return [
    { salt, hash, refusals, lastAt: at, pauseMs, reason, ...(typeof accountHash === 'string' && { accountHash }) },
  ];
}

function reasonAt(index: unknown): FailureReason | undefined {
  return typeof index === 'number' ? failureReasons[index] : undefined;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function rowsOf(value: unknown): readonly (readonly unknown[])[] {
  return listOf(value).filter((row) => Array.isArray(row));
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
