import type { Command } from 'commander';
import { createWebConfigFile, type WebConfigReading } from '../server/web-config/file.ts';
import { type ConfigOptions, examples, type ProcessContext, withConfigFile } from './flags.ts';
import { type ConfigFile, readConfigFile } from './read-config.ts';
import { paint, type Terminal } from './terminal.ts';

/** Options of `check`. */
interface CheckOptions {
  readonly configFile: string;
  /** File of `--web.config.file`. */
  readonly webConfigFile?: string | undefined;
}

/** `pbx-exporter check`: prints all problems of the configuration without starting anything. Returns the exit code. */
function check({ configFile, webConfigFile }: CheckOptions, terminal: Terminal): number {
  const file = readConfigFile(configFile);
  const found = file.ok ? `, ${counted(file.config.targets.length, 'target')}${warningsOf(file.warningCount)}` : '';
  const good = tell(file, configFile, found, terminal);
  if (webConfigFile === undefined) return good ? 0 : 1;
  const web = createWebConfigFile(webConfigFile).read();
  return tell(web, webConfigFile, '', terminal) && good ? 0 : 1;
}

/** Prints the result for one file. Returns whether the file can be used. */
function tell(reading: ConfigFile | WebConfigReading, name: string, found: string, terminal: Terminal): boolean {
  if (!reading.ok) {
    terminal.error(reading.problems);
    terminal.error(`${paint(terminal, 'bad', 'FAILED')}: ${counted(reading.problemCount, 'problem')} in ${name}\n`);
    return false;
  }
  if (reading.warnings !== '') terminal.error(reading.warnings);
  const nonFatal = 'nonFatalCount' in reading ? reading.nonFatalCount : 0;
  if (nonFatal > 0) {
    terminal.error(`${paint(terminal, 'bad', 'FAILED')}: ${counted(nonFatal, 'problem')} in ${name}\n`);
    return false;
  }
  terminal.out(`${paint(terminal, 'good', 'OK')}: ${name}${found}\n`);
  return true;
}

function warningsOf(count: number): string {
  return count === 0 ? '' : `, ${counted(count, 'warning')}`;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

interface CheckFlags extends ConfigOptions {
  readonly 'web.config.file'?: string;
}

/** Adds `check`. */
export function addCheck(program: Command, { terminal, exit }: ProcessContext): void {
  withConfigFile(program.command('check'))
    .description('check the configuration and print all problems; starts nothing')
    .option('--web.config.file <path>', 'also check this configuration file of the web server')
    .addHelpText(
      'after',
      `${examples(
        'pbx-exporter check --config.file exporter.yml',
        'pbx-exporter check --config.file exporter.yml --web.config.file web.yml',
      )}\nExit code: 0 if the files can be used, otherwise 1.\n`,
    )
    .action((options: CheckFlags) =>
      exit(check({ configFile: options['config.file'], webConfigFile: options['web.config.file'] }, terminal)),
    );
}
