import type { Command } from 'commander';
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
import { type ConfigFile, readConfigFile } from './read-config.ts';
import { serve } from './serve.ts';

/** Adds `serve`, which is also what runs without a command. */
export function addServe(program: Command, { terminal, keepRunning, exit }: ProcessEdge): void {
  withLogOptions(withListenAddress(withConfigFile(program.command('serve', { isDefault: true })), ':10560'))
    .description('poll all PBXs of the configuration and serve their metrics')
    .addHelpText(
      'after',
      examples(
        'pbx-exporter --config.file /etc/pbx-exporter/exporter.yml',
        'pbx-exporter --web.listen-address 127.0.0.1:10560 --log.format json',
      ),
    )
    .action(async (options: ConfigOptions & ListenOptions & LogOptions) => {
      const readConfig = (): ConfigFile => readConfigFile(options['config.file']);
      const file = readConfig();
      terminal.error(file.ok ? file.warnings : file.problems);
      if (!file.ok) return exit(1);
      const log = createLog(options, terminal);
      keepRunning(await serve({ config: file.config, readConfig, address: options['web.listenAddress'], log }));
    });
}
