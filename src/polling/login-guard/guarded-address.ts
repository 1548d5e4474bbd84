import type { SpentRefusals } from '../../snapshot/record.ts';
import type { FailureReason } from '../../snapshot/failure-reason.ts';
import { Failure } from '../../transport/failure.ts';
import { type Hold, isCounted, type LoginIdentity, longestPause, pauseAfter, unknownWindowMs } from './login-rules.ts';
import type { RefusedFacts, TakenOver } from './refused-logins.ts';
import { LoginTimes, type Refusal, rowDetail, targetsOf, underWayElsewhere } from './counted-logins.ts';
import type { SavedAddress } from './state-format.ts';

/** Accounts that an address remembers at most, the newest ones; far more than any server has tenants. */
const mostLogins = 2_000;
/** What was refused longer ago (ms) than any family's pause is forgotten. */
const forgottenAfterMs = 31 * 24 * 60 * 60_000;

/** What is known of one account: whether it was refused, and until when it stays away. */
interface KnownLogin {
  /** When it was first seen: only what was configured after the last refusal may be what corrects it. */
  readonly since: number;
  /** Whether its last login was accepted. */
  accepted: boolean;
  /** Refusals in a row. */
  refusals: number;
  lastAt: number;
  refusedAt?: number;
  suspended?: Hold;
  /** When a person asked for the one try that is still to be made. */
  grantedAt?: number;
}

/**
 * Everything that a PBX can have counted against the exporter at one address (host and port), for all targets, accounts
 * and configurations, and when the next login may be tried. Time is always passed in.
 */
export class GuardedAddress {
  #refusals: readonly Refusal[] = [];
  /** Refusals that only other processes and earlier runs know of. */
  #foreign: readonly Refusal[] = [];
  #logins = new Map<string, KnownLogin>();
  readonly #times = new LoginTimes();
  #lock: (Hold & { readonly since: number }) | undefined;
  readonly #workedPaths = new Set<string>();

  /** Call when a target is configured. */
  configured({ key }: LoginIdentity, now: number): void {
    if (!this.#logins.has(key)) this.#logins.set(key, { since: now, accepted: false, refusals: 0, lastAt: now });
  }

  /** Why this account may not log in now; undefined when it may. The longest wait counts, the account's own reason goes first. */
  hold(who: LoginIdentity, now: number): Hold | undefined {
    const known = this.#logins.get(who.key);
    const holds = [
      known?.grantedAt === undefined ? known?.suspended : undefined,
      this.#lockHold(who, now),
      this.#rowHold(who, now),
      this.#times.hold(who, now),
    ].filter((hold) => hold !== undefined && hold.until > now);
    const [first] = holds;
    return first && { ...first, until: Math.max(...holds.map((hold) => hold?.until ?? now)) };
  }

  /**
   * Allows one login despite any pause, because a person reports that the cause is gone, and only if its refusal could not
   * lock us out. Returns why it is not granted; undefined if it is.
   */
  grantOneTry(who: LoginIdentity, now: number): Hold | undefined {
    const known = this.#logins.get(who.key) ?? { accepted: false, refusals: 0, lastAt: now };
    const hold = this.rowFull(who, now) ?? this.#times.hold(who, now);
    if (hold === undefined) this.#know(who, { ...known, grantedAt: now });
    return hold;
  }

  /** How many of the refusals that the PBX allows are spent; undefined if it counts none. */
  spent(who: LoginIdentity, now: number): SpentRefusals | undefined {
    const { refusals: row } = who.rules;
    if (row === undefined) return undefined;
    const { most, by, windowMs = unknownWindowMs } = row;
    const counted = this.#counted(who, now);
    return { spent: counted.length, most, windowMs, by, targets: targetsOf(counted) };
  }

  /** Whether a login at this url was ever accepted. */
  hasWorked({ url }: LoginIdentity): boolean {
    return this.#workedPaths.has(url);
  }

  /** Call before a login is sent. */
  began(who: LoginIdentity, now: number): void {
    delete this.#logins.get(who.key)?.grantedAt;
    this.#times.began(who, now);
  }

  /**
   * Whether a login whose connection died may be sent once more; then it counts twice, because the PBX may have seen both.
   * Not where it would be the last one that is free.
   */
  repeats(who: LoginIdentity, now: number): boolean {
    const { refusals: row } = who.rules;
    const isLastOfRow = row !== undefined && this.#counted(who, now).length + 2 >= row.most;
    if (isLastOfRow || this.#times.hold(who, now, 1) !== undefined) return false;
    this.began(who, now);
    return true;
  }

  /** Takes over what the state file knows of this address from other processes and earlier runs, own logins under way left out. */
  takeOver(who: LoginIdentity, saved: SavedAddress, { login, ofAccount, now, wall }: TakenOver): void {
    const monotonic = (at: number): number => now - Math.max(0, wall - at);
    const account = (salt: string | undefined): string => (ofAccount.has(salt ?? '') ? who.account : '');
    const own = new Set(this.#refusals.map(({ at }) => Math.round(at)));
    this.#foreign = [
      ...saved.refusals
        .map(({ at, reason, salt }) => ({ at: monotonic(at), account: account(salt), target: '', reason }))
        .filter(({ at }) => !own.has(Math.round(at))),
      ...saved.underWay.map((at) => underWayElsewhere(monotonic(at), now)),
    ];
    for (const path of saved.worked) this.#workedPaths.add(new URL(path, who.url).href);
    const longestMs = longestPause(who.rules);
    if (saved.lock !== undefined)
      this.#takeOverLock(monotonic(saved.lock.since), Math.min(saved.lock.pauseMs, longestMs));
    if (login === undefined || monotonic(login.lastAt) <= (this.#logins.get(who.key)?.refusedAt ?? -Infinity)) return;
    const { refusals, reason, lastAt, pauseMs } = login;
    const until = monotonic(lastAt) + Math.min(pauseMs, longestMs);
    const suspended = {
      until,
      reason,
      detail: 'this account was refused before the exporter was started, or by another command',
    };
    const { grantedAt = -Infinity } = this.#logins.get(who.key) ?? {};
    const known = { accepted: false, refusals, lastAt: now, refusedAt: monotonic(lastAt), suspended };
    this.#know(who, { ...known, ...(known.refusedAt <= grantedAt && { grantedAt }) });
  }

  #takeOverLock(since: number, pauseMs: number): void {
    if (since <= (this.#lock?.since ?? -Infinity)) return;
    const detail = 'the PBX has locked the address of the exporter';
    this.#lock = { since, until: since + pauseMs, reason: 'locked_out', detail };
  }

  /** Call after a login that was accepted. */
  accepted(who: LoginIdentity, now: number): void {
    this.#workedPaths.add(who.url);
    this.#lock = undefined;
    if (who.rules.refusals?.windowMs === undefined) this.#forget(who);
    this.#know(who, { accepted: true, refusals: 0, lastAt: now });
  }

  /** Call after a login that was refused. */
  refused(who: LoginIdentity, failure: Failure, now: number): RefusedFacts {
    const { reason } = failure;
    const refusals = (this.#logins.get(who.key)?.refusals ?? 0) + 1;
    const pauseMs = pauseAfter(failure, refusals, who.rules);
    const until = now + pauseMs;
    const suspended = { until, reason, detail: failure.message };
    if (isCounted(failure)) this.#count({ at: now, account: who.account, target: who.target, reason }, who);
    if (reason === 'locked_out') this.#lock = { ...suspended, since: now };
    this.#know(who, { accepted: false, refusals, lastAt: now, refusedAt: now, suspended });
    return { refusals, pauseMs };
  }

  /** Call after a login that was never sent: it does not count, and its reason applies for as long as it specifies. */
  heldBack(who: LoginIdentity, failure: Failure, now: number): void {
    this.#times.unsent(who);
    const known = this.#logins.get(who.key) ?? { accepted: false, refusals: 0 };
    const until = now + (failure.retryAfterMs ?? pauseAfter(failure, known.refusals + 1, who.rules));
    const suspended = { until, reason: failure.reason, detail: failure.message };
    this.#know(who, { ...known, lastAt: now, suspended });
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
    const { since = 0, grantedAt = -Infinity } = this.#logins.get(who.key) ?? {};
    if (since > lock.since || grantedAt >= lock.since) return undefined;
    return { ...lock, detail: `${lock.detail} (reported to another target of this PBX)` };
  }

  /** The last refusal that the vendor allows is kept for who was accepted before, or configured or told to try since: that may be the correction. */
  #rowHold(who: LoginIdentity, now: number): Hold | undefined {
    const row = who.rules.refusals;
    if (row === undefined) return undefined;
    const known = this.#logins.get(who.key);
    const lastAt = this.#counted(who, now).at(-1)?.at ?? -Infinity;
    const isNew = known?.refusals === 0 && known.since > lastAt;
    const isTrusted = known?.accepted === true || known?.grantedAt !== undefined || isNew;
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

  /** Refusals that count for this account now, oldest first. */
  #counted({ account, rules: { refusals: row } }: LoginIdentity, now: number): readonly Refusal[] {
    const windowMs = row?.windowMs ?? unknownWindowMs;
    return [...this.#foreign, ...this.#refusals]
      .filter(({ at, forgottenAt = Infinity }) => now - at < windowMs && now < forgottenAt)
      .filter((refusal) => row?.by === 'address' || refusal.account === account)
      .sort((one, other) => one.at - other.at);
  }

  #count(refusal: Refusal, { rules }: LoginIdentity): void {
    const windowMs = rules.refusals?.windowMs ?? unknownWindowMs;
    this.#refusals = [...this.#refusals.filter(({ at }) => refusal.at - at < windowMs), refusal];
  }

  /** An accepted login ends a row that the PBX counts without a window. */
  #forget({ account, rules: { refusals: row } }: LoginIdentity): void {
    this.#foreign = row?.by === 'account' ? this.#foreign.filter((refusal) => refusal.account !== account) : [];
    this.#refusals = row?.by === 'account' ? this.#refusals.filter((refusal) => refusal.account !== account) : [];
  }

  #know({ key }: LoginIdentity, change: Omit<KnownLogin, 'since'>): void {
    const since = this.#logins.get(key)?.since ?? change.lastAt;
    this.#logins.delete(key);
    const kept = [...this.#logins].filter(([, { lastAt }]) => change.lastAt - lastAt < forgottenAfterMs);
    this.#logins = new Map([...kept.slice(1 - mostLogins), [key, { since, ...change }]]);
  }
}
