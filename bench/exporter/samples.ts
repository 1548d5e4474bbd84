/** Values from a page of `/metrics`. */
export interface Samples {
  /** Returns the sum of all samples of a metric; 0 if it has none. */
  sum(metric: string): number;
  /** Returns the values by label `pbx`, for a metric with one sample per PBX. */
  byPbx(metric: string): ReadonlyMap<string, number>;
}

/** Parses the parts of a page in the text format that the bench needs. */
export function readSamples(text: string): Samples {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const of = (metric: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`${metric}{`) || line.startsWith(`${metric} `));
  return {
    sum: (metric) => of(metric).reduce((total, line) => total + valueOf(line), 0),
    byPbx: (metric) => new Map(of(metric).map((line) => [/pbx="([^"]*)"/.exec(line)?.[1] ?? '', valueOf(line)])),
  };
}

function valueOf(line: string): number {
  return Number(line.slice(line.lastIndexOf(' ') + 1));
}
