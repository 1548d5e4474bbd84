import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { exporterMetric, type ExporterMetricName } from './metric-table.ts';
import type { TextFormat } from './negotiate.ts';

/** Options of the exporter's own metrics. */
export interface OwnMetricsOptions {
  /** Version of the exporter. */
  readonly version: string;
  /** Whether to collect `process_*` and `nodejs_*`. Tests that compare whole pages omit them. */
  readonly collectDefaults: boolean;
  /** Returns the wall clock in ms since 1970; called at each scrape. If absent, no clock metric is shown. */
  readonly wallTime?: () => number;
}

/** The exporter's own metrics. */
export interface OwnMetrics {
  /** Records the duration of a request to a PBX in seconds, by family and API call. */
  observeRequest(family: string, call: string, seconds: number): void;
  /** Records an attempt to load the configuration; wall clock in ms since 1970. */
  configReloaded(success: boolean, wallMs: number): void;
  /** Records the existing target files, and whether each could be used. */
  targetFilesRead(files: readonly { readonly name: string; readonly ok: boolean }[]): void;
  /** Renders header and sample lines in the given format, without an end mark. */
  render(format: TextFormat): Promise<string>;
}

/** Bucket bounds in seconds: from a PBX in the same rack to one that nearly times out. */
const requestBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30];

/** Creates the exporter's own metrics in a separate registry. */
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

/** A gauge without a sample until it is set. By default, prom-client would show 0. */
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

/** Adds the default metrics, except for three gauges that are named like counters: `promtool check metrics` would reject them. */
function addDefaults(registry: Registry): void {
  collectDefaultMetrics({ register: registry });
  for (const name of ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'])
    registry.removeSingleMetric(name);
}

/**
 * Translates the output of the registry, which always writes text 0.0.4. After writing OpenMetrics once, a prom-client
 * registry would permanently omit `_total` in text. It also leaves quotes in help texts unescaped, and writes blank lines
 * between metrics and an end mark that would be in the middle of our page.
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
