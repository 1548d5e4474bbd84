import type { MetricDeclaration } from './metric-declaration.ts';
import { pbxMetrics } from './pbx-metrics.ts';
import { qualityMetrics } from './quality-metrics.ts';
import { roundMetrics } from './round-metrics.ts';

const group = 'exporter';

/** Metrics of the exporter itself, except for the standard process and runtime metrics (`process_*`, `nodejs_*`). */
export const exporterMetrics = [
  {
    name: 'pbx_api_request_duration_seconds',
    type: 'histogram',
    help: 'How long requests to PBXs took, from sending to the last byte of the answer.',
    labels: ['family', 'call'],
    group,
    source: 'Measured for each request, over all PBXs of a family. A call is present once it has been used.',
  },
  {
    name: 'pbx_exporter_build_info',
    type: 'gauge',
    help: 'Version of the exporter and of the Node.js it runs on, always 1.',
    labels: ['version', 'node_version'],
    group,
    source: 'The program. Always present.',
  },
  {
    name: 'pbx_exporter_config_last_reload_successful',
    type: 'gauge',
    help: 'Whether the last attempt to load the configuration worked: 1 yes, 0 no (the previous one is still in use).',
    labels: [],
    group,
    source:
      'The last load or reload, including the web configuration (`--web.config.file`): 0 while either file cannot be used. Absent until the configuration has been loaded.',
  },
  {
    name: 'pbx_exporter_config_last_reload_success_timestamp_seconds',
    type: 'gauge',
    help: 'When the configuration in use was loaded, as seconds since 1970.',
    labels: [],
    group,
    source: 'The last load or reload that worked. Absent until the configuration has been loaded.',
  },
  {
    name: 'pbx_exporter_target_file_last_reload_successful',
    type: 'gauge',
    help: 'Whether the last attempt to load this file of targets worked: 1 yes, 0 no (its previous targets are still in use).',
    labels: ['file'],
    group,
    source: 'The last load or reload. One series for each file that matches `target_files`.',
  },
  {
    name: 'pbx_exporter_time_seconds',
    type: 'gauge',
    help: 'Time on the clock of the exporter at the scrape, as seconds since 1970.',
    labels: [],
    group,
    source: 'The machine. `timestamp(pbx_exporter_time_seconds)` is the time according to Prometheus. Always present.',
  },
] as const satisfies readonly MetricDeclaration[];

/** The metrics of a target in the order of the page. The index in this list is also the index of the block of a target. */
export const targetMetrics = [
  ...roundMetrics,
  ...pbxMetrics,
  ...qualityMetrics,
] as const satisfies readonly MetricDeclaration[];

/** Name of a metric of a target. */
export type TargetMetricName = (typeof targetMetrics)[number]['name'];

/** Name of one of the exporter's own metrics. */
export type ExporterMetricName = (typeof exporterMetrics)[number]['name'];

/** All metrics of the program except `process_*` and `nodejs_*`, shared by code, docs and tests. */
export const metricTable: readonly MetricDeclaration[] = [...targetMetrics, ...exporterMetrics];

/** Returns the row of one of the exporter's own metrics. */
export function exporterMetric(name: ExporterMetricName): MetricDeclaration {
  const row = exporterMetrics.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`not in the metric table: ${name}`);
  return row;
}
