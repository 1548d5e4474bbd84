import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';
import { parse } from 'yaml';
import {
  type ConfigOptions,
  createLog,
  examples,
  type LogOptions,
  type ProcessContext,
  type StateOptions,
  withConfigFile,
  withLogOptions,
  withStateFile,
} from './flags.ts';
import { systemClock } from '../clock.ts';
import type { Product } from '../drivers/fingerprints.ts';
import { createFingerprintTransport } from '../polling/create-transport.ts';
import { identify } from '../polling/identities.ts';
import { readVersion } from '../version.ts';
import { init } from './init.ts';
import type { Interruptible } from './one-round.ts';

interface InitFlags extends ConfigOptions, StateOptions, LogOptions {
  readonly add?: boolean;
  readonly family?: string;
  readonly url?: string;
  readonly name?: string;
  readonly username?: string;
  readonly 'password.file'?: string;
  readonly 'token.file'?: string;
  readonly option?: Readonly<Record<string, unknown>>;
  readonly try: boolean;
}

/** Adds `init`. */
export function addInit(program: Command, { terminal, keepRunning, exit }: ProcessContext): void {
  withLogOptions(withStateFile(withConfigFile(program.command('init'))), 'error')
    .description(
      'write a first configuration, or add a PBX to an existing one, and poll the PBX once; asks for values not given as flags',
    )
    .option('--add', 'add to an existing configuration, keeping its comments')
    .option(
      '--family <family>',
      'kind of PBX, e.g. asterisk or yeastar-p; default: detected from the answers at the address',
    )
    .option('--url <url>', 'address of the PBX, e.g. https://pbx.example.org')
    .option('--name <name>', 'name of the PBX in graphs and alerts; default: the first part of its host name')
    .option('--username <name>', 'account on the PBX')
    .option('--password.file <path>', 'file with the password')
    .option('--token.file <path>', 'file with an API key or token, instead of user name and password')
    .option('--option <key=value>', 'an option of the family, such as domain=example.org; can be repeated', addOption)
    .option('--no-try', 'only write the files, do not poll the PBX')
    .addHelpText(
      'after',
      `${examples(
        'pbx-exporter init',
        'pbx-exporter init --add --config.file /etc/pbx-exporter/exporter.yml',
        'pbx-exporter init --family asterisk --url https://pbx.example.org:8089 --username metrics --password.file /etc/pbx-exporter/secrets/hq',
      )}\nA typed password is saved in a separate file next to the configuration, which only its owner can read.\nExit code: 0 if the files were written and the PBX is up, otherwise 1.\n`,
    )
    .action(async (flags: InitFlags) => {
      const { family, url, name, username } = flags;
      const interruptible: Interruptible = (one) => keepRunning(one, 1);
      const prompts =
        terminal.watched && process.stdin.isTTY ? (await import('./init-prompts.ts')).terminalPrompts : undefined;
      const code = await init(
        {
          configFile: flags['config.file'],
          add: flags.add === true,
          answers: {
            family,
            url,
            name,
            username,
            passwordFile: flags['password.file'],
            tokenFile: flags['token.file'],
          },
          options: flags.option ?? {},
          prompts,
          findProduct,
          tryIt: flags.try,
          stateFile: flags['state.file'],
          log: createLog(flags, terminal),
          interruptible,
        },
        terminal,
      );
      exit(code);
    });
}

/** Detects the product at a URL. Certificates are not checked, because no account is sent and the result is only a suggestion. */
function findProduct(url: string): Promise<Product | undefined> {
  const tls = { insecureSkipVerify: true };
  return identify(createFingerprintTransport({ url: new URL(url), tls, version: readVersion() }), systemClock);
}

function addOption(text: string, before: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const [, key, value] = /^([a-z_]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) throw new InvalidArgumentError('Write it as key=value.');
  return { ...before, [key]: parse(value) as unknown };
}
