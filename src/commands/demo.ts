import type { Command } from 'commander';
import { systemClock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { ListenAddress } from '../server/server.ts';
import {
  createLog,
  examples,
  type ListenOptions,
  type LogOptions,
  type ProcessContext,
  wholeNumber,
  withListenAddress,
  withLogOptions,
} from './flags.ts';
import { demoFleet, setUserAgents } from './demo-fleet.ts';
import { checkConfigText } from './read-config.ts';
import { setTrunk, type World } from '../simulator/kit/world.ts';
import { serve } from './serve.ts';
import { type RunningSimulator, type Simulation, simulationConfig, startSimulation } from './simulate.ts';
import { paint, type Terminal } from './terminal.ts';

/** Options of the demo. */
interface DemoOptions {
  readonly address: ListenAddress;
  readonly peers: number;
  readonly trunks: number;
  readonly seed: number;
  readonly log: Log;
}

/** A running demo. */
interface RunningDemo {
  readonly port: number;
  stop(): Promise<void>;
}

const scrape = 'scrape:\n  interval: 5s\n  timeout: 4s\n  stale_after: 15s\n';

/** Families with broken trunks in the demo. Trunks of the others are repaired, because most real PBXs have no problems. */
const withBrokenTrunks: ReadonlySet<string> = new Set(['asterisk', 'yeastar-p']);

/** Starts simulated PBXs of every family and an exporter for them, all on loopback. Prints the addresses to open. */
async function demo(options: DemoOptions, terminal: Terminal): Promise<RunningDemo> {
  const simulations = await startAll(options);
  const running = simulations.flatMap((simulation) => simulation.running);
  const file = checkConfigText(simulationConfig(running, scrape), 'demo');
  if (!file.ok) throw new Error(`the configuration of the demo is invalid:\n${file.problems}`);
  const exporter = await serve({ config: file.config, address: options.address, log: options.log });
  terminal.out(welcome(terminal, running, `http://${options.address.host ?? '127.0.0.1'}:${exporter.port}`));
  return {
    port: exporter.port,
    async stop() {
      await exporter.stop();
      await Promise.all(simulations.map((simulation) => simulation.stop()));
    },
  };
}

/** Starts the fleet and one PBX that is switched off. */
async function startAll(options: DemoOptions): Promise<readonly Simulation[]> {
  const common = { ...options, count: 1, port: 0, families: [], life: true };
  const fleet = await startSimulation({ ...common, faults: [], pbxs: demoFleet(systemClock.wallTime()) });
  const off = await startSimulation({
    ...common,
    families: ['asterisk'],
    faults: ['refuse'],
    name: 'demo-switched-off',
  });
  for (const { simulator } of fleet.running) {
    if (!withBrokenTrunks.has(simulator.family)) repairTrunks(simulator.world);
    setUserAgents(simulator.world);
  }
  return [fleet, off];
}

function repairTrunks(world: World): void {
  for (const { name, kind, state, roundtripMicroseconds = 14_200 } of world.trunks) {
    if (state === 'disabled') continue;
    setTrunk(world, name, { state: kind === 'register' ? 'registered' : 'reachable', roundtripMicroseconds });
  }
}

function welcome(terminal: Terminal, running: readonly RunningSimulator[], base: string): string {
  const pbxs = running.map(
    ({ name, simulator, url }) => `  ${name.padEnd(22)} ${simulator.family.padEnd(12)} ${url.href}`,
  );
  return `
${paint(terminal, 'good', 'The demo is running.')} These PBXs are simulated; their phones and trunks change a little every few seconds:

${pbxs.join('\n')}

Open  ${base}/          every PBX at a glance
      ${base}/metrics   what Prometheus scrapes

Look at
      curl -s ${base}/metrics | grep pbx_up
      curl -s ${base}/metrics | grep 'pbx_peer_roundtrip_microseconds{pbx="demo-asterisk"'
      curl -s ${base}/metrics | grep pbx_trunk_state | grep ' 1$'

Press Ctrl+C to stop.
`;
}

/** Adds `demo`. */
export function addDemo(program: Command, { terminal, keepRunning }: ProcessContext): void {
  withLogOptions(withListenAddress(program.command('demo'), '127.0.0.1:10560'), 'warn')
    .description('start simulated PBXs of every family and an exporter for them')
    .option('--peers <number>', 'extensions per PBX', wholeNumber, 20)
    .option('--trunks <number>', 'trunks per PBX', wholeNumber, 4)
    .addHelpText(
      'after',
      examples('pbx-exporter demo', 'pbx-exporter demo --web.listen-address 127.0.0.1:10561 --peers 300'),
    )
    .action(async (options: ListenOptions & LogOptions & { readonly peers: number; readonly trunks: number }) => {
      const { peers, trunks } = options;
      const address = options['web.listenAddress'];
      keepRunning(await demo({ address, peers, trunks, seed: 1, log: createLog(options, terminal) }, terminal));
    });
}
