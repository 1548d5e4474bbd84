// Run as a process of its own, to be killed: an exporter with one target and a state file, whose clock moves when a line on
// standard input says so (`{"advanceMs":...}`). After each line it runs a round and answers `{"now":...,"up":...,"stateProblem":...}`.
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
 * Lets the clock run while the work waits for it: 50 ms of its time for every millisecond or more of ours, so that an hour, which no round
 * may take, is more than a minute of real time however slowly the machine and the PBX beside it get on.
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
