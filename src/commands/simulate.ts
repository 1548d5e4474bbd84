import { type Clock, systemClock, type Timer } from '../clock.ts';
import { faultNames } from '../simulator/kit/fault.ts';
import { startLife } from '../simulator/kit/life.ts';
import { simulators } from '../simulator/index.ts';
import type { Simulator, SimulatorFamily } from '../simulator/simulator.ts';

/** How long simulated phones and trunks stay as they are, in milliseconds. */
const lifeIntervalMs = 5_000;

/** What is to be simulated. */
export interface SimulateOptions {
  /** Families; empty = all. */
  readonly families: readonly string[];
  /** PBXs of each family. */
  readonly count: number;
  readonly peers: number;
  readonly trunks: number;
  readonly seed: number;
  /** First port; each PBX takes the next. 0 = any free ones. */
  readonly port: number;
  /** Names of faults that every PBX shows from the start. */
  readonly faults: readonly string[];
  /** Whether phones and trunks change over time. */
  readonly life: boolean;
  /** Name of the target, where only one PBX is simulated; default: from the family. */
  readonly name?: string;
}

/** A simulated PBX that runs. */
export interface RunningSimulator {
  readonly name: string;
  readonly simulator: Simulator;
  readonly url: URL;
}

/** Simulated PBXs that run, and how to end them. */
export interface Simulation {
  readonly running: readonly RunningSimulator[];
  stop(): Promise<void>;
}

/** Names of the families that can be simulated. */
export function simulatedFamilies(): readonly string[] {
  return simulators.map(({ family }) => family);
}

/** Starts simulated PBXs on loopback. Rejects when a port is taken. */
export async function startSimulation(options: SimulateOptions, clock: Clock = systemClock): Promise<Simulation> {
  const wanted = simulators.filter(({ family }) => options.families.length === 0 || options.families.includes(family));
  const running: RunningSimulator[] = [];
  const lives: Timer[] = [];
  for (const [index, entry] of wanted
    .flatMap((family) => Array.from({ length: options.count }, () => family))
    .entries()) {
    const simulator = createSimulator(entry, index, options, clock);
    const url = await simulator.start();
    await setFaults(simulator, options.faults);
    running.push({ name: simulatorName(entry.family, index, options), simulator, url });
    if (options.life)
      lives.push(startLife(simulator.world, { clock, seed: options.seed + index, intervalMs: lifeIntervalMs }));
  }
  return {
    running,
    async stop() {
      for (const life of lives) life.stop();
      await Promise.all(running.map(({ simulator }) => simulator.stop()));
    },
  };
}

/** The `targets:` of a configuration for these PBXs, ready to be put into a file. */
export function simulationConfig(running: readonly RunningSimulator[], scrape: string): string {
  return `${scrape}targets:\n${running.map(targetBlock).join('')}`;
}

function createSimulator(entry: SimulatorFamily, index: number, options: SimulateOptions, clock: Clock): Simulator {
  return entry.create({
    clock,
    seed: options.seed + index,
    peers: options.peers,
    trunks: options.trunks,
    port: options.port === 0 ? 0 : options.port + index,
  });
}

async function setFaults(simulator: Simulator, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const named = faultNames[name];
    if (named !== undefined) await simulator.faults.set(named.fault);
  }
}

function simulatorName(family: string, index: number, { count, name }: SimulateOptions): string {
  if (name !== undefined) return name;
  return count === 1 ? `demo-${family}` : `demo-${family}-${(index % count) + 1}`;
}

function targetBlock({ name, simulator, url }: RunningSimulator): string {
  const { family, account, targetOptions } = simulator;
  const secret =
    'token' in account ? { token: account.token } : { username: account.username, password: account.password };
  const lines = [
    `  - name: ${name}`,
    `    family: ${family}`,
    `    url: ${url.href.replace(/\/$/, '')}`,
    ...Object.entries(secret).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`),
    ...(targetOptions === undefined ? [] : [`    options: ${JSON.stringify(targetOptions)}`]),
  ];
  return `${lines.join('\n')}\n`;
}
