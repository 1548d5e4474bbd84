import { systemClock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import type { Problem } from '../config/problem.ts';
import { createExporter, type Exporter } from '../exporter.ts';
import { errorLocation, type Log } from '../log.ts';
import { configRoute } from '../server/config-page.ts';
import { eventsRoute } from '../server/events.ts';
import { healthyRoute, readyRoute, type ReloadResult, reloadRoute, retryRoute } from '../server/management.ts';
import { metricsRoute } from '../server/metrics.ts';
import { probeRoute } from '../server/probe.ts';
import type { Route } from '../server/routes.ts';
import { createWebServer, type ListenAddress, type WebServer } from '../server/server.ts';
import { serviceDiscoveryRoute } from '../server/service-discovery.ts';
import { familyPageRoute, pbxCsvRoute, pbxPageRoute, statusPageRoute } from '../server/status-page.ts';
import { createWebConfigReloader, type WebConfigFile } from '../server/web-config/file.ts';
import type { WebConfig } from '../server/web-config/web-config.ts';
import type { Target } from '../polling/target.ts';
import { readVersion } from '../version.ts';
import { type PagesSetup, readFamilyPage, statusPages } from './status-pages.ts';
import type { UsableFile } from './read-config.ts';
import {
  createReloading,
  createReloadOutcome,
  type ReloadingSetup,
  watchConfig,
  type WatchedConfig,
} from './reloading.ts';

/** A running exporter. */
export interface RunningExporter {
  /** Port that it listens on. */
  readonly port: number;
  /** Reads the configuration again, if it comes from a file; what happened is in the log. Never throws. */
  reload(): Promise<void>;
  /** Whether rounds come to an end as they should, at least those of one PBX. Slow PBXs and an exporter with too much to do do not stop it. */
  turning(): boolean;
  /** Stops the rounds, logs out everywhere, closes the server. Safe to call twice. */
  stop(): Promise<void>;
}

/** What `serve` needs. */
export interface ServeSetup {
  readonly config: Config;
  /** The configuration file, for a reload; absent if there is none. */
  readonly source?: WatchedConfig;
  /** What was said of that file when it was read first. */
  readonly remarks?: readonly Problem[];
  /** Files of targets that were read at the start. */
  readonly targetFiles?: readonly UsableFile[];
  /** Whether the configuration file is watched (`--config.auto-reload`). Default: it is not. */
  readonly autoReload?: boolean;
  /** The web configuration file and what was read from it; absent for plain HTTP without a login. */
  readonly web?: { readonly file: WebConfigFile; readonly config: WebConfig };
  /** Where refused logins are remembered over restarts. Default: nowhere. */
  readonly stateFile?: string | undefined;
  /** Where Grafana is. Default: the pages do not link to dashboards. */
  readonly grafanaUrl?: URL | undefined;
  readonly address: ListenAddress;
  readonly log: Log;
}

/** Starts the loop and the server. Rejects when the address cannot be listened on; dead PBXs are no reason not to start. */
export async function serve(setup: ServeSetup): Promise<RunningExporter> {
  const { config, source, web, stateFile, address, log } = setup;
  const version = readVersion();
  const exporter = createExporter({ config, clock: systemClock, random: Math.random, log, version, stateFile });
  const note = createReloadOutcome(exporter.own, systemClock);
  const webReloader =
    web &&
    createWebConfigReloader({
      file: web.file,
      server: () => server,
      log,
      onReload: (success) => note('web', success),
    });
  const reload = source && reloading({ ...setup, source }, { exporter, webReloader, note });
  const protection = protectionOf(web?.config);
  let { port } = address;
  const pages = statusPages(exporter, {
    version,
    port: () => port,
    web: protection,
    canReload: reload !== undefined,
    grafanaUrl: setup.grafanaUrl,
  });
  const server: WebServer = createWebServer(address, routesOf(exporter, pages, reload), log, web?.config);
  port = await server.start();
  exporter.fleet.start();
  const webWatch = webReloader?.watch(systemClock);
  exporter.own.targetFilesRead(setup.targetFiles ?? []);
  const configWatch =
    reload && source && setup.autoReload === true
      ? watchConfig(source, { reload, clock: systemClock, log })
      : undefined;
  log.info('listening', {
    address: `${address.host ?? ''}:${port}`,
    ...protection,
    targets: config.targets.length,
    version,
  });
  return {
    port,
    async reload() {
      await reload?.().catch((thrown: unknown) => log.error('reload failed', errorLocation(thrown)));
    },
    turning: () => makesProgress(exporter.fleet.targets),
    async stop() {
      log.info('stopping');
      webWatch?.stop();
      configWatch?.stop();
      await exporter.fleet.stop();
      await Promise.all([exporter.guards.flush(), exporter.seenPeers.flush()]);
      await server.stop();
      log.info('stopped');
    },
  };
}

function reloading(
  { source, remarks, log }: Pick<ServeSetup, 'remarks' | 'log'> & Pick<ReloadingSetup, 'source'>,
  { exporter, webReloader: web, note }: ReloadedParts,
): () => Promise<ReloadResult> {
  return createReloading({
    exporter,
    source,
    ...(remarks === undefined ? {} : { remarks }),
    ...(web === undefined ? {} : { web }),
    onReload(success) {
      note('exporter', success);
      if (!success) exporter.journal.noteExporter(notReloaded, systemClock.wallTime());
    },
    onTargetFiles: (files) => exporter.own.targetFilesRead(files),
    log,
  });
}

/** What a reload concerns. */
interface ReloadedParts {
  readonly exporter: Exporter;
  readonly webReloader: ReloadingSetup['web'] | undefined;
  readonly note: ReturnType<typeof createReloadOutcome>;
}

function protectionOf(config: WebConfig | undefined): PagesSetup['web'] {
  return { tls: config?.tls !== undefined, login: (config?.users.size ?? 0) > 0 };
}

/** Longest time without the end of a round (ms), where each is late: rounds of an exporter with too much to do still end. */
const longestSilenceMs = 60_000;

/** Whether the rounds of a fleet go on: some target is on time, or some round has just ended. */
export function makesProgress(targets: readonly Pick<Target, 'overdueMs' | 'roundEndedMsAgo'>[]): boolean {
  const goesOn = ({ overdueMs, roundEndedMsAgo }: Pick<Target, 'overdueMs' | 'roundEndedMsAgo'>): boolean =>
    overdueMs === 0 || roundEndedMsAgo < longestSilenceMs;
  return targets.length === 0 || targets.some(goesOn);
}

const notReloaded = { to: 'reload failed', detail: 'the configuration has errors, keeping the current one' };

function routesOf(
  exporter: Exporter,
  pages: ReturnType<typeof statusPages>,
  reload: (() => Promise<ReloadResult>) | undefined,
): readonly Route[] {
  const { fleet, exposition } = exporter;
  const current = (): typeof fleet => fleet;
  return [
    statusPageRoute(pages),
    pbxPageRoute(pages),
    pbxCsvRoute(pages),
    familyPageRoute(pages, readFamilyPage),
    eventsRoute(pages),
    metricsRoute(current, exposition),
    probeRoute({ fleet: current, exposition, clock: systemClock }),
    serviceDiscoveryRoute(current),
    configRoute(() => exporter.config, pages),
    healthyRoute,
    readyRoute(current),
    retryRoute({ fleet: current, clock: systemClock }),
    ...(reload === undefined ? [] : [reloadRoute(reload)]),
  ];
}
