import type { SpentRefusals } from '../../snapshot/record.ts';
import type { FailureReason } from '../../snapshot/failure-reason.ts';
import { Failure } from '../../transport/failure.ts';
import { type Hold, isCounted, type LoginIdentity, longestPause, pauseAfter, unknownWindowMs } from './login-rules.ts';
import type { RefusedFacts, TakenOver } from './refused-logins.ts';
import { LoginTimes, type Refusal, rowDetail, targetsOf, underWayElsewhere } from './counted-logins.ts';
import type { SavedAddress } from './state-format.ts';

/** Maximum number of remembered accounts per address; the newest are kept. Far more than any server has tenants. */
const mostLogins = 2_000;
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
  suspended?: Hold;
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
  #foreign: readonly Refusal[] = [];
  #logins = new Map<string, KnownLogin>();
  readonly #times = new LoginTimes();
  #lock: (Hold & { readonly since: number }) | undefined;
  readonly #workedPaths = new Set<string>();

  /** Call when a target is configured. */
  configured({ key }: LoginIdentity, now: number): void {
    if (!this.#logins.has(key)) this.#logins.set(key, { since: now, accepted: false, refusals: 0, lastAt: now });
  }

  /** Returns why this account may not log in now; undefined if it may. Its own reason comes first, with the longest of all waits. */
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
   * Allows one login despite any pause, after a user has corrected the cause. Returns the reason if this is denied
   * because another refusal could lock us out; undefined if it is granted.
   */
  grantOneTry(who: LoginIdentity, now: number): Hold | undefined {
    const known = this.#logins.get(who.key) ?? { accepted: false, refusals: 0, lastAt: now };
    const hold = this.rowFull(who, now) ?? this.#times.hold(who, now);
    if (hold === undefined) this.#know(who, { ...known, grantedAt: now });
    return hold;
  }

  /** Returns how many of the allowed refusals are spent; undefined if the PBX does not count refusals. */
  spent(who: LoginIdentity, now: number): SpentRefusals | undefined {
    const { refusals: row } = who.rules;
    if (row === undefined) return undefined;
    const { most, by, windowMs = unknownWindowMs } = row;
    const counted = this.#counted(who, now);
    return { spent: counted.length, most, windowMs, by, targets: targetsOf(counted) };
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
    const { refusals: row } = who.rules;
    const isLastOfRow = row !== undefined && this.#counted(who, now).length + 2 >= row.most;
    if (isLastOfRow || this.#times.hold(who, now, 1) !== undefined) return false;
    this.began(who, now);
    return true;
  }

  /** Merges data of other processes and earlier runs from the state file. `saved` must not contain this process's own login in progress. */
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

  /** Call after a login that was never sent: no refusal is counted, but the account waits for `retryAfterMs` or the family's pause. */
  heldBack(who: LoginIdentity, failure: Failure, now: number): void {
    this.#times.notSent(who);
    const known = this.#logins.get(who.key) ?? { accepted: false, refusals: 0 };
    const until = now + (failure.retryAfterMs ?? pauseAfter(failure, known.refusals + 1, who.rules));
    const suspended = { until, reason: failure.reason, detail: failure.message };
    this.#know(who, { ...known, lastAt: now, suspended });
  }

  /** Call after a refused request that the PBX counts like a refused login. */
  requestRefused(who: LoginIdentity, reason: FailureReason, now: number): void {
    this.#count({ at: now, account: who.account, target: who.target, reason }, who);
  }

  /** Returns why one more refused request could lock us out; undefined if it could not. */
  rowFull(who: LoginIdentity, now: number): Hold | undefined {
    const { refusals: row } = who.rules;
    return row && this.#rowHoldAt(row.most, who, now);
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
  #lockHold(who: LoginIdentity, now: number): Hold | undefined {
    const lock = this.#lock;
    const isShared = (who.rules.refusals?.by ?? 'address') === 'address';
    if (lock === undefined || !isShared || lock.until <= now) return undefined;
    const { since = 0, grantedAt = -Infinity } = this.#logins.get(who.key) ?? {};
    if (since > lock.since || grantedAt >= lock.since) return undefined;
    return { ...lock, detail: `${lock.detail} (reported to another target of this PBX)` };
  }

  /**
   * Returns why the counted refusals hold back this account. The last allowed refusal is reserved for an account that
   * was accepted before, that was configured since the last refusal (it may be the correction), or that was granted a
   * login.
   */
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

  /** Returns the refusals that count for this account now, oldest first. */
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

  /** Clears the refusals after an accepted login, for a PBX that counts them without a time window. */
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
