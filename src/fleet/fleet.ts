import type { Clock } from '../clock.ts';
import { createLimiter } from '../polling/limiter.ts';
import type { Target } from '../polling/target.ts';
import { createRoundQueues, type RoundQueues } from './round-queues.ts';
import { createSchedule, type Schedule } from './schedule.ts';

/** At startup, the first rounds are spread over this many milliseconds per target, but at most over one interval. */
const startSpreadPerTargetMs = 100;

/** Settings and dependencies of a fleet. */
export interface FleetSetup {
  /** Maximum number of targets polled at the same time. */
  readonly concurrency: number;
  readonly clock: Clock;
  /** Returns a number from 0 (inclusive) to 1 (exclusive), which determines the start of each target. */
  readonly random: () => number;
}

interface Member {
  readonly target: Target;
  schedule: Schedule;
  /** The interval of `schedule`, in milliseconds. */
  intervalMs: number;
  /** Rounds start only after this promise: the replaced targets are logged out first. */
  readonly after: Promise<void>;
  /** The round that is running or queued. */
  pendingRound?: Promise<void>;
  /** Monotonic time (ms) at which that round started running. */
  roundSince?: number;
}

/** All targets and their schedules: each target has its own interval, rounds do not overlap, and concurrency is limited. */
export class Fleet {
  readonly #setup: FleetSetup;
  readonly #queues: RoundQueues;
  #members: ReadonlyMap<string, Member>;
  #stopping: Promise<void> = Promise.resolve();
  #started = false;

  constructor(setup: FleetSetup, targets: readonly Target[]) {
    this.#setup = setup;
    this.#queues = createRoundQueues(setup.concurrency, setup.clock);
    this.#members = new Map(targets.map((target) => [target.name, this.#member(target, this.#stopping)]));
  }

  /** All targets, in the order of the configuration. */
  get targets(): readonly Target[] {
    return [...this.#members.values()].map(({ target }) => target);
  }

  /** Returns a target by name. */
  get(name: string): Target | undefined {
    return this.#members.get(name)?.target;
  }

  /** Whether every target has been tried once. */
  get ready(): boolean {
    return this.targets.every((target) => target.tried);
  }

  /** Starts the schedules. Safe to call twice. */
  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#begin([...this.#members.values()]);
  }

  /** Stops the schedules, ends running rounds and logs out everywhere. Safe to call twice. */
  async stop(): Promise<void> {
    this.#started = false;
    for (const { schedule } of this.#members.values()) schedule.stop();
    await Promise.all([this.#stopping, ...this.targets.map((target) => target.stop())]);
  }

  /**
   * Replaces the current targets with `targets`. Target objects that are already present continue undisturbed; they get
   * a new schedule if their interval changed. Targets that are no longer listed are removed immediately and logged out, at
   * most `concurrency` at a time. New targets start only after these logouts, and then the promise resolves.
   */
  async replace(targets: readonly Target[], concurrency: number): Promise<void> {
    const before = new Map([...this.#members.values()].map((member) => [member.target, member]));
    const wanted = new Set(targets);
    const leaving = [...before.values()].filter(({ target }) => !wanted.has(target));
    for (const { schedule } of leaving) schedule.stop();
    const logouts = createLimiter(concurrency);
    const stopping = allSettled([
      this.#stopping,
      ...leaving.map(({ target }) => target.stop((logout) => logouts.run(logout))),
    ]);
    this.#stopping = stopping;
    this.#queues.resize(concurrency);
    const members = targets.map((target) => before.get(target) ?? this.#member(target, stopping));
    this.#members = new Map(members.map((member) => [member.target.name, member]));
    this.#reschedule(members.filter(({ target, intervalMs }) => target.intervalMs !== intervalMs));
    await stopping;
    const arrived = members.filter(({ target }) => !before.has(target) && this.get(target.name) === target);
    if (this.#started) this.#begin(arrived);
  }

  /** Runs a round of a target now, within the concurrency limits, or joins a running or queued one. Never throws. */
  async poll(target: Target): Promise<void> {
    const member = this.#members.get(target.name);
    if (member?.target !== target) return;
    member.pendingRound ??= this.#runRound(member);
    await member.pendingRound;
  }

  /** Returns how long the round of a target has been running (ms); undefined if none is running or it is still queued. */
  roundRunningMs(target: Target): number | undefined {
    const since = this.#members.get(target.name)?.roundSince;
    return since === undefined ? undefined : this.#setup.clock.monotonicTime() - since;
  }

  async #runRound(member: Member): Promise<void> {
    const { target } = member;
    try {
      await member.after;
      await this.#queues.run(target.record.up || !target.tried, () => {
        member.roundSince = this.#setup.clock.monotonicTime();
        return target.poll();
      });
    } finally {
      delete member.roundSince;
      delete member.pendingRound;
    }
  }

  #begin(members: readonly Member[]): void {
    const spread = members.length * startSpreadPerTargetMs;
    for (const { target, schedule } of members)
      schedule.start(this.#setup.random() * Math.min(target.intervalMs, spread));
  }

  /** Schedules the next round one new interval after the last one. Rounds that are due immediately are spread as at startup. */
  #reschedule(members: readonly Member[]): void {
    const spread = members.length * startSpreadPerTargetMs;
    for (const member of members) {
      const { target } = member;
      member.schedule.stop();
      member.schedule = this.#schedule(target);
      member.intervalMs = target.intervalMs;
      const dueInMs = Math.max(0, target.intervalMs - target.roundEndedMsAgo);
      const delayMs = Math.max(dueInMs, this.#setup.random() * Math.min(target.intervalMs, spread));
      if (this.#started) member.schedule.start(delayMs);
    }
  }

  #member(target: Target, after: Promise<void>): Member {
    return { target, schedule: this.#schedule(target), intervalMs: target.intervalMs, after };
  }

  #schedule(target: Target): Schedule {
    return createSchedule(this.#setup.clock, target.intervalMs, () => void this.poll(target));
  }
}

/**
 * Resolves without a value after all departures. A list of results would retain the list of the previous call, and so on
 * without end.
 */
async function allSettled(stopping: readonly Promise<void>[]): Promise<void> {
  await Promise.all(stopping);
}
