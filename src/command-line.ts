import { Command } from 'commander';
import { addCapture } from './commands/capture-command.ts';
import { addCheck } from './commands/check-command.ts';
import { addDemo } from './commands/demo-command.ts';
import { refuseExcessArguments } from './commands/excess-arguments.ts';
import type { ProcessEdge } from './commands/flags.ts';
import { addInit } from './commands/init-command.ts';
import { addOnce } from './commands/once-command.ts';
import { addRetry } from './commands/retry-command.ts';
import { addServe } from './commands/serve-command.ts';
import { addSimulate } from './commands/simulate-command.ts';
import { describeVersion } from './version.ts';

/** The commands of the program, with their flags and help. */
export function createCommandLine(edge: ProcessEdge): Command {
  const program = new Command('pbx-exporter')
    .description('Prometheus exporter for telephone systems: reachable phones, their roundtrip, and registered trunks.')
    .version(describeVersion(), '-V, --version', 'print version and commit')
    .showSuggestionAfterError()
    .addHelpText('after', '\nWithout a command it serves: "pbx-exporter --config.file exporter.yml".\n');
  for (const add of [addServe, addInit, addCheck, addOnce, addRetry, addCapture, addSimulate, addDemo])
    add(program, edge);
  refuseExcessArguments(program);
  return program;
}
