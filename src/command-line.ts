import { Command, InvalidArgumentError, Option } from 'commander';
import { check } from './commands/check.ts';
import { demo } from './commands/demo.ts';
import { once, type OnceFormat, onceFormats } from './commands/once.ts';
import { type ConfigFile, readConfigFile } from './commands/read-config.ts';
import { serve } from './commands/serve.ts';
import { simulatedFamilies, simulationConfig, startSimulation } from './commands/simulate.ts';
import type { Terminal } from './commands/terminal.ts';
import { createProcessLog, logFormats, type LogFormat, type LogLevel, logLevels } from './process-log.ts';
import type { Log } from './log.ts';
import { parseListenAddress } from './server/listen-address.ts';
import type { ListenAddress } from './server/server.ts';
import { faultNames } from './simulator/kit/fault.ts';
import { readVersion } from './version.ts';

/** Something that runs until it is stopped. */
export interface Stoppable {
  stop(): Promise<void>;
  /** Called on SIGHUP; where it is missing the signal ends the process as usual. Never throws. */
  reload?(): Promise<void>;
}

/** What the command line may do to the process. */
export interface ProcessEdge {
  readonly terminal: Terminal;
  /** Keeps this running until a signal comes, then stops it. */
  readonly keepRunning: (running: Stoppable) => void;
  /** Sets the exit code of a command that has ended. */
  readonly exit: (code: number) => void;
}

interface LogOptions {
  readonly 'log.level': LogLevel;
  readonly 'log.format': LogFormat;
}

interface ConfigOptions {
  readonly 'config.file': string;
}

interface ListenOptions {
  readonly 'web.listenAddress': ListenAddress;
}

/** The commands of the program, with their flags and help. */
export function createCommandLine(edge: ProcessEdge): Command {
  const program = new Command('pbx-exporter')
    .description('Prometheus exporter for telephone systems: reachable phones, their roundtrip, and registered trunks.')
    .version(readVersion())
    .showSuggestionAfterError()
    .addHelpText('after', `\nWithout a command it serves: "pbx-exporter --config.file exporter.yml".\n`);
  addServe(program, edge);
  addCheck(program, edge);
  addOnce(program, edge);
  addSimulate(program, edge);
  addDemo(program, edge);
  return program;
}

function addServe(program: Command, { terminal, keepRunning, exit }: ProcessEdge): void {
  withLogOptions(withListenAddress(withConfigFile(program.command('serve', { isDefault: true })), ':10560'))
    .description('poll all PBXs of the configuration and serve their metrics')
    .addHelpText(
      'after',
      examples(
        'pbx-exporter --config.file /etc/pbx-exporter/exporter.yml',
        'pbx-exporter --web.listen-address 127.0.0.1:10560 --log.format json',
      ),
    )
    .action(async (options: ConfigOptions & ListenOptions & LogOptions) => {
      const readConfig = (): ConfigFile => readConfigFile(options['config.file']);
      const file = readConfig();
      terminal.error(file.ok ? file.warnings : file.problems);
      if (!file.ok) return exit(1);
      const log = createLog(options, terminal);
      keepRunning(await serve({ config: file.config, readConfig, address: options['web.listenAddress'], log }));
    });
}

function addCheck(program: Command, { terminal, exit }: ProcessEdge): void {
  withConfigFile(program.command('check'))
    .description('check the configuration and print everything that is wrong with it; starts nothing')
    .addHelpText(
      'after',
      `${examples('pbx-exporter check --config.file exporter.yml')}\nExit code: 0 when the file can be used, 1 when not.\n`,
    )
    .action((options: ConfigOptions) => exit(check(options['config.file'], terminal)));
}

function addOnce(program: Command, { terminal, exit }: ProcessEdge): void {
  withLogOptions(withConfigFile(program.command('once')), 'error')
    .argument('<name>', 'name of a target in the configuration')
    .description('poll one PBX once and show what it said')
    .addOption(new Option('--format <format>', 'how to show it').choices(onceFormats).default('table'))
    .addHelpText(
      'after',
      `${examples('pbx-exporter once hq', 'pbx-exporter once hq --format prometheus')}\nExit code: 0 when the PBX is up, 1 when not.\n`,
    )
    .action(async (name: string, options: ConfigOptions & LogOptions & { readonly format: OnceFormat }) => {
      const { format } = options;
      exit(
        await once({ name, configFile: options['config.file'], format, log: createLog(options, terminal) }, terminal),
      );
    });
}

interface SimulateFlags {
  readonly family: readonly string[];
  readonly count: number;
  readonly peers: number;
  readonly trunks: number;
  readonly seed: number;
  readonly port: number;
  readonly fault: readonly string[];
  readonly life: boolean;
}

function addSimulate(program: Command, { terminal, keepRunning }: ProcessEdge): void {
  program
    .command('simulate')
    .description('start simulated PBXs on loopback, to try the exporter without a real one')
    .addOption(
      new Option('--family <name...>', 'families to simulate; default: all').choices(simulatedFamilies()).default([]),
    )
    .option('--count <number>', 'PBXs of each family', wholeNumber, 1)
    .option('--peers <number>', 'extensions of each PBX', wholeNumber, 20)
    .option('--trunks <number>', 'trunks of each PBX', wholeNumber, 4)
    .option('--port <number>', 'first port; each PBX takes the next one; 0 = any free ones', wholeNumber, 18_100)
    .option('--seed <number>', 'same seed, same phones and trunks', wholeNumber, 1)
    .addOption(new Option('--fault <name...>', 'what the PBXs do wrong').choices(Object.keys(faultNames)).default([]))
    .option('--no-life', 'nothing changes by itself')
    .addHelpText(
      'after',
      `${examples('pbx-exporter simulate --family asterisk --peers 100', 'pbx-exporter simulate --fault drip')}\n${faultTable()}`,
    )
    .action(async ({ family, fault, ...options }: SimulateFlags) => {
      const simulation = await startSimulation({ ...options, families: family, faults: fault });
      terminal.error(
        `${simulation.running.length} simulated PBXs run; Ctrl+C ends them. Their part of an exporter.yml:\n\n`,
      );
      terminal.out(simulationConfig(simulation.running, ''));
      keepRunning(simulation);
    });
}

function addDemo(program: Command, { terminal, keepRunning }: ProcessEdge): void {
  withLogOptions(withListenAddress(program.command('demo'), '127.0.0.1:10560'), 'warn')
    .description('simulated PBXs of every family and an exporter for them, to look at')
    .option('--peers <number>', 'extensions of each PBX', wholeNumber, 20)
    .option('--trunks <number>', 'trunks of each PBX', wholeNumber, 4)
    .action(async (options: ListenOptions & LogOptions & { readonly peers: number; readonly trunks: number }) => {
      const { peers, trunks } = options;
      const address = options['web.listenAddress'];
      keepRunning(await demo({ address, peers, trunks, seed: 1, log: createLog(options, terminal) }, terminal));
    });
}

function withConfigFile(command: Command): Command {
  return command.option('--config.file <path>', 'configuration file', 'exporter.yml');
}

function withListenAddress(command: Command, preset: string): Command {
  const option = new Option('--web.listen-address <address>', 'where to listen, e.g. :10560 or 127.0.0.1:10560');
  return command.addOption(option.argParser(listenAddress).default(listenAddress(preset), preset));
}

function withLogOptions(command: Command, level: LogLevel = 'info'): Command {
  return command
    .addOption(new Option('--log.level <level>', 'least important lines to write').choices(logLevels).default(level))
    .addOption(
      new Option('--log.format <format>', 'format of the log on standard error').choices(logFormats).default('logfmt'),
    );
}

function createLog(options: LogOptions, terminal: Terminal): Log {
  return createProcessLog({
    level: options['log.level'],
    format: options['log.format'],
    write: (line) => terminal.error(line),
  });
}

function listenAddress(text: string): ListenAddress {
  const address = parseListenAddress(text);
  if (address === undefined) throw new InvalidArgumentError('Write it as host:port, :port or [address]:port.');
  return address;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('Write a whole number.');
  return Number(text);
}

function examples(...lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  ${line}\n`).join('')}`;
}

function faultTable(): string {
  const rows = Object.entries(faultNames).map(([name, { help }]) => `  ${name.padEnd(22)} ${help}\n`);
  return `Faults:\n${rows.join('')}`;
}
