import { Command } from 'commander';
import { addCapture } from './commands/capture.ts';
import { addCheck } from './commands/check.ts';
import { addDemo } from './commands/demo.ts';
import type { ProcessContext } from './commands/flags.ts';
import { addInit } from './commands/init-command.ts';
import { addOnce } from './commands/once.ts';
import { addRetry } from './commands/retry.ts';
import { addServe } from './commands/serve-command.ts';
import { addSimulate } from './commands/simulate-command.ts';
import { describeVersion } from './version.ts';

/** Creates the command line: all commands with their flags and help. */
export function createCommandLine(context: ProcessContext): Command {
  const program = new Command('pbx-exporter')
    .description('Prometheus exporter for telephone systems: reachable phones, their roundtrip, and registered trunks.')
    .version(describeVersion(), '-V, --version', 'print version and commit')
    .showSuggestionAfterError()
    .addHelpText('after', '\nThe default command is serve: "pbx-exporter --config.file exporter.yml".\n');
  for (const add of [addServe, addInit, addCheck, addOnce, addRetry, addCapture, addSimulate, addDemo])
    add(program, context);
  refuseExcessArguments(program);
  return program;
}

/**
 * Rejects arguments that a command does not accept, with a hint about the likely intention: the name of a file, or a
 * command that does not exist. Unknown commands are passed to `serve` as arguments, because it is the default command.
 */
function refuseExcessArguments(program: Command): void {
  for (const command of program.commands) command.allowExcessArguments();
  program.hook('preAction', (_program, command) => {
    const excess = command.args.slice(command.registeredArguments.length);
    const [first] = excess;
    if (first !== undefined) command.error(`error: ${problem(program, command, excess, first)}`);
  });
}

function problem(program: Command, command: Command, excess: readonly string[], first: string): string {
  if (/\.ya?ml$/.test(first) && command.options.some(({ long }) => long === '--config.file'))
    return `${command.name()} takes no file as an argument; name the configuration file with --config.file ${first}`;
  if (command.name() === 'serve')
    return `there is no command ${JSON.stringify(first)}. Commands: ${program.commands.map((one) => one.name()).join(', ')}`;
  return `too many arguments: ${excess.join(' ')}; see ${program.name()} ${command.name()} --help`;
}
