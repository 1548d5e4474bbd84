/** Type of a metric; `_info` metrics are gauges with the value 1. */
export type MetricType = 'gauge' | 'counter' | 'histogram';

/** One row of the metric table: all facts about a metric for the page, the documentation and the tests. */
export interface MetricDeclaration {
  /** Full name; counters end in `_total`. */
  readonly name: string;
  readonly type: MetricType;
  /** One sentence in plain English, shown as `# HELP`. */
  readonly help: string;
  /** Label names in output order. */
  readonly labels: readonly string[];
  /** `target`: one PBX, on `/metrics` and `/probe`. `exporter`: the program itself, on `/metrics` only. */
  readonly group: 'target' | 'exporter';
  /** The source of the value, and when it is absent. */
  readonly source: string;
}
