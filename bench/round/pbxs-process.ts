import { systemClock } from '../../src/clock.ts';
import { simulators } from '../../src/simulator/index.ts';

/** One simulated PBX of every family, with so many extensions (the argument), in a process of their own. */
const peers = Number(process.argv[2] ?? 100);

const pbxs = await Promise.all(
  simulators.map(async (family) => {
    const simulator = family.create({ clock: systemClock, peers, trunks: 5 });
    const url = await simulator.start();
    return { family: simulator.family, url: url.href, account: simulator.account, options: simulator.targetOptions };
  }),
);
process.send?.({ pbxs });
