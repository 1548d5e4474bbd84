import type { Command } from 'commander';
import { capture } from './capture.ts';
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

interface CaptureFlags extends ConfigOptions, StateOptions, LogOptions {
  readonly output?: string;
}

/** Adds `capture`. */
export function addCapture(program: Command, { terminal, keepRunning, exit }: ProcessEdge): void {
  withLogOptions(withStateFile(withConfigFile(program.command('capture'))), 'error')
    .argument('[name]', 'name of a target in the configuration')
    .description('poll one PBX once and save all its answers, redacted, for a bug report or a test case')
    .option('--output <file>', 'file to write; default: capture-NAME.json')
    .addHelpText(
      'after',
      `${examples('pbx-exporter capture hq', 'pbx-exporter capture hq --output report.json', 'pbx-exporter once --replay capture-hq.json')}\nExit code: 0 when the file is written, also when the PBX is down; 1 when not.\n`,
    )
    .action(async (name: string | undefined, options: CaptureFlags) => {
      const { output } = options;
      const interruptible: Interruptible = (one) => keepRunning(one, 1);
      const log = createLog(options, terminal);
      exit(
        await capture(
          {
            name,
            configFile: options['config.file'],
            stateFile: options['state.file'],
            log,
            interruptible,
            ...(output === undefined ? {} : { output }),
          },
          terminal,
        ),
      );
    });
}
