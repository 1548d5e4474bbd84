import { systemClock } from '../../src/clock.ts';
import { simulators } from '../../src/simulator/index.ts';
import { createMikoSimulator } from '../../src/simulator/mikopbx/index.ts';
import { createPortsipSimulator } from '../../src/simulator/portsip/index.ts';
import type { Simulator, SimulatorFamily } from '../../src/simulator/simulator.ts';

/** One simulated PBX of every family, with so many extensions (the argument), in a process of their own. */
const peers = Number(process.argv[2] ?? 100);

/** Without the limits that rounds without a pause between them would meet. */
function create(family: SimulatorFamily): Simulator {
  const options = { clock: systemClock, peers, trunks: 5 };
  if (family.family === 'mikopbx') return createMikoSimulator({ ...options, switches: { requestLimit: false } });
  if (family.family === 'portsip') return createPortsipSimulator({ ...options, switches: { requestsPerMinute: 1e6 } });
  return family.create(options);
}

/** PortSIP is asked as fast as its driver can be told to: the floor keeps no pace. */
const paces: Readonly<Record<string, object>> = { portsip: { requests_per_second: 100 } };

const pbxs = await Promise.all(
  simulators.map(async (family) => {
    const simulator = create(family);
    const url = await simulator.start();
    const options = { ...simulator.targetOptions, ...paces[simulator.family] };
    return { family: simulator.family, url: url.href, account: simulator.account, options };
  }),
);
process.send?.({ pbxs });
