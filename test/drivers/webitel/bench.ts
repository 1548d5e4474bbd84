import { setImmediate as nextTurn } from 'node:timers/promises';
import { webitel } from '../../../src/drivers/webitel/index.ts';
import {
  createLegacySimulator,
  createModernSimulator,
  type LegacySimulator,
  type ModernSimulator,
} from '../../../src/simulator/webitel/index.ts';
import type { WebitelOptions } from '../../../src/simulator/webitel/settings.ts';
import { createHandClock, type HandClock } from '../../simulator/hand-clock.ts';
import { benchTarget, type BenchChanges, type TargetBench } from '../../support/target-bench.ts';
import { smallWorld } from './worlds.ts';

interface Bench<S> {
  readonly clock: HandClock;
  readonly simulator: S;
  readonly bench: TargetBench;
}

/** Settings of the simulated PBX and the target that a test can change. */
export interface Changes {
  /** The clock of the test, e.g. one shared with other targets; see {@link withoutPauses}. */
  readonly clock?: HandClock;
  readonly pbx?: Partial<WebitelOptions>;
  readonly target?: BenchChanges;
}

/** Creates a target that polls a simulated legacy engine with the small world. */
export async function legacyBench({ pbx = {}, target = {}, clock = createHandClock() }: Changes = {}): Promise<
  Bench<LegacySimulator>
> {
  const simulator = createLegacySimulator({ clock, world: smallWorld(), ...pbx });
  return { clock, simulator, bench: await benchTarget(webitel, simulator, clock, target) };
}

/** Creates a target that polls a simulated modern Webitel with the small world. */
export async function modernBench({ pbx = {}, target = {} }: Changes = {}): Promise<Bench<ModernSimulator>> {
  const clock = createHandClock();
  const simulator = createModernSimulator({ clock, world: smallWorld(), ...pbx });
  return { clock, simulator, bench: await benchTarget(webitel, simulator, clock, target) };
}

/** Milliseconds between two checks of a console with outstanding replies. */
const pauseMs = 200;

/** Creates a clock for tests that wait for the network. It counts the pauses between checks of the console and ends them immediately. */
export function withoutPauses(): HandClock & { readonly pauses: number } {
  const clock = createHandClock();
  let pauses = 0;
  return {
    wallTime: () => clock.wallTime(),
    monotonicTime: () => clock.monotonicTime(),
    advance: (milliseconds) => clock.advance(milliseconds),
    waitFor: (timers) => clock.waitFor(timers),
    get waiting() {
      return clock.waiting;
    },
    get pauses() {
      return pauses;
    },
    after(delayMs, callback) {
      if (delayMs !== pauseMs) return clock.after(delayMs, callback);
      pauses += 1;
      const timer = setImmediate(callback);
      return { stop: () => clearImmediate(timer) };
    },
  };
}

/** Every collector of the family. */
export const everything = ['peers', 'trunks', 'calls', 'queues', 'system'] as const;

/** An account of the simulated engine. */
export const rootAccount = { kind: 'password', username: 'root', password: 'made-up-root-password' } as const;

/** Waits for data in transit until the condition holds; throws after 300,000 turns of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; !condition(); turn += 1) {
    if (turn > 300_000) throw new Error('what the test waits for does not happen');
    await nextTurn();
  }
}
