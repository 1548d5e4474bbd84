import { type Command, Option } from 'commander';
import {
  type ConfigOptions,
  createLog,
  examples,
  type LogOptions,
  type ProcessEdge,
  withConfigFile,
  type StateOptions,
  withLogOptions,
  withStateFile,
} from './flags.ts';
import type { Interruptible } from './one-round.ts';
import { once, type OnceFormat, onceFormats } from './once.ts';

interface OnceFlags extends ConfigOptions, StateOptions, LogOptions {
  readonly format: OnceFormat;
  readonly replay?: string;
}

/** Adds `once`. */
export function addOnce(program: Command, { terminal, keepRunning, exit }: ProcessEdge): void {
  withLogOptions(withStateFile(withConfigFile(program.command('once'))), 'error')
    .argument('[name]', 'name of a target in the configuration')
    .description('poll one PBX once and show what it said')
    .addOption(new Option('--format <format>', 'how to show it').choices(onceFormats).default('table'))
    .option('--replay <file>', 'play a file of "capture" again instead of asking a PBX')
    .addHelpText(
      'after',
      `${examples(
        'pbx-exporter once hq',
        'pbx-exporter once hq --format prometheus',
        'pbx-exporter once hq --format csv > hq.csv',
        'pbx-exporter once --replay capture-hq.json',
      )}\nExit code: 0 when the PBX is up, 1 when not.\n`,
    )
    .action(async (name: string | undefined, options: OnceFlags) => {
      const { format, replay } = options;
      const log = createLog(options, terminal);
      const interruptible: Interruptible = (one) => keepRunning(one, 1);
      const [configFile, stateFile] = [options['config.file'], options['state.file']];
      exit(await once({ name, replay, configFile, stateFile, format, log, interruptible }, terminal));
    });
}
