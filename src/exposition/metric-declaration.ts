/** What kind of number a metric is; `_info` metrics are gauges with the value 1. */
export type MetricType = 'gauge' | 'counter' | 'histogram';

/** One row of the metric table: everything that the page, its documentation and the tests need to know of a metric. */
export interface MetricDeclaration {
  /** Full name; counters end in `_total`. */
  readonly name: string;
  readonly type: MetricType;
  /** One sentence in plain English, shown as `# HELP`. */
  readonly help: string;
  /** Label names in the order in which they are written. */
  readonly labels: readonly string[];
  /** `target`: one PBX, on `/metrics` and `/probe`. `exporter`: the program itself, on `/metrics` only. */
  readonly group: 'target' | 'exporter';
  /** Where the value comes from and when there is none. */
  readonly source: string;
}
