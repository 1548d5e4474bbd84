// Runs as a separate process that can be killed: an exporter with one target and a state file. Each line on standard input
// (`{"advanceMs":...}`) advances its clock and starts a round, answered with `{"now":...,"up":...,"stateProblem":...}`.
import { createInterface } from 'node:readline/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { createHandClock } from '../simulator/hand-clock.ts';
import { createChildExporter } from './child-exporter.ts';
import type { SteppedTarget } from './stepped-process.ts';

const target = JSON.parse(process.argv[2] ?? '') as SteppedTarget;
const clock = createHandClock();
clock.advance(target.now - clock.monotonicTime());
const { fleet, guards } = createChildExporter(target, clock);

/**
 * Advances the clock while the work waits for timers: by 50 ms for every real millisecond or more. An hour, the limit of a round, is thus
 * more than a minute of real time. That is enough even on a slow machine.
 */
async function passTime(work: Promise<unknown>): Promise<void> {
  const state = { done: false };
  const ended = work.finally(() => (state.done = true));
  while (!state.done) {
    await wait(1);
    if (!state.done && clock.waiting > 0) clock.advance(50);
  }
  await ended;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { advanceMs } = JSON.parse(line) as { readonly advanceMs: number };
  clock.advance(advanceMs);
  await passTime(Promise.all(fleet.targets.map((one) => fleet.poll(one))));
  await passTime(guards.flush());
  const up = fleet.get('hq')?.record.up === true;
  process.stdout.write(`${JSON.stringify({ now: clock.monotonicTime(), up, stateProblem: guards.stateProblem })}\n`);
}
