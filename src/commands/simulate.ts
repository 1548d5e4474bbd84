import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Clock, systemClock, type Timer } from '../clock.ts';
import { type CertificateFault, type FaultyCertificate, makeFaultyCertificate } from '../simulator/kit/certificates.ts';
import {
  type Condition,
  conditionNames,
  type Simulator,
  type SimulatorFamily,
  type SimulatorOptions,
} from '../simulator/simulator.ts';
import { faultNames } from '../simulator/kit/fault.ts';
import { startLife } from '../simulator/kit/life.ts';
import { simulators, simulatorVariants } from '../simulator/index.ts';
import type { SimulatorTls } from '../simulator/kit/server-definition.ts';

/** Time between two changes of simulated phones and trunks, in milliseconds. */
const lifeIntervalMs = 5_000;

/** Options of a simulation. */
export interface SimulateOptions {
  /** Names of families or variants; if empty, each family is simulated once. */
  readonly families: readonly string[];
  /** Number of PBXs of each family. */
  readonly count: number;
  readonly peers: number;
  readonly trunks: number;
  readonly seed: number;
  /** First port; each further PBX uses the next one. 0 selects any free ports. */
  readonly port: number;
  /** Names of faults that every PBX has from the start. */
  readonly faults: readonly string[];
  /** Whether phones and trunks change over time. */
  readonly life: boolean;
  /** Name of the target if only one PBX is simulated. Default: derived from the family. */
  readonly name?: string;
  /** PBXs to start instead of `families`. */
  readonly pbxs?: readonly SimulatedPbx[];
}

/** A kind of PBX that can be started, with its name on the command line. */
export interface SimulatedPbx extends SimulatorFamily {
  readonly name: string;
  /** Certificate for HTTPS, which is its own authority. Default: HTTP. */
  readonly tls?: SimulatorTls;
  /** Additional keys of its target, one line of YAML each. */
  readonly settings?: readonly string[];
}

/** A running simulated PBX. */
export interface RunningSimulator {
  readonly name: string;
  readonly simulator: Simulator;
  readonly url: URL;
  /** File with the authority of its certificate; absent without TLS. */
  readonly authority?: string;
  readonly settings?: readonly string[];
}

/** Running simulated PBXs. */
export interface Simulation {
  readonly running: readonly RunningSimulator[];
  stop(): Promise<void>;
}

/** Returns the names of the simulated families and their variants. */
export function simulatedFamilies(): readonly string[] {
  return choices.map(({ name }) => name);
}

/** Returns the names of all faults with their descriptions. */
export function simulatedFaults(): readonly (readonly [name: string, help: string])[] {
  const wire = Object.entries(faultNames).map(([name, { help }]) => [name, help] as const);
  return [...Object.entries({ ...conditionNames, ...certificateFaults }), ...wire];
}

const choices: readonly SimulatedPbx[] = [
  ...simulators.map((one) => ({ ...one, name: one.family })),
  ...simulatorVariants,
];

const certificateFaults: Readonly<Record<CertificateFault, string>> = {
  'certificate-expired': 'https with an expired certificate from a known authority',
  'certificate-other-name': 'https with a certificate for another name from a known authority',
};

/** Starts simulated PBXs on loopback. Rejects if a port is in use. */
export async function startSimulation(options: SimulateOptions, clock: Clock = systemClock): Promise<Simulation> {
  const names = options.families.length === 0 ? simulators.map(({ family }) => family) : options.families;
  const wanted = options.pbxs ?? choices.filter(({ name }) => names.includes(name));
  const faulty = certificateOf(options.faults);
  const pbxs = wanted.flatMap((pbx) =>
    Array.from({ length: options.count }, () => ({ ...pbx, tls: faulty?.tls ?? pbx.tls })),
  );
  const own = pbxs.flatMap(({ tls }) => (tls === undefined ? [] : [tls.certificate]));
  const authority = writeAuthorities(faulty === undefined ? own : [faulty.authority]);
  const running: RunningSimulator[] = [];
  const lives: Timer[] = [];
  for (const [index, { tls, settings, ...entry }] of pbxs.entries()) {
    const simulator = createSimulator(entry, index, options, { clock, ...(tls && { tls }) });
    const url = await simulator.start();
    await setFaults(simulator, options.faults);
    const name = simulatorName(entry.name, index, options);
    running.push({ name, simulator, url, ...(tls && authority && { authority }), ...(settings && { settings }) });
    if (options.life)
      lives.push(startLife(simulator.world, { clock, seed: options.seed + index, intervalMs: lifeIntervalMs }));
  }
  return {
    running,
    async stop() {
      for (const life of lives) life.stop();
      await Promise.all(running.map(({ simulator }) => simulator.stop()));
      if (authority !== undefined) rmSync(dirname(authority), { recursive: true, force: true });
    },
  };
}

/** Returns the text of a configuration for these PBXs: `scrape`, followed by `targets:`. */
export function simulationConfig(running: readonly RunningSimulator[], scrape: string): string {
  return `${scrape}targets:\n${running.map(targetBlock).join('')}`;
}

function createSimulator(
  entry: SimulatorFamily,
  index: number,
  options: SimulateOptions,
  common: Pick<SimulatorOptions, 'clock' | 'tls'>,
): Simulator {
  return entry.create({
    ...common,
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
    if (isCondition(name)) simulator.conditions[name]?.();
  }
}

/** Returns the running PBXs that do not have a requested fault, because their family does not support it. */
export function withoutFault(running: readonly RunningSimulator[], fault: string): readonly RunningSimulator[] {
  return isCondition(fault) ? running.filter(({ simulator }) => simulator.conditions[fault] === undefined) : [];
}

function isCondition(name: string): name is Condition {
  return Object.hasOwn(conditionNames, name);
}

function certificateOf(names: readonly string[]): FaultyCertificate | undefined {
  const fault = names.find(isCertificateFault);
  return fault === undefined ? undefined : makeFaultyCertificate(fault);
}

function isCertificateFault(name: string): name is CertificateFault {
  return Object.hasOwn(certificateFaults, name);
}

/** Writes all authorities to a temporary file, because targets refer to a file. It is removed when the simulation stops. */
function writeAuthorities(authorities: readonly string[]): string | undefined {
  if (authorities.length === 0) return undefined;
  const file = join(mkdtempSync(join(tmpdir(), 'pbx-exporter-')), 'authority.pem');
  writeFileSync(file, authorities.join(''));
  return file;
}

function simulatorName(kind: string, index: number, { count, name }: SimulateOptions): string {
  if (name !== undefined) return name;
  return count === 1 ? `demo-${kind}` : `demo-${kind}-${(index % count) + 1}`;
}

function targetBlock({ name, simulator, url, authority, settings = [] }: RunningSimulator): string {
  const { family, account, targetOptions } = simulator;
  const secret =
    'token' in account ? { token: account.token } : { username: account.username, password: account.password };
  const lines = [
    `  - name: ${name}`,
    `    family: ${family}`,
    `    url: ${url.href.replace(/\/$/, '')}`,
    ...Object.entries(secret).map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`),
    ...(authority === undefined ? [] : [`    tls: { ca_file: ${JSON.stringify(authority)} }`]),
    ...(targetOptions === undefined ? [] : [`    options: ${JSON.stringify(targetOptions)}`]),
    ...settings.map((line) => `    ${line}`),
  ];
  return `${lines.join('\n')}\n`;
}
