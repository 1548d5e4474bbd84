import { createAsteriskSimulator } from '../../src/simulator/asterisk/index.ts';
import { createShiftedClock } from './shifted-clock.ts';

/** Message from the bench: the elapsed time, and the number of legs that ended in it. */
export interface Passed {
  readonly milliseconds: number;
  readonly finishedLegs: number;
}

/** Runs a simulated Asterisk in a separate process. The argument is the number of running legs. */
const runningLegs = Number(process.argv[2] ?? 100);
const phones = 100;

const clock = createShiftedClock();
const simulator = createAsteriskSimulator({ clock, peers: phones, trunks: 5 });
const { legs } = simulator;

function endpointOf(index: number): string {
  return String(1001 + (index % phones));
}

for (let index = 0; index < runningLegs; index += 1) legs.start({ endpoint: endpointOf(index) });

process.on('message', ({ milliseconds, finishedLegs }: Passed) => {
  const ending = Array.from({ length: finishedLegs }, (_, index) => legs.start({ endpoint: endpointOf(index) }));
  clock.shift(milliseconds);
  for (const leg of ending) legs.end(leg);
  process.send?.('passed');
});

const url = await simulator.start();
process.send?.({ url: url.href, account: simulator.account });
