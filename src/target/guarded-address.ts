import type { LoginGuard as GuardRules } from '../drivers/driver.ts';
import type { SpentRefusals } from '../snapshot/record.ts';
import type { FailureReason } from '../snapshot/failure-reason.ts';
import { Failure } from '../transport/failure.ts';
import { isCounted, pauseAfter, unknownWindowMs } from './login-rules.ts';

/** Accounts that an address remembers at most, the newest ones; far more than any server has tenants. */
const mostLogins = 2_000;
/** What was refused longer ago (ms) than any family's pause is forgotten. */
const forgottenAfterMs = 31 * 24 * 60 * 60_000;

/** Who logs in, as the guard tells one from the other. Times are monotonic, in milliseconds. */
export interface LoginIdentity {
  /** The same for the same url, account, secret, TLS settings and options; tells nothing about them. */
  readonly key: string;
  /** The same for the same account, whatever its secret. */
  readonly account: string;
  /** Name of the target, for people. */
  readonly target: string;
  /** Base URL, to know paths that have worked. */
  readonly url: string;
  readonly rules: GuardRules;
}

/** Why no login may be tried now, and from when on one may. */
export interface Hold {
  /** Monotonic time, ms. */
  readonly until: number;
  readonly reason: FailureReason;
  /** One sentence for people. */
  readonly detail: string;
}

/** A refused login that the PBX can have counted. */
export interface Refusal {
  readonly at: number;
  readonly account: string;
  readonly target: string;
  readonly reason: FailureReason;
}

/** What is known of one account: whether it was refused, and until when it stays away. */
interface KnownLogin {
  /** When it was first seen: only what was configured after the last refusal may be what corrects it. */
  readonly since: number;
  /** Whether its last login was accepted. */
  accepted: boolean;
  /** Refusals in a row. */
  refusals: number;
  lastAt: number;
  suspended?: Hold;
}

/**
 * What a PBX can have counted against us at one address of its own (host and port), whichever targets, accounts and
 * configurations it came from, and when the next login may be tried. Knows nothing of time but what it is told.
 */
export class GuardedAddress {
  #refusals: readonly Refusal[] = [];
  #logins = new Map<string, KnownLogin>();
  #loginTimes: readonly { readonly at: number; readonly account: string }[] = [];
  #lock: (Hold & { readonly since: number }) | undefined;
  readonly #workedPaths = new Set<string>();

  /** Call when a target is configured. */
  configured({ key }: LoginIdentity, now: number): void {
    if (!this.#logins.has(key)) this.#logins.set(key, { since: now, accepted: false, refusals: 0, lastAt: now });
  }

  /** Why this account may not log in now; undefined when it may. The longest wait counts, the account's own reason goes first. */
  hold(who: LoginIdentity, now: number): Hold | undefined {
    const holds = [
      this.#logins.get(who.key)?.suspended,
      this.#lockHold(who, now),
      this.#rowHold(who, now),
      this.#limitHold(who, now),
    ].filter((hold) => hold !== undefined && hold.until > now);
    const [first] = holds;
    return first && { ...first, until: Math.max(...holds.map((hold) => hold?.until ?? now)) };
  }

  /** How many of the refusals that the PBX allows are spent; undefined where it counts none. */
  spent(who: LoginIdentity, now: number): SpentRefusals | undefined {
    const { refusals: row } = who.rules;
    if (row === undefined) return undefined;
    const { most, by, windowMs = unknownWindowMs } = row;
    const counted = this.#counted(who, now);
    return { spent: counted.length, most, windowMs, by, targets: [...new Set(counted.map(({ target }) => target))] };
  }

  /** Whether a login at this url was ever accepted. */
  hasWorked({ url }: LoginIdentity): boolean {
    return this.#workedPaths.has(url);
  }

  /** Call before a login is sent. */
  began({ account, rules: { limit } }: LoginIdentity, now: number): void {
    if (limit === undefined) return;
    const recent = this.#loginTimes.filter(({ at }) => now - at < limit.windowMs);
    this.#loginTimes = [...recent, { at: now, account }];
  }

  /**
   * Whether a login whose connection died may be sent once more; then it counts twice, because the PBX may have seen both.
   * Not where it would be the last one that is free.
   */
  repeats(who: LoginIdentity, now: number): boolean {
    const { refusals: row } = who.rules;
    const isLastOfRow = row !== undefined && this.#counted(who, now).length + 2 >= row.most;
    if (isLastOfRow || this.#limitHold(who, now, 1) !== undefined) return false;
    this.began(who, now);
    return true;
  }

  /** Call after a login that was accepted. */
  accepted(who: LoginIdentity, now: number): void {
    this.#workedPaths.add(who.url);
    this.#lock = undefined;
    if (who.rules.refusals?.windowMs === undefined) this.#forget(who);
    this.#know(who, { accepted: true, refusals: 0, lastAt: now });
  }

  /** Call after a login that was refused. */
  refused(who: LoginIdentity, failure: Failure, now: number): void {
    const { reason } = failure;
    const refusals = (this.#logins.get(who.key)?.refusals ?? 0) + 1;
    const until = now + pauseAfter(failure, refusals, who.rules);
    const suspended = { until, reason, detail: failure.message };
    if (isCounted(failure)) this.#count({ at: now, account: who.account, target: who.target, reason }, who);
    if (reason === 'locked_out') this.#lock = { ...suspended, since: now };
    this.#know(who, { accepted: false, refusals, lastAt: now, suspended });
  }

  /** Call after a refused request that the PBX counts like a refused login. */
  requestRefused(who: LoginIdentity, reason: FailureReason, now: number): void {
    this.#count({ at: now, account: who.account, target: who.target, reason }, who);
  }

  /** Why no request that could be refused may be sent; undefined when one may. */
  rowFull(who: LoginIdentity, now: number): Hold | undefined {
    const { refusals: row } = who.rules;
    return row && this.#rowHoldAt(row.most, who, now);
  }

  /**
   * Call after a login whose answer did not come in time. An account that was refused before will have been refused again,
   * and counts so; of any other nothing is known. Gives whether it counts.
   */
  unanswered(who: LoginIdentity, now: number): boolean {
    const { refusals = 0, suspended } = this.#logins.get(who.key) ?? {};
    if (refusals === 0 || suspended === undefined) return false;
    this.refused(who, new Failure(suspended.reason, suspended.detail), now);
    return true;
  }

  /** A locked address is locked for everybody, but who was configured after that may know that the lock was lifted. */
  #lockHold(who: LoginIdentity, now: number): Hold | undefined {
    const lock = this.#lock;
    const isShared = (who.rules.refusals?.by ?? 'address') === 'address';
    if (lock === undefined || !isShared || lock.until <= now) return undefined;
    if ((this.#logins.get(who.key)?.since ?? 0) > lock.since) return undefined;
    return { ...lock, detail: `${lock.detail} (told to another target of this PBX)` };
  }

  /** The last refusal that the vendor allows is kept for who was accepted before or configured since: that may be the correction. */
  #rowHold(who: LoginIdentity, now: number): Hold | undefined {
    const row = who.rules.refusals;
    if (row === undefined) return undefined;
    const known = this.#logins.get(who.key);
    const lastAt = this.#counted(who, now).at(-1)?.at ?? -Infinity;
    const isTrusted = known?.accepted === true || (known?.refusals === 0 && known.since > lastAt);
    return this.#rowHoldAt(isTrusted ? row.most : row.most - 1, who, now);
  }

  #rowHoldAt(allowed: number, who: LoginIdentity, now: number): Hold | undefined {
    const counted = this.#counted(who, now);
    const oldest = counted[counted.length - allowed];
    const last = counted.at(-1);
    if (counted.length < allowed || oldest === undefined || last === undefined) return undefined;
    const until = oldest.at + (who.rules.refusals?.windowMs ?? unknownWindowMs);
    return { until, reason: last.reason, detail: rowDetail(counted, who) };
  }

  #limitHold({ account, rules: { limit } }: LoginIdentity, now: number, reserved = 0): Hold | undefined {
    if (limit === undefined) return undefined;
    const recent = this.#loginTimes.filter(
      (login) => now - login.at < limit.windowMs && (limit.by === 'address' || login.account === account),
    );
    const oldest = recent[recent.length - limit.logins + reserved];
    if (oldest === undefined) return undefined;
    const minutes = Math.round(limit.windowMs / 60_000);
    const detail = `there were ${recent.length} logins within ${minutes} min, more could lock us out: waiting before the next one`;
    return { until: oldest.at + limit.windowMs, reason: 'suspended', detail };
  }

  /** Refusals that count for this account now, oldest first. */
  #counted({ account, rules: { refusals: row } }: LoginIdentity, now: number): readonly Refusal[] {
    const windowMs = row?.windowMs ?? unknownWindowMs;
    return this.#refusals.filter(
      (refusal) => now - refusal.at < windowMs && (row?.by === 'address' || refusal.account === account),
    );
  }

  #count(refusal: Refusal, { rules }: LoginIdentity): void {
    const windowMs = rules.refusals?.windowMs ?? unknownWindowMs;
    this.#refusals = [...this.#refusals.filter(({ at }) => refusal.at - at < windowMs), refusal];
  }

  /** An accepted login ends a row that the PBX counts without a window. */
  #forget({ account, rules: { refusals: row } }: LoginIdentity): void {
    this.#refusals = row?.by === 'account' ? this.#refusals.filter((refusal) => refusal.account !== account) : [];
  }

  #know({ key }: LoginIdentity, change: Omit<KnownLogin, 'since'>): void {
    const since = this.#logins.get(key)?.since ?? change.lastAt;
    this.#logins.delete(key);
    const kept = [...this.#logins].filter(([, { lastAt }]) => change.lastAt - lastAt < forgottenAfterMs);
    this.#logins = new Map([...kept.slice(1 - mostLogins), [key, { since, ...change }]]);
  }
}

function rowDetail(counted: readonly Refusal[], { rules: { refusals: row } }: LoginIdentity): string {
  const targets = [...new Set(counted.map(({ target }) => target))];
  const whose = targets.length === 1 ? `of the target ${targets[0]}` : `of the targets ${targets.join(', ')}`;
  const what = row?.by === 'account' ? 'the account' : 'the address of the exporter';
  const count = counted.length === 1 ? '1 request' : `${counted.length} requests`;
  const advice = counted.some(({ reason }) => reason !== 'session_lost') ? ': correct the account there' : '';
  return `the PBX refused ${count} ${whose}, and may lock ${what} at number ${(row?.most ?? 0) + 1}${advice}`;
}
