import type { RefusalUsage } from '../../snapshot/record.ts';
import type { FailureReason } from '../../snapshot/failure-reason.ts';
import { Failure } from '../../transport/failure.ts';
import { isCounted, longestPause, pauseAfter, unknownWindowMs } from './login-rules.ts';
import type { LoginIdentity, Suspension } from './login-rules.ts';
import type { RefusedFacts, TimedSavedAccount } from './refused-logins.ts';
import { loginInProgressElsewhere, LoginTimes, type Refusal, refusalDetail, targetsOf } from './counted-logins.ts';
import type { SavedAddress } from './state-format.ts';

/** Maximum number of remembered accounts per address; the newest are kept. Far more than any server has tenants. */
const maximumLogins = 2_000;
/** Accounts without a login for this long (ms) are forgotten: longer than the longest pause of any family. */
const forgottenAfterMs = 31 * 24 * 60 * 60_000;

/** State of one account: whether it was refused, and until when its logins are suspended. */
interface KnownLogin {
  /** When the account was first configured: only an account configured after the last refusal may be its correction. */
  readonly since: number;
  /** Whether its last login was accepted. */
  accepted: boolean;
  /** Consecutive refusals. */
  refusals: number;
  lastAt: number;
  refusedAt?: number;
  suspended?: Suspension;
  /** When a user requested an extra login; absent once that login was sent. */
  grantedAt?: number;
}

/**
 * All refusals that a PBX may have counted against the exporter at one address (host and port), for all targets,
 * accounts and configurations. Decides when the next login may be tried. Time is always passed in.
 */
export class GuardedAddress {
  #refusals: readonly Refusal[] = [];
  /** Refusals of other processes and of earlier runs. */
  #savedRefusals: readonly Refusal[] = [];
  #logins = new Map<string, KnownLogin>();
  readonly #times = new LoginTimes();
  #lock: (Suspension & { readonly since: number }) | undefined;
  readonly #workedPaths = new Set<string>();

  /** Call when a target is configured. */
  configured({ key }: LoginIdentity, now: number): void {
    if (!this.#logins.has(key)) this.#logins.set(key, { since: now, accepted: false, refusals: 0, lastAt: now });
  }

  /** Returns why this account may not log in now; undefined if it may. Its own reason comes first, with the longest of all waits. */
  suspension(who: LoginIdentity, now: number): Suspension | undefined {
    const known = this.#logins.get(who.key);
    const suspensions = [
      known?.grantedAt === undefined ? known?.suspended : undefined,
      this.#lockSuspension(who, now),
      this.#refusalSuspension(who, now),
      this.#times.suspension(who, now),
    ].filter((suspension) => suspension !== undefined && suspension.until > now);
    const [first] = suspensions;
    return first && { ...first, until: Math.max(...suspensions.map((suspension) => suspension?.until ?? now)) };
  }

  /**
   * Allows one login despite any pause, after a user has corrected the cause. Returns the reason if this is denied
   * because another refusal could lock us out; undefined if it is granted.
   */
  allowOneLogin(who: LoginIdentity, now: number): Suspension | undefined {
    const known = this.#logins.get(who.key) ?? { accepted: false, refusals: 0, lastAt: now };
    const suspension = this.refusalLimitReached(who, now) ?? this.#times.suspension(who, now);
    if (suspension === undefined) this.#remember(who, { ...known, grantedAt: now });
    return suspension;
  }

  /** Returns how many of the allowed refusals are spent; undefined if the PBX does not count refusals. */
  usedRefusals(who: LoginIdentity, now: number): RefusalUsage | undefined {
    const { refusals: limit } = who.rules;
    if (limit === undefined) return undefined;
    const { most, by, windowMs = unknownWindowMs } = limit;
    const counted = this.#counted(who, now);
    return { used: counted.length, most, windowMs, by, targets: targetsOf(counted) };
  }

  /** Reports whether a login at this URL was ever accepted. */
  hasWorked({ url }: LoginIdentity): boolean {
    return this.#workedPaths.has(url);
  }

  /** Call before a login is sent. */
  began(who: LoginIdentity, now: number): void {
    delete this.#logins.get(who.key)?.grantedAt;
    this.#times.began(who, now);
  }

  /**
   * Reports whether a login may be sent again after its connection was lost. The login then counts twice, because the
   * PBX may have received both. Returns false if the second one could reach a limit.
   */
  repeats(who: LoginIdentity, now: number): boolean {
    const { refusals: limit } = who.rules;
    const isLastRefusal = limit !== undefined && this.#counted(who, now).length + 2 >= limit.most;
    if (isLastRefusal || this.#times.suspension(who, now, 1) !== undefined) return false;
    this.began(who, now);
    return true;
  }

  /** Merges data of other processes and earlier runs from the state file. `saved` must not contain this process's own login in progress. */
  mergeSaved(who: LoginIdentity, saved: SavedAddress, { login, ofAccount, now, wall }: TimedSavedAccount): void {
    const monotonic = (at: number): number => now - Math.max(0, wall - at);
    const account = (salt: string | undefined): string => (ofAccount.has(salt ?? '') ? who.account : '');
    const own = new Set(this.#refusals.map(({ at }) => Math.round(at)));
    this.#savedRefusals = [
      ...saved.refusals
        .map(({ at, reason, salt }) => ({ at: monotonic(at), account: account(salt), target: '', reason }))
        .filter(({ at }) => !own.has(Math.round(at))),
      ...saved.inProgress.map((at) => loginInProgressElsewhere(monotonic(at), now)),
    ];
    for (const path of saved.worked) this.#workedPaths.add(new URL(path, who.url).href);
    const longestMs = longestPause(who.rules);
    if (saved.lock !== undefined)
      this.#mergeSavedLock(monotonic(saved.lock.since), Math.min(saved.lock.pauseMs, longestMs));
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
    this.#remember(who, { ...known, ...(known.refusedAt <= grantedAt && { grantedAt }) });
  }

  #mergeSavedLock(since: number, pauseMs: number): void {
    if (since <= (this.#lock?.since ?? -Infinity)) return;
    const detail = 'the PBX has locked the address of the exporter';
    this.#lock = { since, until: since + pauseMs, reason: 'locked_out', detail };
  }

  /** Call after a login that was accepted. */
  accepted(who: LoginIdentity, now: number): void {
    this.#workedPaths.add(who.url);
    this.#lock = undefined;
    if (who.rules.refusals?.windowMs === undefined) this.#forget(who);
    this.#remember(who, { accepted: true, refusals: 0, lastAt: now });
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
    this.#remember(who, { accepted: false, refusals, lastAt: now, refusedAt: now, suspended });
    return { refusals, pauseMs };
  }

  /** Call after a login that was never sent: no refusal is counted, but the account waits for `retryAfterMs` or the family's pause. */
  loginNotSent(who: LoginIdentity, failure: Failure, now: number): void {
    this.#times.notSent(who);
    const known = this.#logins.get(who.key) ?? { accepted: false, refusals: 0 };
    const until = now + (failure.retryAfterMs ?? pauseAfter(failure, known.refusals + 1, who.rules));
    const suspended = { until, reason: failure.reason, detail: failure.message };
    this.#remember(who, { ...known, lastAt: now, suspended });
  }

  /** Call after a refused request that the PBX counts like a refused login. */
  requestRefused(who: LoginIdentity, reason: FailureReason, now: number): void {
    this.#count({ at: now, account: who.account, target: who.target, reason }, who);
  }

  /** Returns why one more refused request could lock us out; undefined if it could not. */
  refusalLimitReached(who: LoginIdentity, now: number): Suspension | undefined {
    return who.rules.refusals && this.#suspensionAt(who.rules.refusals.most, who, now);
  }

  /**
   * Call after a login that timed out. If the account's previous login was refused, this one counts as refused, too;
   * otherwise nothing is known about it. Returns whether it counts.
   */
  unanswered(who: LoginIdentity, now: number): boolean {
    const { refusals = 0, suspended } = this.#logins.get(who.key) ?? {};
    if (refusals === 0 || suspended === undefined) return false;
    this.refused(who, new Failure(suspended.reason, suspended.detail), now);
    return true;
  }

  /** Returns the address's lock. An account configured or granted a login since then is exempt, because the lock may have been lifted. */
  #lockSuspension(who: LoginIdentity, now: number): Suspension | undefined {
    const lock = this.#lock;
    const isShared = (who.rules.refusals?.by ?? 'address') === 'address';
    if (lock === undefined || !isShared || lock.until <= now) return undefined;
    const { since = 0, grantedAt = -Infinity } = this.#logins.get(who.key) ?? {};
    if (since > lock.since || grantedAt >= lock.since) return undefined;
    return { ...lock, detail: `${lock.detail} (reported to another target of this PBX)` };
  }

  /**
   * Returns why the counted refusals suspend this account. The last allowed refusal is reserved for an account that
   * was accepted before, that was configured since the last refusal (it may be the correction), or that was granted a
   * login.
   */
  #refusalSuspension(who: LoginIdentity, now: number): Suspension | undefined {
    const limit = who.rules.refusals;
    if (limit === undefined) return undefined;
    const known = this.#logins.get(who.key);
    const lastAt = this.#counted(who, now).at(-1)?.at ?? -Infinity;
    const isNew = known?.refusals === 0 && known.since > lastAt;
    const isTrusted = known?.accepted === true || known?.grantedAt !== undefined || isNew;
    return this.#suspensionAt(isTrusted ? limit.most : limit.most - 1, who, now);
  }

  #suspensionAt(allowed: number, who: LoginIdentity, now: number): Suspension | undefined {
    const counted = this.#counted(who, now);
    const oldest = counted[counted.length - allowed];
    const last = counted.at(-1);
    if (counted.length < allowed || oldest === undefined || last === undefined) return undefined;
    const until = oldest.at + (who.rules.refusals?.windowMs ?? unknownWindowMs);
    return { until, reason: last.reason, detail: refusalDetail(counted, who) };
  }

  /** Returns the refusals that count for this account now, oldest first. */
  #counted({ account, rules: { refusals: limit } }: LoginIdentity, now: number): readonly Refusal[] {
    const windowMs = limit?.windowMs ?? unknownWindowMs;
    return [...this.#savedRefusals, ...this.#refusals]
      .filter(({ at, forgottenAt = Infinity }) => now - at < windowMs && now < forgottenAt)
      .filter((refusal) => limit?.by === 'address' || refusal.account === account)
      .sort((one, other) => one.at - other.at);
  }

  #count(refusal: Refusal, { rules }: LoginIdentity): void {
    const windowMs = rules.refusals?.windowMs ?? unknownWindowMs;
    this.#refusals = [...this.#refusals.filter(({ at }) => refusal.at - at < windowMs), refusal];
  }

  /** Clears the refusals after an accepted login, for a PBX that counts them without a time window. */
  #forget({ account, rules: { refusals: limit } }: LoginIdentity): void {
    const isKept = (refusal: Refusal): boolean => limit?.by === 'account' && refusal.account !== account;
    this.#savedRefusals = this.#savedRefusals.filter(isKept);
    this.#refusals = this.#refusals.filter(isKept);
  }

  #remember({ key }: LoginIdentity, change: Omit<KnownLogin, 'since'>): void {
    const since = this.#logins.get(key)?.since ?? change.lastAt;
    this.#logins.delete(key);
    const kept = [...this.#logins].filter(([, { lastAt }]) => change.lastAt - lastAt < forgottenAfterMs);
    this.#logins = new Map([...kept.slice(1 - maximumLogins), [key, { since, ...change }]]);
  }
}
