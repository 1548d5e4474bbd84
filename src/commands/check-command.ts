import type { Command } from 'commander';
import { check } from './check.ts';
import { type ConfigOptions, examples, type ProcessEdge, withConfigFile } from './flags.ts';

/** Adds `check`. */
export function addCheck(program: Command, { terminal, exit }: ProcessEdge): void {
  withConfigFile(program.command('check'))
    .description('check the configuration and print everything that is wrong with it; starts nothing')
    .addHelpText(
      'after',
      `${examples('pbx-exporter check --config.file exporter.yml')}\nExit code: 0 when the file can be used, 1 when not.\n`,
    )
    .action((options: ConfigOptions) => exit(check(options['config.file'], terminal)));
}
