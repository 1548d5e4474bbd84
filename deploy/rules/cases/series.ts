import { type Case, type Course, secondsOf, type Shown, type Stretch, type Style } from './case.ts';

/** One value per series and scrape; undefined if the series is absent. */
type Columns = Map<string, (number | undefined)[]>;

/** Returns the series of a case in the notation of promtool. */
export function seriesOf(
  one: Pick<Case, 'courses' | 'interval' | 'others'>,
  style: Style,
): readonly { readonly series: string; readonly values: string }[] {
  const columns: Columns = new Map();
  for (const course of one.courses) addCourse(columns, course, style, secondsOf(one.interval ?? '30s'));
  return [
    ...[...columns].map(([series, values]) => ({ series, values: written(values) })),
    ...Object.entries(one.others ?? {}).map(([series, values]) => ({ series, values })),
  ];
}

/** Labels of the target with the PBX (`target`) and of the exporter itself (`own`). Without probes, they are equal. */
interface Places {
  readonly target: Labels;
  readonly own: Labels;
  readonly put: (series: string, at: number, value: number) => void;
}

type Labels = Readonly<Record<string, string>>;

const firstExporter = 'exporter-1:10560';

function addCourse(columns: Columns, course: Course, style: Style, interval: number): void {
  const exporter = course.exporter ?? firstExporter;
  const own = { job: 'pbx-exporter', instance: exporter, ...course.target };
  // Each exporter has its own list of PBXs to probe, and therefore its own job.
  const job = exporter === firstExporter ? 'pbx-probe' : `pbx-probe-${exporter.replace(/:.*/, '')}`;
  const target = style === 'probe' ? { job, instance: course.pbx, ...course.target } : own;
  const put = (series: string, at: number, value: number): void => {
    const values = columns.get(series) ?? [];
    values[at] = value;
    columns.set(series, values);
  };
  const places = { target, own, put };
  const inWhole = course.stretches.reduce((sum, [scrapes]) => sum + scrapes, 0);
  for (let at = 0; at < inWhole; at += 1) {
    const what = stateAt(course, at);
    addTargets(places, what, at, interval);
    if (what === 'starting' && style === 'own schedule') put(selector('pbx_up', { ...target, pbx: course.pbx }), at, 0);
    if (typeof what === 'string') continue;
    for (const [metric, labels, value] of shown(what, at * interval))
      put(selector(metric, { ...target, pbx: course.pbx, ...labels }), at, value);
  }
}

/** Adds the series that Prometheus creates for the exporter and the probe, and the clock of the exporter. */
function addTargets({ target, own, put }: Places, what: Stretch[1], at: number, interval: number): void {
  const answers = what !== 'away' && what !== 'gone';
  if (what !== 'gone') put(selector('up', own), at, Number(answers));
  const slow = typeof what === 'string' ? 0 : (what.slow ?? 0);
  if (answers) put(selector('pbx_exporter_time_seconds', own), at, at * interval - slow);
  // The exporter provides the list of probed PBXs. While it does not answer, Prometheus keeps the last list.
  if (target !== own && what !== 'removed') put(selector('up', target), at, Number(typeof what !== 'string'));
}

function stateAt({ stretches }: Course, at: number): (typeof stretches)[number][1] {
  let end = 0;
  for (const [scrapes, what] of stretches) {
    end += scrapes;
    if (at < end) return what;
  }
  throw new Error(`nothing is known of scrape ${at}`);
}

type Row = readonly [metric: string, labels: Readonly<Record<string, string>>, value: number];

function shown(what: Shown, now: number): readonly Row[] {
  const {
    up = 1,
    reason,
    labels = {},
    trunks,
    hosts = {},
    peers,
    failing = [],
    more = {},
    slow = 0,
    round = now - slow,
  } = what;
  const collectors = [...(trunks ? ['trunks'] : []), ...(peers ? ['peers'] : []), ...failing];
  return [
    ['pbx_up', {}, up],
    ['pbx_last_round_timestamp_seconds', {}, round],
    ['pbx_target_info', { family: 'asterisk', ...labels }, 1],
    ...(reason === undefined ? [] : [['pbx_last_failure', { reason }, 1] as const]),
    ...[...new Set(collectors)].map(
      (collector) => ['pbx_collector_success', { collector }, failing.includes(collector) ? 0 : up] as const,
    ),
    ...Object.entries(trunks ?? {}).flatMap(([trunk, state]) => trunkRows(trunk, state, hosts[trunk])),
    ...Object.entries(peers ?? {}).map(([state, value]) => ['pbx_peers', { state }, value] as const),
    ...Object.entries(more).map(([series, value]): Row => {
      const [, metric = '', inside = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(series) ?? [];
      const pairs = [...inside.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', text = '']) => [label, text] as const);
      return [metric, Object.fromEntries(pairs), value];
    }),
  ];
}

function trunkRows(trunk: string, state: string, host: string | undefined): readonly Row[] {
  const info: Row = ['pbx_trunk_info', { trunk, raw_state: state, ...(host === undefined ? {} : { host }) }, 1];
  const working = Number(state === 'registered' || state === 'reachable');
  if (state === 'disabled') return [info];
  const registered: Row = ['pbx_trunk_registered', { trunk }, working];
  return [info, ['pbx_trunk_up', { trunk }, working], ...(state.endsWith('registered') ? [registered] : [])];
}

function selector(metric: string, labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
  return `${metric}{${pairs.join(',')}}`;
}

/** Values in promtool notation, e.g. `1x4 stale _x3 0+30x20`. Absent series become stale immediately, as after a scrape without them. */
function written(values: readonly (number | undefined)[]): string {
  const parts: string[] = [];
  for (let at = 0; at < values.length;) {
    const run = runFrom(values, at);
    parts.push(...run.parts);
    at += run.length;
  }
  if (values.length > 0) parts.push('stale');
  return parts.join(' ');
}

function runFrom(
  values: readonly (number | undefined)[],
  at: number,
): { readonly parts: readonly string[]; readonly length: number } {
  const first = values[at];
  if (first === undefined) {
    const length = lengthWhile(values, at, (value) => value === undefined);
    const parts = at === 0 ? [`_x${length}`] : ['stale', ...(length > 1 ? [`_x${length - 1}`] : [])];
    return { parts, length };
  }
  const step = (values[at + 1] ?? first) - first;
  const length = lengthWhile(values, at, (value, index) => value === first + step * index);
  const text = step === 0 ? `${first}` : `${first}${step > 0 ? '+' : ''}${step}`;
  return { parts: [length === 1 ? `${first}` : `${text}x${length - 1}`], length };
}

function lengthWhile(
  values: readonly (number | undefined)[],
  from: number,
  fits: (value: number | undefined, index: number) => boolean,
): number {
  let length = 0;
  while (from + length < values.length && fits(values[from + length], length)) length += 1;
  return length;
}
