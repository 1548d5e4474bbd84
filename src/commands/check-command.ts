import type { Command } from 'commander';
import { check } from './check.ts';
import { type ConfigOptions, examples, type ProcessEdge, withConfigFile } from './flags.ts';

interface CheckFlags extends ConfigOptions {
  readonly 'web.config.file'?: string;
}

/** Adds `check`. */
export function addCheck(program: Command, { terminal, exit }: ProcessEdge): void {
  withConfigFile(program.command('check'))
    .description('check the configuration and print everything that is wrong with it; starts nothing')
    .option('--web.config.file <path>', 'check this file for the web server as well')
    .addHelpText(
      'after',
      `${examples(
        'pbx-exporter check --config.file exporter.yml',
        'pbx-exporter check --config.file exporter.yml --web.config.file web.yml',
      )}\nExit code: 0 when the files can be used, 1 when not.\n`,
    )
    .action((options: CheckFlags) =>
      exit(check({ configFile: options['config.file'], webConfigFile: options['web.config.file'] }, terminal)),
    );
}
