import type { Log } from '../log.ts';
import type { ListenAddress } from '../server/server.ts';
import { checkConfigText } from './read-config.ts';
import { type RunningExporter, serve } from './serve.ts';
import { type Simulation, simulationConfig, startSimulation } from './simulate.ts';
import { paint, type Terminal } from './terminal.ts';

/** What the demo is made of. */
export interface DemoOptions {
  readonly address: ListenAddress;
  readonly peers: number;
  readonly trunks: number;
  readonly seed: number;
  readonly log: Log;
}

/** A demo that runs. */
export interface RunningDemo {
  readonly port: number;
  stop(): Promise<void>;
}

const scrape = 'scrape:\n  interval: 5s\n  timeout: 4s\n  stale_after: 15s\n';

/** Simulated PBXs of every family and an exporter for them, all on loopback; says where to look. */
export async function demo(options: DemoOptions, terminal: Terminal): Promise<RunningDemo> {
  const simulation = await startSimulation({ ...options, families: [], count: 1, port: 0, faults: [], life: true });
  const text = simulationConfig(simulation.running, scrape);
  const file = checkConfigText(text, 'demo');
  if (!file.ok) throw new Error(`the demo's own configuration is not accepted:\n${file.problems}`);
  const exporter = await serve({ config: file.config, address: options.address, log: options.log });
  terminal.out(welcome(terminal, simulation, exporter, options.address.host ?? '127.0.0.1'));
  return {
    port: exporter.port,
    async stop() {
      await exporter.stop();
      await simulation.stop();
    },
  };
}

function welcome(terminal: Terminal, simulation: Simulation, exporter: RunningExporter, host: string): string {
  const base = `http://${host}:${exporter.port}`;
  const pbxs = simulation.running.map(
    ({ name, simulator, url }) => `  ${name.padEnd(20)} ${simulator.family.padEnd(12)} ${url.href}`,
  );
  const example = simulation.running[0]?.name ?? 'demo-asterisk';
  return `
${paint(terminal, 'good', 'The demo runs.')} These PBXs are simulated; their phones and trunks change a little every few seconds:

${pbxs.join('\n')}

Open  ${base}/          every PBX at a glance
      ${base}/metrics   what Prometheus reads

Look at
      curl -s ${base}/metrics | grep pbx_up
      curl -s ${base}/metrics | grep 'pbx_peer_roundtrip_microseconds{pbx="${example}"'
      curl -s ${base}/metrics | grep pbx_trunk_state | grep ' 1$'

Ctrl+C ends it.
`;
}
