/** The values chosen for the variables of a dashboard: one name, several names, or `undefined` for "All". */
export type Choices = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Times that Grafana inserts into queries, in seconds. */
export interface Times {
  readonly range: number;
  /** Time between two points of a graph. */
  readonly step: number;
  /** `interval` of the query ("Min step" in the editor); if it has none, that of the data source. */
  readonly minimumStep: number;
}

/**
 * Returns the query as Grafana sends it to Prometheus. Values with the format "regex" are escaped like in Grafana's format registry
 * (`escapeRegex` of `@grafana/data`): several values become alternatives, and "All" is replaced by `allValue`, unescaped. Throws for a
 * variable without a format: its value depends on a feature toggle of the data source (`prometheusSpecialCharsInLabelValues`), and some
 * names break the query with either setting.
 */
export function interpolate(expression: string, choices: Choices, times: Times): string {
  const rate = Math.max(times.step + times.minimumStep, 4 * times.minimumStep);
  const step = Math.max(times.step, times.minimumStep);
  const timed = expression
    .replaceAll('$__rate_interval', `${rate}s`)
    .replaceAll('$__interval', `${step}s`)
    .replaceAll('$__range', `${times.range}s`);
  return timed.replaceAll(/\$(?:\{(\w+)(?::(\w+))?\}|(\w+))/g, (text, name: string, format?: string) => {
    if (format === 'raw' && name === 'goal') return '99.9';
    if (format !== 'regex') throw new Error(`${text} has no format that keeps every name what it is`);
    return regex(choices[name]);
  });
}

function regex(value: string | readonly string[] | undefined): string {
  if (value === undefined) return '.*';
  if (typeof value === 'string') return escapeRegex(value);
  const escaped = value.map(escapeRegex);
  return escaped.length === 1 ? (escaped[0] ?? '') : `(${escaped.join('|')})`;
}

function escapeRegex(value: string): string {
  return value.replaceAll(/[\\^$*+?.()|[\]{}/]/g, String.raw`\$&`);
}
