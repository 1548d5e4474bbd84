import type { Command } from 'commander';
import { examples, type ProcessEdge } from './flags.ts';
import { retry } from './retry.ts';

interface RetryFlags {
  readonly 'exporter.url': string;
  readonly username?: string;
  readonly 'password.file'?: string;
  readonly 'ca.file'?: string;
}

/** Adds `retry`. */
export function addRetry(program: Command, { terminal, exit }: ProcessEdge): void {
  program
    .command('retry')
    .argument('[name]', 'name of a target of the exporter that runs')
    .description('let the running exporter try one login now, after a refusal whose cause was corrected on the PBX')
    .option('--exporter.url <url>', 'address of the exporter', 'http://127.0.0.1:10560')
    .option('--username <name>', 'user of its web configuration file, where that has any')
    .option('--password.file <path>', 'file that holds the password of that user')
    .option('--ca.file <path>', 'certificates to trust, where the exporter has one of its own')
    .addHelpText(
      'after',
      `${examples(
        'pbx-exporter retry hq',
        'pbx-exporter retry hq --exporter.url https://exporter.example.org:10560 --username admin --password.file admin.secret',
      )}\nA login whose refusal would complete the row at which the PBX locks the exporter out is not tried; the answer says when it may be.\nExit code: 0 when the PBX is up, 1 when not.\n`,
    )
    .action(async (name: string | undefined, flags: RetryFlags) =>
      exit(
        await retry(
          {
            name,
            exporterUrl: flags['exporter.url'],
            username: flags.username,
            passwordFile: flags['password.file'],
            caFile: flags['ca.file'],
          },
          terminal,
        ),
      ),
    );
}
