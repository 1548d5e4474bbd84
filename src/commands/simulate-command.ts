import { type Command, InvalidArgumentError } from 'commander';
import { examples, type ProcessContext, startProblem, wholeNumber } from './flags.ts';
import {
  type RunningSimulator,
  simulatedFamilies,
  simulatedFaults,
  simulationConfig,
  startSimulation,
  withoutFault,
} from './simulate.ts';
import { simulators, simulatorVariants } from '../simulator/index.ts';

interface SimulateFlags {
  readonly family?: readonly string[];
  readonly count: number;
  readonly peers: number;
  readonly trunks: number;
  readonly seed: number;
  readonly port: number;
  readonly fault?: readonly string[];
  readonly life: boolean;
}

/** Adds `simulate`. */
export function addSimulate(program: Command, { terminal, keepRunning }: ProcessContext): void {
  program
    .command('simulate')
    .description('start simulated PBXs on loopback, to try the exporter without a real one')
    .option(
      '--family <name>',
      'family to simulate; can be repeated; default: each family once',
      oneOf(simulatedFamilies()),
    )
    .option('--count <number>', 'PBXs per family', wholeNumber, 1)
    .option('--peers <number>', 'extensions per PBX', wholeNumber, 20)
    .option('--trunks <number>', 'trunks per PBX', wholeNumber, 4)
    .option('--port <number>', 'first port; each PBX uses the next one; 0 = any free ports', wholeNumber, 18_100)
    .option('--seed <number>', 'the same seed creates the same phones and trunks', wholeNumber, 1)
    .option(
      '--fault <name>',
      'faults of the PBXs, see below; can be repeated',
      oneOf(simulatedFaults().map(([name]) => name)),
    )
    .option('--no-life', 'keep phones and trunks as they are; by default, they change a little over time')
    .addHelpText(
      'after',
      `${examples('pbx-exporter simulate --family asterisk --peers 100', 'pbx-exporter simulate --family mikopbx-api-key --fault right-missing', 'pbx-exporter simulate --fault drip')}\nFamilies: ${simulators.map(({ family }) => family).join(', ')}\n\n${variantTable()}\n${faultTable()}`,
    )
    .action(async ({ family = [], fault = [], ...options }: SimulateFlags) => {
      const simulation = await startSimulation({ ...options, families: family, faults: fault }).catch(
        (thrown: unknown) => {
          throw new Error(startProblem(thrown, '--port (0 = any free ports)'));
        },
      );
      for (const name of fault) terminal.error(faultNotice(name, withoutFault(simulation.running, name)));
      terminal.error(`${started(simulation.running.length)} for exporter.yml:\n\n`);
      terminal.out(simulationConfig(simulation.running, ''));
      keepRunning(simulation);
    });
}

/** Collects the values of a flag that can be repeated. */
function oneOf(allowed: readonly string[]): (text: string, before?: readonly string[]) => readonly string[] {
  return (text, before = []) => {
    if (!allowed.includes(text)) throw new InvalidArgumentError(`Choose from ${allowed.join(', ')}.`);
    return [...before, text];
  };
}

function started(count: number): string {
  return count === 1
    ? 'A simulated PBX is running; press Ctrl+C to stop. Its entry'
    : `${count} simulated PBXs are running; press Ctrl+C to stop. Their entries`;
}

/** The message about PBXs without a requested fault, because their family does not support it. */
function faultNotice(fault: string, without: readonly RunningSimulator[]): string {
  if (without.length === 0) return '';
  const families = [...new Set(without.map(({ simulator }) => simulator.family))].join(', ');
  return `These families do not support the fault ${fault}, so their PBXs run normally: ${families}\n`;
}

function variantTable(): string {
  const rows = simulatorVariants.map(({ name, help }) => `  ${name.padEnd(22)} ${help}\n`);
  return `Variants, for --family:\n${rows.join('')}`;
}

function faultTable(): string {
  const rows = simulatedFaults().map(([name, help]) => `  ${name.padEnd(22)} ${help}\n`);
  return `Faults:\n${rows.join('')}`;
}
