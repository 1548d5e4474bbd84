import { exporterMetrics } from './exporter-metrics.ts';
import type { MetricDeclaration } from './metric-declaration.ts';
import { pbxMetrics } from './pbx-metrics.ts';
import { qualityMetrics } from './quality-metrics.ts';
import { roundMetrics } from './round-metrics.ts';

/** The metrics of a target in the order of the page. Blocks of a target are numbered by their place in this list. */
export const targetMetrics = [
  ...roundMetrics,
  ...pbxMetrics,
  ...qualityMetrics,
] as const satisfies readonly MetricDeclaration[];

/** Name of a metric of a target. */
export type TargetMetricName = (typeof targetMetrics)[number]['name'];

/** Name of one of the exporter's own metrics. */
export type ExporterMetricName = (typeof exporterMetrics)[number]['name'];

/** Every metric of the program except `process_*` and `nodejs_*`: the one declaration that code, docs and tests share. */
export const metricTable: readonly MetricDeclaration[] = [...targetMetrics, ...exporterMetrics];

/** The row of one of the exporter's own metrics. */
export function exporterMetric(name: ExporterMetricName): MetricDeclaration {
  const row = exporterMetrics.find((candidate) => candidate.name === name);
  if (row === undefined) throw new Error(`not in the metric table: ${name}`);
  return row;
}
