import { type Command, InvalidArgumentError } from 'commander';
import { systemClock } from '../clock.ts';
import { parseShard, type Shard } from '../fleet/shard.ts';
import {
  checkAddress,
  type ConfigOptions,
  createLog,
  examples,
  type ListenOptions,
  type LogOptions,
  type ProcessContext,
  withConfigFile,
  withListenAddress,
  type StateOptions,
  withLogOptions,
  withStateFile,
} from './flags.ts';
import { type ConfigFile, requireUsableFiles } from './read-config.ts';
import { serve } from './serve.ts';
import { underServiceManager } from './service-manager.ts';
import { createWatchedConfig } from './reloading.ts';
import { createWebConfigFile, type WebConfigFile, type WebConfigReading } from '../server/web-config/file.ts';

interface ServeFlags extends ConfigOptions, StateOptions, ListenOptions, LogOptions {
  readonly 'config.autoReload': boolean;
  readonly 'web.config.file'?: string;
  readonly 'web.grafanaUrl'?: URL;
  readonly shard?: Shard;
}

/** Adds `serve`, the default command. */
export function addServe(program: Command, { terminal, keepRunning, exit }: ProcessContext): void {
  withLogOptions(
    withListenAddress(withStateFile(withConfigFile(program.command('serve', { isDefault: true }))), ':10560'),
  )
    .description('poll all PBXs of the configuration and serve their metrics')
    .option('--config.auto-reload', 'reload when the configuration file or a target file changes', false)
    .option('--web.config.file <path>', 'TLS, users and headers of the web server, in the format of exporter-toolkit')
    .option('--web.grafana-url <url>', 'address of Grafana; the status pages link to its dashboards', grafanaUrl)
    .option('--shard <n/m>', 'poll only the share of PBXs of exporter n of m, e.g. 2/5', shard)
    .addHelpText(
      'after',
      examples(
        'pbx-exporter --config.file /etc/pbx-exporter/exporter.yml',
        'pbx-exporter --web.listen-address 127.0.0.1:10560 --log.format json',
        'pbx-exporter --web.config.file /etc/pbx-exporter/web.yml',
        'pbx-exporter --state.file /var/lib/pbx-exporter/state.json',
        'pbx-exporter --config.auto-reload',
        'pbx-exporter --web.grafana-url https://grafana.example.org',
        'pbx-exporter --shard 2/5',
      ),
    )
    .action(async (options: ServeFlags) => {
      const source = createWatchedConfig(options['config.file'], options.shard);
      const file = requireUsableFiles(source.read());
      source.commit();
      const web = openWebFile(options['web.config.file']);
      terminal.error([file, web?.reading].map(messagesOf).join(''));
      if (!file.ok || web?.reading.ok === false) return exit(1);
      const { config } = file;
      const protection = web?.reading.ok === true ? { web: { file: web.file, config: web.reading.config } } : {};
      const log = createLog(options, terminal);
      const running = await serve({
        config,
        source,
        reportedWarnings: file.warningList,
        targetFiles: file.targetFiles,
        autoReload: options['config.autoReload'],
        ...protection,
        stateFile: options['state.file'],
        grafanaUrl: options['web.grafanaUrl'],
        address: options['web.listenAddress'],
        log,
      });
      const { env: environment, pid: processId } = process;
      keepRunning(await underServiceManager(running, { environment, processId, clock: systemClock, log }));
    });
}

function openWebFile(
  path: string | undefined,
): { readonly file: WebConfigFile; readonly reading: WebConfigReading } | undefined {
  if (path === undefined) return undefined;
  const file = createWebConfigFile(path);
  const reading = file.read();
  file.commit();
  return { file, reading };
}

function messagesOf(reading: ConfigFile | WebConfigReading | undefined): string {
  if (reading === undefined) return '';
  return reading.ok ? reading.warnings : reading.problems;
}

function grafanaUrl(text: string): URL {
  const url = /^https?:\/\//i.test(text) ? URL.parse(text) : null;
  if (url === null || url.username !== '' || url.password !== '')
    throw new InvalidArgumentError('Write it as https://grafana.example.org, without an account.');
  checkAddress(text);
  return url;
}

function shard(text: string): Shard {
  const parsed = parseShard(text);
  if (parsed === undefined) throw new InvalidArgumentError('Write it as n/m with n from 1 to m, e.g. 2/5.');
  return parsed;
}
