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
import type { TargetFileStatus } from './read-config.ts';
import {
  createReloading,
  createReloadOutcome,
  type ReloadingSetup,
  watchConfig,
  type WatchedConfig,
} from './reloading.ts';

/** A running exporter. */
export interface RunningExporter {
  /** Port on which it listens. */
  readonly port: number;
  /** Reloads the configuration if it comes from a file. The result is logged. Never throws. */
  reload(): Promise<void>;
  /** Reports whether rounds still end, for at least one PBX. It stays true with slow PBXs or an overloaded exporter. */
  makesProgress(): boolean;
  /** Stops the rounds, logs out everywhere and closes the server. Safe to call twice. */
  stop(): Promise<void>;
}

/** Dependencies of `serve`. */
export interface ServeSetup {
  readonly config: Config;
  /** The configuration file, for reloads; absent if there is none. */
  readonly source?: WatchedConfig;
  /** Warnings about the configuration file at startup. */
  readonly reportedWarnings?: readonly Problem[];
  /** Files of targets that were read at startup. */
  readonly targetFiles?: readonly TargetFileStatus[];
  /** Whether the configuration file is watched (`--config.auto-reload`). Default: false. */
  readonly autoReload?: boolean;
  /** The web configuration file and its content; absent for plain HTTP without a login. */
  readonly web?: { readonly file: WebConfigFile; readonly config: WebConfig };
  /** File that keeps refused logins across restarts. Default: none. */
  readonly stateFile?: string | undefined;
  /** URL of Grafana. If absent, the pages do not link to dashboards. */
  readonly grafanaUrl?: URL | undefined;
  readonly address: ListenAddress;
  readonly log: Log;
}

/** Starts the polling loop and the server. Rejects if it cannot listen on the address. Dead PBXs do not prevent the start. */
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
    makesProgress: () => makesProgress(exporter.fleet.targets),
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
  { source, reportedWarnings, log }: Pick<ServeSetup, 'reportedWarnings' | 'log'> & Pick<ReloadingSetup, 'source'>,
  { exporter, webReloader: web, note }: ReloadedParts,
): () => Promise<ReloadResult> {
  return createReloading({
    exporter,
    source,
    ...(reportedWarnings === undefined ? {} : { reportedWarnings }),
    ...(web === undefined ? {} : { web }),
    onReload(success) {
      note('exporter', success);
      if (!success) exporter.journal.noteExporter(notReloaded, systemClock.wallTime());
    },
    onTargetFiles: (files) => exporter.own.targetFilesRead(files),
    log,
  });
}

/** The parts affected by a reload. */
interface ReloadedParts {
  readonly exporter: Exporter;
  readonly webReloader: ReloadingSetup['web'] | undefined;
  readonly note: ReturnType<typeof createReloadOutcome>;
}

function protectionOf(config: WebConfig | undefined): PagesSetup['web'] {
  return { tls: config?.tls !== undefined, login: (config?.users.size ?? 0) > 0 };
}

/** Maximum time (ms) without any round ending while all are late. In an overloaded exporter, rounds still end. */
const longestSilenceMs = 60_000;

/** Reports whether the rounds of a fleet make progress: a target is on time, or a round has just ended. */
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
