import type { Command } from 'commander';

/**
 * Refuses arguments that the command does not take, with what was probably meant: the name of a file, or a command that
 * does not exist (`serve` gets it, because it runs without a command).
 */
export function refuseExcessArguments(program: Command): void {
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
