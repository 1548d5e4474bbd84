import { readConfigFile } from './read-config.ts';
import { paint, type Terminal } from './terminal.ts';

/** `pbx-exporter check`: tells everything that is wrong with the configuration; starts nothing. Gives the exit code. */
export function check(configFile: string, terminal: Terminal): number {
  const file = readConfigFile(configFile);
  if (!file.ok) {
    terminal.error(file.problems);
    terminal.error(`${paint(terminal, 'bad', 'FAILED')}: ${counted(file.problemCount, 'problem')} in ${configFile}\n`);
    return 1;
  }
  if (file.warnings !== '') terminal.error(file.warnings);
  const warnings = file.warningCount === 0 ? '' : `, ${counted(file.warningCount, 'warning')}`;
  terminal.out(
    `${paint(terminal, 'good', 'OK')}: ${configFile}, ${counted(file.config.targets.length, 'target')}${warnings}\n`,
  );
  return 0;
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
