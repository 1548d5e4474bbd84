import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { exporterMetric, type ExporterMetricName } from './metric-table.ts';
import type { TextFormat } from './negotiate.ts';

/** What the exporter's own metrics are made with. */
export interface OwnMetricsOptions {
  /** Version of the exporter. */
  readonly version: string;
  /** Whether to collect `process_*` and `nodejs_*`; tests that compare whole pages leave them out. */
  readonly collectDefaults: boolean;
  /** Wall clock in ms since 1970, asked at each scrape. Left out, where whole pages are compared: it is not shown. */
  readonly wallTime?: () => number;
}

/** The exporter's own metrics. */
export interface OwnMetrics {
  /** Takes note of a request to a PBX, by family and call of its API; time in seconds. */
  observeRequest(family: string, call: string, seconds: number): void;
  /** Takes note of an attempt to load the configuration; wall clock in ms since 1970. */
  configReloaded(success: boolean, wallMs: number): void;
  /** Records the existing target files, and whether each could be used. */
  targetFilesRead(files: readonly { readonly name: string; readonly ok: boolean }[]): void;
  /** Header and sample lines in the format asked for, without an end mark. */
  render(format: TextFormat): Promise<string>;
}

/** From a PBX in the same rack to one that is about to run into the time-out. */
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];

/** Makes the exporter's own metrics in a registry of their own. */
export function createOwnMetrics({ version, collectDefaults, wallTime }: OwnMetricsOptions): OwnMetrics {
  const registry = new Registry();
  const requests = new Histogram({
    ...declared('pbx_api_request_duration_seconds', registry),
    buckets: requestBuckets,
  });
  new Gauge(declared('pbx_exporter_build_info', registry)).set({ version, node_version: process.version }, 1);
  const reloadSuccessful = emptyGauge('pbx_exporter_config_last_reload_successful', registry);
  const reloadTimestamp = emptyGauge('pbx_exporter_config_last_reload_success_timestamp_seconds', registry);
  const targetFiles = new Gauge(declared('pbx_exporter_target_file_last_reload_successful', registry));
  if (wallTime !== undefined) addClock(registry, wallTime);
  if (collectDefaults) addDefaults(registry);
  return {
    observeRequest: (family, call, seconds) => requests.observe({ family, call }, seconds),
    configReloaded(success, wallMs) {
      reloadSuccessful.set(success ? 1 : 0);
      if (success) reloadTimestamp.set(wallMs / 1000);
    },
    targetFilesRead(files) {
      targetFiles.reset();
      for (const { name, ok } of files) targetFiles.set({ file: name }, ok ? 1 : 0);
    },
    async render(format) {
      return translate(await registry.metrics(), format);
    },
  };
}

function declared(
  name: ExporterMetricName,
  registry: Registry,
): { name: string; help: string; labelNames: readonly string[]; registers: Registry[] } {
  const { help, labels } = exporterMetric(name);
  return { name, help, labelNames: labels, registers: [registry] };
}

/** A gauge that shows nothing until it is set; prom-client itself would show 0. */
function emptyGauge(name: ExporterMetricName, registry: Registry): Gauge {
  const gauge = new Gauge(declared(name, registry));
  gauge.remove();
  return gauge;
}

function addClock(registry: Registry, wallTime: () => number): void {
  const gauge: Gauge = new Gauge({
    ...declared('pbx_exporter_time_seconds', registry),
    collect: () => gauge.set(wallTime() / 1000),
  });
}

/** The default metrics, without three gauges that are named like counters and would be told off by `promtool check metrics`. */
function addDefaults(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const name of ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'])
    registry.removeSingleMetric(name);
}

/**
 * The registry always writes text 0.0.4, and only the header lines are translated: once a prom-client registry has
 * written OpenMetrics, its counters lose `_total` in text for good. The registry also leaves quotes in help texts
 * unescaped, writes blank lines between metrics, and an end mark that would land in the middle of our page.
 */
function translate(text: string, format: TextFormat): string {
  const lines = text.split('\n').filter((line) => line !== '');
  const shown = format === 'openmetrics' ? toOpenMetrics(lines) : lines;
  return shown.map((line) => `${line}\n`).join('');
}

function toOpenMetrics(lines: readonly string[]): readonly string[] {
  const counters = new Set(lines.flatMap((line) => /^# TYPE (\S+_total) counter$/.exec(line)?.[1] ?? []));
  return lines.map((line) => {
    const header = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line);
    if (header === null) return line;
    const [, word = '', name = '', rest = ''] = header;
    const family = counters.has(name) ? name.replace(/_total$/, '') : name;
    return `# ${word} ${family} ${word === 'HELP' ? rest.replaceAll('"', String.raw`\"`) : rest}`;
  });
}
