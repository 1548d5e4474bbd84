import { systemClock } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { createExporter } from '../exporter.ts';
import type { Log } from '../log.ts';
import { healthyRoute, readyRoute } from '../server/health.ts';
import { metricsRoute } from '../server/metrics.ts';
import { createWebServer, type ListenAddress } from '../server/server.ts';
import { statusPageRoute } from '../server/status-page.ts';
import { readVersion } from '../version.ts';

/** A running exporter. */
export interface RunningExporter {
  /** Port that it listens on. */
  readonly port: number;
  /** Stops the rounds, logs out everywhere, closes the server. Safe to call twice. */
  stop(): Promise<void>;
}

/** What `serve` needs. */
export interface ServeSetup {
  readonly config: Config;
  readonly address: ListenAddress;
  readonly log: Log;
}

/** Starts the loop and the server. Rejects when the address cannot be listened on; dead PBXs are no reason not to start. */
export async function serve({ config, address, log }: ServeSetup): Promise<RunningExporter> {
  const version = readVersion();
  const { fleet, exposition } = createExporter({ config, clock: systemClock, random: Math.random, log, version });
  const current = (): typeof fleet => fleet;
  const routes = [
    metricsRoute(current, exposition),
    healthyRoute,
    readyRoute(current),
    statusPageRoute(current, systemClock, version),
  ];
  const server = createWebServer(address, routes, log);
  const port = await server.start();
  fleet.start();
  log.info('listening', { address: `${address.host ?? ''}:${port}`, targets: config.targets.length, version });
  return {
    port,
    async stop() {
      await fleet.stop();
      await server.stop();
    },
  };
}
