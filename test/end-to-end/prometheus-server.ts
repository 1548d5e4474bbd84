import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { patience } from './eventually.ts';
import { freePort, instances, testbedOutput } from './testbed.ts';

/** Labels of a series without `__name__`. */
export type Labels = Readonly<Record<string, string>>;

/** One series with the values that Prometheus has stored. */
export interface Series {
  readonly labels: Labels;
  /** Times are in seconds since the epoch. */
  readonly samples: readonly { readonly time: number; readonly value: number }[];
}

/** Times from `start` to `end` (seconds since the epoch), `step` seconds apart. */
export interface TimeRange {
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** One scrape target, as Prometheus reports it. */
export interface ScrapeTarget {
  readonly job: string;
  readonly health: string;
  readonly lastError: string;
}

/**
 * A real Prometheus, accessed through its HTTP API only. On a busy machine, any scrape can time out, which leaves no values until the next
 * one. Instant queries for such a time are repeated.
 */
export interface PrometheusServer {
  /** Runs an instant query; returns one number per series, keyed by the value of that label. */
  values(expression: string, label: string): Promise<Readonly<Record<string, number>>>;
  /** Runs an instant query that returns one series or none. */
  value(expression: string): Promise<number | undefined>;
  /** Runs an instant query; with a range selector such as `up[5m]`, it returns every stored sample. */
  history(selector: string): Promise<readonly Series[]>;
  /** Runs a range query, as graphs do: returns the value at each of these times. */
  range(expression: string, times: TimeRange): Promise<readonly Series[]>;
  /** Returns the number of scrapes of the last ten minutes, by job, that failed for another reason than this timeout (s). */
  refusedScrapes(timeoutSeconds: number): Promise<Readonly<Record<string, number>>>;
  targets(): Promise<readonly ScrapeTarget[]>;
  /** Returns type and help text as scraped, by metric family. */
  metadata(): Promise<Readonly<Record<string, { readonly type: string; readonly help: string }>>>;
  close(): Promise<void>;
}

/**
 * Starts a Prometheus that scrapes the exporter with two jobs: `openmetrics` accepts only OpenMetrics, `text` only the older text format.
 */
export async function startPrometheus(exporterAddress: string): Promise<PrometheusServer> {
  const folder = await mkdtemp(join(tmpdir(), 'end-to-end-prometheus-'));
  await writeFile(join(folder, 'prometheus.yml'), prometheusFile(exporterAddress));
  const ports = { prometheus: await freePort(), alertmanager: await freePort() };
  const server = await startPrometheusIn(folder, ports, instances.prometheus);
  return {
    ...server,
    async close() {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** Starts a Prometheus with the files of a folder, and an Alertmanager if the folder has a file for it. */
export async function startPrometheusIn(
  folder: string,
  ports: { readonly prometheus: number; readonly alertmanager: number },
  instance: string,
  more: NodeJS.ProcessEnv = {},
): Promise<PrometheusServer> {
  const environment = {
    PROMETHEUS_PORT: String(ports.prometheus),
    ALERTMANAGER_PORT: String(ports.alertmanager),
    ...more,
  };
  await testbedOutput('prometheus', ['stop', instance]); // left over from an interrupted run
  await testbedOutput('prometheus', ['start', folder, instance], { environment });
  const base = `http://127.0.0.1:${ports.prometheus}/api/v1`;
  return {
    async values(expression, label) {
      const series = await queryNow(base, expression);
      return Object.fromEntries(series.map(({ labels, samples }) => [labels[label] ?? '', samples[0]?.value ?? NaN]));
    },
    async value(expression) {
      const series = await queryNow(base, expression);
      if (series.length > 1) throw new Error(`${expression} gives ${series.length} series, expected one at most`);
      return series[0]?.samples[0]?.value;
    },
    history: (selector) => queryNow(base, selector),
    range: (expression, times) => queryRange(base, expression, times),
    refusedScrapes: (timeoutSeconds) => refusedScrapes(base, timeoutSeconds),
    targets: () => targets(base),
    metadata: () => metadata(base),
    async close() {
      await testbedOutput('prometheus', ['stop', instance]);
    },
  };
}

function prometheusFile(exporterAddress: string): string {
  const job = (name: string, protocol: string): string => `
  - job_name: ${name}
    scrape_protocols: [${protocol}]
    static_configs: [{ targets: ['${exporterAddress}'] }]`;
  return `global: { scrape_interval: 1s, scrape_timeout: 1s }
scrape_configs:${job('openmetrics', 'OpenMetricsText1.0.0')}${job('text', 'PrometheusText0.0.4')}
`;
}

const sampleSchema = z.tuple([z.number(), z.string()]);
const querySchema = z.object({
  data: z.object({
    result: z.array(
      z.object({
        metric: z.record(z.string(), z.string()),
        value: sampleSchema.optional(),
        values: z.array(sampleSchema).optional(),
      }),
    ),
  }),
});

/** A failed scrape that took longer than this (s) timed out; all scrape timeouts of these tests are longer. */
const givenUpAfter = 0.9;
const lostScrapes = `up == 0 and on (job, instance) scrape_duration_seconds > ${givenUpAfter}`;

/** Runs a query for the current time. If a scrape has just timed out, repeats the query for a later time. */
async function queryNow(base: string, expression: string): Promise<readonly Series[]> {
  const deadline = Date.now() + patience;
  for (;;) {
    const time = Date.now() / 1000;
    const at = { time: String(time) };
    // Checked before and after, because the lost scrape and the next one may be stored in between.
    const before = await seriesOf(`${base}/query`, lostScrapes, at);
    const answer = await seriesOf(`${base}/query`, expression, at);
    const after = await seriesOf(`${base}/query`, lostScrapes, at);
    if (before.length + after.length === 0) return answer;
    if (Date.now() > deadline) throw new Error(`no scrape came in time for ${patience} ms`);
    await wait(100);
  }
}

async function refusedScrapes(base: string, timeoutSeconds: number): Promise<Readonly<Record<string, number>>> {
  const histories = await Promise.all(
    ['up', 'scrape_duration_seconds'].map((metric) => seriesOf(`${base}/query`, `${metric}[10m]`, {})),
  );
  const [ups = [], durations = []] = histories;
  return Object.fromEntries(
    ups.map(({ labels: { job = '', instance }, samples }) => {
      const lasted = durations.find(({ labels }) => labels['job'] === job && labels['instance'] === instance);
      const late = new Set(lasted?.samples.flatMap(({ time, value }) => (value > 0.9 * timeoutSeconds ? [time] : [])));
      return [job, samples.filter(({ time, value }) => value === 0 && !late.has(time)).length];
    }),
  );
}

function queryRange(base: string, expression: string, { start, end, step }: TimeRange): Promise<readonly Series[]> {
  return seriesOf(`${base}/query_range`, expression, { start: String(start), end: String(end), step: String(step) });
}

async function seriesOf(
  address: string,
  expression: string,
  times: Readonly<Record<string, string>>,
): Promise<readonly Series[]> {
  const body = new URLSearchParams({ query: expression, ...times });
  const response = await fetch(address, { method: 'POST', body });
  if (!response.ok) throw new Error(`Prometheus refused ${expression}: ${await response.text()}`);
  const { data } = querySchema.parse(await response.json());
  return data.result.map(({ metric, value, values }) => ({
    labels: metric,
    samples: (values ?? (value ? [value] : [])).map(([time, text]) => ({ time, value: Number(text) })),
  }));
}

const targetsSchema = z.object({
  data: z.object({
    activeTargets: z.array(z.object({ scrapePool: z.string(), health: z.string(), lastError: z.string() })),
  }),
});

async function targets(base: string): Promise<readonly ScrapeTarget[]> {
  const { data } = targetsSchema.parse(await (await fetch(`${base}/targets`)).json());
  return data.activeTargets.map(({ scrapePool, health, lastError }) => ({ job: scrapePool, health, lastError }));
}

const metadataSchema = z.object({
  data: z.array(z.object({ metric: z.string(), type: z.string(), help: z.string() })),
});

async function metadata(base: string): Promise<Readonly<Record<string, { type: string; help: string }>>> {
  const selector = new URLSearchParams({ match_target: '{job="openmetrics"}' });
  const { data } = metadataSchema.parse(await (await fetch(`${base}/targets/metadata?${selector.toString()}`)).json());
  return Object.fromEntries(data.map(({ metric, type, help }) => [metric, { type, help }]));
}
