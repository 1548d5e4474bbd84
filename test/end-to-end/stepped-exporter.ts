// Run as a process of its own, to be killed: an exporter with one target and a state file, whose clock moves when a line on
// standard input says so (`{"advanceMs":...}`). After each line it runs a round and answers `{"now":...,"up":...,"stateProblem":...}`.
import { createInterface } from 'node:readline/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Secret } from '../../src/config/secret.ts';
import { families } from '../../src/drivers/index.ts';
import { createExporter } from '../../src/exporter.ts';
import { silentLog } from '../../src/log.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import type { SteppedTarget } from './stepped-process.ts';

const target = JSON.parse(process.argv[2] ?? '') as SteppedTarget;
const family = families.find(({ name }) => name === target.family);
if (family === undefined) throw new Error('there is no such family');
const clock = createHandClock();
clock.advance(target.now - clock.monotonicTime());
const { fleet, guards } = createExporter({
  config: {
    concurrency: 4,
    targets: [
      {
        name: 'hq',
        family: family.name,
        url: new URL(target.url),
        account: { kind: 'password', username: target.username, password: new Secret(target.password) },
        intervalMs: target.intervalMs,
        // Hashes take real time, in which this clock runs on.
        timeoutMs: 50 * 60_000,
        staleAfterMs: 3 * target.intervalMs,
        requestsPerTarget: 2,
        collect: ['system'],
        tls: { insecureSkipVerify: false },
        labels: {},
        peers: { names: 'plain', limit: 100 },
        trunks: {},
        options: family.options.parse(target.options),
      },
    ],
  },
  clock,
  random: () => 0.5,
  log: silentLog,
  version: 'test',
  stateFile: target.stateFile,
});

/** Lets time pass in small steps while the work waits for it. */
async function passTime(work: Promise<unknown>): Promise<void> {
  const state = { done: false };
  const ended = work.finally(() => (state.done = true));
  for (let turns = 1; !state.done; turns += 1) {
    await nextTurn();
    if (turns % 30 === 0 && clock.waiting > 0) clock.advance(50);
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
