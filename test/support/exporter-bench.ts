import { onTestFinished } from 'vitest';
import type { Clock } from '../../src/clock.ts';
import { checkConfigText } from '../../src/commands/read-config.ts';
import { createReloading } from '../../src/commands/reloading.ts';
import { createExporter, type Exporter, type ExporterSetup } from '../../src/exporter.ts';
import type { Log, LogFields } from '../../src/log.ts';
import { configRoute } from '../../src/server/config-page.ts';
import { eventsRoute } from '../../src/server/events.ts';
import { metricsRoute } from '../../src/server/metrics.ts';
import { probeRoute } from '../../src/server/probe.ts';
import { reloadRoute, retryRoute } from '../../src/server/management.ts';
import { pbxPageRoute, statusPageRoute } from '../../src/server/status-page.ts';
import { createAsteriskSimulator, type AsteriskSimulator } from '../../src/simulator/asterisk/index.ts';
import { serveRoutes } from './web-bench.ts';

/** A whole exporter with its web server, for a given configuration text. The test controls the clock. */
export interface ExporterBench {
  readonly exporter: Exporter;
  /** Base URL without a trailing slash. */
  readonly base: string;
  /** Replaces the text of the configuration file. */
  write(text: string): void;
  /** Requests a reload as an admin would; returns the status and the text of the response. */
  reload(): Promise<{ readonly status: number; readonly text: string }>;
  /** Fetches a page as text. */
  page(path: string): Promise<string>;
  /** Runs one round for every target. */
  round(): Promise<void>;
  /** Every log line so far: level, message and fields as JSON. */
  readonly log: readonly string[];
}

/** Starts an exporter and stops it when the test ends. The schedule is not started: rounds run only when the test requests them. */
export async function benchExporter(
  clock: Clock,
  text: string,
  hooks: Pick<ExporterSetup, 'wrapTransport'> = {},
): Promise<ExporterBench> {
  let current = text;
  const readConfig = (): ReturnType<typeof checkConfigText> => checkConfigText(current, 'exporter.yml');
  const first = readConfig();
  if (!first.ok) throw new Error(first.problems);
  const lines: string[] = [];
  const log = keepingLog(lines);
  const exporter = createExporter({ config: first.config, clock, random: () => 0, log, version: 'test', ...hooks });
  const fleet = (): Exporter['fleet'] => exporter.fleet;
  const onReload = (success: boolean): void => exporter.own.configReloaded(success, clock.wallTime());
  const pages = { fleet, clock, version: 'test', hashName: exporter.hashName, journal: exporter.journal };
  const base = await serveRoutes(
    [
      statusPageRoute(pages),
      pbxPageRoute(pages),
      eventsRoute(pages),
      metricsRoute(fleet, exporter.exposition),
      probeRoute({ fleet, exposition: exporter.exposition, clock }),
      configRoute(() => exporter.config, pages),
      retryRoute({ fleet, clock }),
      reloadRoute(
        createReloading({
          exporter,
          source: { read: readConfig, commit() {} },
          reportedWarnings: first.warningList,
          onReload,
          log,
        }),
      ),
    ],
    log,
  );
  onTestFinished(() => exporter.fleet.stop());
  return {
    exporter,
    base,
    log: lines,
    write: (next) => (current = next),
    async reload() {
      const answer = await fetch(`${base}/-/reload`, { method: 'POST' });
      return { status: answer.status, text: await answer.text() };
    },
    page: async (path) => (await fetch(`${base}${path}`)).text(),
    round: async () => {
      await Promise.all(exporter.fleet.targets.map((target) => exporter.fleet.poll(target)));
    },
  };
}

/** Creates a log that appends every line to `lines`. */
export function keepingLog(lines: string[], own: LogFields = {}): Log {
  const write =
    (level: string) =>
    (message: string, fields: LogFields = {}) =>
      void lines.push(`${level} ${message} ${JSON.stringify({ ...own, ...fields })}`);
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: (fields) => keepingLog(lines, { ...own, ...fields }),
  };
}

/** Starts a simulated PBX that runs until the test ends. `target` returns its section of a configuration under a given name. */
export async function startPbx(
  clock: Clock,
): Promise<{ readonly pbx: AsteriskSimulator; readonly target: (name: string, more?: string) => string }> {
  const pbx = createAsteriskSimulator({ clock, peers: 3, trunks: 1, switches: { failedLoginDelayMs: 0 } });
  const url = await pbx.start();
  onTestFinished(() => pbx.stop());
  const { username, password } = pbx.account as { username: string; password: string };
  const target = (name: string, more = ''): string =>
    `  - { name: ${name}, family: asterisk, url: '${url.href}', username: ${username}, password: '${password}'${more} }\n`;
  return { pbx, target };
}
