import { type Command, InvalidArgumentError } from 'commander';
import { parseShard, type Shard } from '../fleet/shard.ts';
import {
  type ConfigOptions,
  createLog,
  examples,
  type ListenOptions,
  type LogOptions,
  type ProcessEdge,
  withConfigFile,
  withListenAddress,
  withLogOptions,
} from './flags.ts';
import { type ConfigFile, readConfigFile, sharded } from './read-config.ts';
import { serve } from './serve.ts';

interface ServeFlags extends ConfigOptions, ListenOptions, LogOptions {
  readonly shard?: Shard;
}

/** Adds `serve`, which is also what runs without a command. */
export function addServe(program: Command, { terminal, keepRunning, exit }: ProcessEdge): void {
  withLogOptions(withListenAddress(withConfigFile(program.command('serve', { isDefault: true })), ':10560'))
    .description('poll all PBXs of the configuration and serve their metrics')
    .option('--shard <n/m>', 'take only the share of the PBXs that belongs to exporter n of m, e.g. 2/5', shard)
    .addHelpText(
      'after',
      examples(
        'pbx-exporter --config.file /etc/pbx-exporter/exporter.yml',
        'pbx-exporter --web.listen-address 127.0.0.1:10560 --log.format json',
        'pbx-exporter --shard 2/5',
      ),
    )
    .action(async (options: ServeFlags) => {
      const readConfig = (): ConfigFile => sharded(readConfigFile(options['config.file']), options.shard);
      const file = readConfig();
      terminal.error(file.ok ? file.warnings : file.problems);
      if (!file.ok) return exit(1);
      const log = createLog(options, terminal);
      keepRunning(await serve({ config: file.config, readConfig, address: options['web.listenAddress'], log }));
    });
}

function shard(text: string): Shard {
  const parsed = parseShard(text);
  if (parsed === undefined) throw new InvalidArgumentError('Write it as n/m with n from 1 to m, e.g. 2/5.');
  return parsed;
}
