import type { Clock } from '../clock.ts';
import type { Target } from '../target/target.ts';
import { createLanes, type Lanes } from './lanes.ts';
import { createSchedule, type Schedule } from './schedule.ts';

/** At the start the first rounds are spread: one target per this many milliseconds, within one interval at most. */
export const startSpreadPerTargetMs = 100;

/** What a fleet is made from. */
export interface FleetSetup {
  /** Targets polled at the same time. */
  readonly concurrency: number;
  readonly clock: Clock;
  /** A number from 0 up to, not including, 1; decides who begins when. */
  readonly random: () => number;
}

interface Member {
  readonly target: Target;
  readonly schedule: Schedule;
}

/** All targets and when each is polled: own interval, no overlap, bounded concurrency. */
export class Fleet {
  readonly #setup: FleetSetup;
  readonly #lanes: Lanes;
  readonly #members = new Map<string, Member>();
  readonly #queued = new Set<Target>();
  #started = false;

  constructor(setup: FleetSetup, targets: readonly Target[]) {
    this.#setup = setup;
    this.#lanes = createLanes(setup.concurrency);
    for (const target of targets) this.#members.set(target.name, this.#member(target));
  }

  /** All targets, in the order of the configuration. */
  get targets(): readonly Target[] {
    return [...this.#members.values()].map(({ target }) => target);
  }

  /** A target by name. */
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
    const spread = this.#members.size * startSpreadPerTargetMs;
    for (const { target, schedule } of this.#members.values()) {
      schedule.start(this.#setup.random() * Math.min(target.intervalMs, spread));
    }
  }

  /** Stops the schedules, ends running rounds and logs out everywhere. Safe to call twice. */
  async stop(): Promise<void> {
    this.#started = false;
    for (const { schedule } of this.#members.values()) schedule.stop();
    await Promise.all(this.targets.map((target) => target.stop()));
  }

  /** Runs a round of a target now, within the limits of the fleet; joins one that runs or waits. */
  async poll(target: Target): Promise<void> {
    if (this.#queued.has(target)) return;
    this.#queued.add(target);
    try {
      await this.#lanes.run(target.record.up || !target.tried, () => target.poll());
    } finally {
      this.#queued.delete(target);
    }
  }

  #member(target: Target): Member {
    const tick = (): void => void this.poll(target);
    return { target, schedule: createSchedule(this.#setup.clock, target.intervalMs, tick) };
  }
}
