import { systemClock } from '../../src/clock.ts';
import { simulators } from '../../src/simulator/index.ts';
import { createMikoSimulator } from '../../src/simulator/mikopbx/index.ts';
import { createPortsipSimulator } from '../../src/simulator/portsip/index.ts';
import type { Simulator, SimulatorFamily } from '../../src/simulator/simulator.ts';

/** Runs one simulated PBX of every family in a separate process. The argument is the number of extensions. */
const peers = Number(process.argv[2] ?? 100);

/** Creates a simulator without request limits, which rounds without pauses would exceed. */
function create(family: SimulatorFamily): Simulator {
  const options = { clock: systemClock, peers, trunks: 5 };
  if (family.family === 'mikopbx') return createMikoSimulator({ ...options, switches: { requestLimit: false } });
  if (family.family === 'portsip') return createPortsipSimulator({ ...options, switches: { requestsPerMinute: 1e6 } });
  return family.create(options);
}

/** Options for the maximum request rate of PortSIP, because the floor does not limit its rate. */
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
