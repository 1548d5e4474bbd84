import type { Driver } from '../drivers/driver.ts';
import { nextRecord } from '../snapshot/next-record.ts';
import { ageTime } from '../snapshot/clocks.ts';
import type { RoundOutcome } from '../snapshot/round-outcome.ts';
import { emptyRecord, type TargetIdentity, type TargetRecord } from '../snapshot/record.ts';
import { Failure } from '../transport/failure.ts';
import { AbsentPeers } from './absent-peers.ts';
import { PollsBetweenRounds } from './between-rounds.ts';
import { createDeadline, type Deadline, endedBy } from './deadline.ts';
import { Exchange } from './exchange.ts';
import { withoutExcludedRows } from './bounded-reading.ts';
import { loginStatus, type LoginStatus, roundSkipped } from './login-status.ts';
import { createLimiter, type Limiter } from './limiter.ts';
import type { LoginGuard } from './login-guard/login-guard.ts';
import { OtherProduct } from './identities.ts';
import { outcomeOf } from './outcome.ts';
import { RefusedCalls } from './refused-calls.ts';
import { RoundConversation } from './round-conversation.ts';
import { type RoundResult, runRound } from './round.ts';
import { SessionKeeper } from './session-keeper.ts';
import { driverSetup, guardOf, limitsOf, type TargetPresentation, type TargetSetup, timingOf } from './target-setup.ts';
import { logTransitions } from './transition-log.ts';

/** How long `stop` waits for a login in progress, in milliseconds: an aborted login could leave a session behind on the PBX. */
export const loginGraceMs = 2_000;
/** Timeout of the logout when a target is stopped, in milliseconds. */
const logoutTimeoutMs = 3_000;
/** Minimum time (ms) between the end of a round and the start of an unscheduled one. */
const shortestPauseMs = 5_000;

/** Made once, because every new one costs a stack trace. */
const roundIsOver = new Failure('timeout', 'the round is over');

/** One PBX with its session, its rounds and its record. A failure of one target does not affect the others. */
export class Target {
  /** State of the logins, and the way to allow one despite a pause. */
  readonly logins: LoginStatus;
  readonly #setup: TargetSetup;
  #presentation: TargetPresentation;
  readonly #driver: Driver;
  readonly #guard: LoginGuard;
  readonly #keeper: SessionKeeper;
  readonly #limiter: Limiter;
  readonly #refused: RefusedCalls;
  readonly #auxiliary: ReadonlySet<string>;
  readonly #product: OtherProduct;
  readonly #absentPeers = new AbsentPeers();
  readonly #betweenRounds: PollsBetweenRounds;
  #record: TargetRecord = emptyRecord;
  /** Monotonic time (ms) at which the last round ended or was skipped; initially, when the target was created. */
  #lastEndedAt: number;
  #running: { readonly round: Promise<void>; readonly deadline: Deadline } | undefined;
  #stopped = false;

  constructor(setup: TargetSetup) {
    const { family, clock } = setup;
    this.#setup = setup;
    this.#presentation = setup;
    this.#lastEndedAt = clock.monotonicTime();
    const timing = timingOf(() => this.#presentation);
    this.#guard = guardOf(setup, timing);
    this.#driver = family.create(driverSetup(setup, timing, this.#guard));
    this.#keeper = new SessionKeeper(this.#driver, this.#guard, clock, () => this.#refreshSecret());
    this.#betweenRounds = new PollsBetweenRounds({
      driver: this.#driver.betweenRounds,
      keeper: this.#keeper,
      clock,
      timeoutMs: () => this.timeoutMs,
      exchange: (deadline, counts) => this.#exchange(deadline, counts),
    });
    this.logins = loginStatus(this.#guard, this.#keeper);
    this.#limiter = createLimiter(setup.requestsPerTarget);
    this.#refused = new RefusedCalls(clock, timing);
    this.#product = new OtherProduct(setup.url, setup.identify);
    this.#auxiliary = new Set(family.requests.filter(({ serves }) => serves === 'auxiliary').map(({ call }) => call));
  }

  /** Identity of the target and how it is shown; a new object after a reload that changed it. */
  get identity(): TargetIdentity {
    return this.#presentation.identity;
  }

  /** Name of the target, label `pbx`. */
  get name(): string {
    return this.identity.name;
  }

  /** Time between the starts of two rounds, in milliseconds. */
  get intervalMs(): number {
    return this.#presentation.intervalMs;
  }

  /** Timeout of one round, in milliseconds. */
  get timeoutMs(): number {
    return this.#presentation.timeoutMs;
  }

  /** The current record; a new object after each round. */
  get record(): TargetRecord {
    return this.#record;
  }

  /** Whether any round has ended, successfully or not. */
  get tried(): boolean {
    return this.#record.upSinceWall !== undefined;
  }

  /**
   * By how much the end of the next round is overdue (ms); 0 if it is not. A round is due one interval after the
   * previous one and may take its timeout, so a value above 0 means that the loop is stuck or cannot keep up.
   */
  get overdueMs(): number {
    const dueAt = this.#lastEndedAt + this.intervalMs + this.timeoutMs;
    return Math.max(0, this.#setup.clock.monotonicTime() - dueAt);
  }

  /** Time (ms) since the last round ended, including the time the machine was asleep; Infinity before the first round. */
  get roundEndedMsAgo(): number {
    const { clock } = this.#setup;
    const { clocks } = this.#record;
    if (clocks === undefined) return Infinity;
    return ageTime(clocks, { monotonic: clock.monotonicTime(), wall: clock.wallTime() }) - clocks.monotonic;
  }

  /**
   * Minimum time (ms) after a round before an unscheduled one may start: half of the family's shortest recommended
   * interval, at least 5 s.
   */
  get leastPauseMs(): number {
    return Math.max(shortestPauseMs, (this.#setup.family.shortestInterval?.ms ?? 0) / 2);
  }

  /** Runs one round, or joins a running one. Resolves when the record is updated. Never throws. */
  async poll(): Promise<void> {
    if (this.#running !== undefined) return this.#running.round;
    if (this.#stopped) return;
    const deadline = createDeadline(this.#setup.clock, this.timeoutMs, 'the round took longer than its timeout');
    const round = this.#round(deadline).finally(() => {
      deadline.clear();
      deadline.abort(roundIsOver);
      this.#running = undefined;
      this.#lastEndedAt = this.#setup.clock.monotonicTime();
      if (!this.#stopped) this.#betweenRounds.begin();
    });
    this.#running = { round, deadline };
    return round;
  }

  /** Applies the changes of a reload. Keeps the session, the record and the driver's data; a running round is not restarted. */
  present(presentation: TargetPresentation): void {
    this.#presentation = presentation;
    this.#record = withoutExcludedRows(this.#record, presentation.exclusions ?? {});
  }

  /**
   * Aborts a running round, after a short wait for a login in progress. Then logs out and closes the connections. Safe
   * to call twice. `inTurn` runs the logout, for callers that stop many targets simultaneously; default: immediately.
   */
  async stop(inTurn: (logout: () => Promise<void>) => Promise<void> = (logout) => logout()): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    await this.#awaitLogin();
    this.#running?.deadline.abort(new Failure('timeout', 'the exporter is stopping'));
    await this.#running?.round;
    await this.#betweenRounds.stop();
    await inTurn(() => this.#logout());
    this.#setup.transport.close();
  }

  async #logout(): Promise<void> {
    const deadline = createDeadline(this.#setup.clock, logoutTimeoutMs, 'no answer to the logout');
    await this.#keeper.logout(this.#exchange(deadline));
    deadline.clear();
  }

  /** Waits briefly for a login in progress, because the PBX may already have opened the session. */
  async #awaitLogin(): Promise<void> {
    const { pending } = this.#keeper;
    if (pending === undefined) return;
    const grace = createDeadline(this.#setup.clock, loginGraceMs, 'the exporter is stopping');
    await endedBy(grace.signal, pending).catch(() => {});
    grace.clear();
  }

  async #refreshSecret(): Promise<void> {
    const { refreshSecret, log } = this.#setup;
    if (refreshSecret === undefined || !(await refreshSecret())) return;
    this.#guard.secretChanged();
    log.info('secret has changed in its file');
  }

  async #round(deadline: Deadline): Promise<void> {
    await this.#betweenRounds.pause();
    // Before the guard is checked: a new secret may end the suspension.
    if (!this.#keeper.hasSession) await this.#refreshSecret();
    const permission = this.#keeper.hasSession ? 'free' : this.#guard.permission();
    if (permission === 'pausing') return;
    const startedAt = this.#setup.clock.monotonicTime();
    const exchange = this.#exchange(deadline, this.#betweenRounds.takeCounts());
    const logins = { success: 0, failure: 0 };
    const conversation = new RoundConversation({
      exchange,
      keeper: this.#keeper,
      refused: this.#refused,
      auxiliary: this.#auxiliary,
      collectors: new Set(this.#setup.collect),
      callTimeoutMs: deadline.remainingMs() / 2,
      onLogin: (result) => (logins[result] += 1),
    });
    const run = async (): Promise<RoundResult> => {
      const result = await runRound(this.#driver, conversation, deadline, this.#presentation.exclusions);
      return this.#absentPeers.complete(result, this.#setup, this.#presentation);
    };
    const result = permission === 'free' ? await run() : { failure: roundSkipped };
    if (logins.success + this.#record.counters.logins.success > 0) this.#product.proven();
    else if ('failure' in result) await this.#product.look(result.failure, deadline);
    if (this.#stopped) return;
    const counts = { requests: exchange.counts, logins, auxiliaryCalls: conversation.auxiliaryCalls };
    this.#apply(
      outcomeOf(result, { setup: this.#setup, guard: this.#guard, product: this.#product }, startedAt, counts),
    );
  }

  #apply(outcome: RoundOutcome): void {
    const before = this.#record;
    this.#record = nextRecord(before, outcome, limitsOf(this.identity));
    logTransitions(this.#setup.log, before, this.#record);
    this.#setup.onRecord(this);
  }

  #exchange(deadline: Deadline, counts: Record<string, Record<string, number>> = {}): Exchange {
    const { transport, clock, observeRequest } = this.#setup;
    return new Exchange({
      transport,
      limiter: this.#limiter,
      clock,
      deadline,
      observe: observeRequest,
      counts,
    });
  }
}
