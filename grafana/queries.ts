import { trunkStates } from '../src/snapshot/reading.ts';
import { fleetLabels, id } from './identity.ts';

/**
 * Returns a matcher for a label with the value of a variable. Grafana escapes the value for a regular expression, and PromQL uses text in
 * backquotes literally. Only this combination preserves names with quotes, backslashes and other special characters under all settings of
 * the data source.
 */
export function by(label: string, variable = label): string {
  return `${label}=~\`\${${variable}:regex}\``;
}

/** Matchers for the PBXs selected by the variable. */
export const onePbx = [...fleetLabels, 'pbx'].map((label) => by(label)).join(',');

/** Selector for the PBXs selected by the variable. */
export const one = `{${onePbx}}`;

/** Returns an expression for PBXs that match conditions, including PBXs that are no longer monitored. */
export function pbxsWith(conditions: readonly string[]): string {
  const selector = conditions.length === 0 ? '' : `{${[...new Set(conditions)].join(',')}}`;
  return `(pbx_target_info${selector} or pbx:up:held${selector})`;
}

/**
 * The PBXs selected by the variables of a dashboard. It is appended with `and on (pbx)`, because only few series have family and site
 * labels. PBXs without a site are included if all sites are selected, and so are PBXs that are no longer monitored.
 */
export const chosen = pbxsWith([by('family'), by('site'), onePbx]);

/** Returns the highest value of all exporters per PBX and additional labels, for the selected PBXs only. */
export function ofChosen(metric: string, labels: readonly string[] = []): string {
  return `${best(metric, labels)} and on (${id}) ${chosen}`;
}

/** Returns the highest value of all exporters per PBX and additional labels, for metrics where the highest value is the correct one. */
export function best(selector: string, labels: readonly string[] = []): string {
  return `max by (${[id, ...labels].join(', ')}) (${selector})`;
}

/**
 * Returns one value per PBX and additional labels, from the exporter that read the PBX last. If two exporters disagree, or a PBX moves from
 * one to the other, only one is used. Thus nothing is counted twice, and no trunk has two states.
 */
export function newest(selector: string, labels: readonly string[] = []): string {
  const mine = selector.includes(onePbx) ? one : '';
  return best(`${selector} and on (${id}, job, instance) ${lastReader(mine)}`, labels);
}

function lastReader(conditions: string): string {
  return `topk by (${id}) (1, pbx_last_success_timestamp_seconds${conditions})`;
}

/** Like {@link newest}, for the selected PBXs only. */
export function newestOfChosen(selector: string, labels: readonly string[] = []): string {
  return `${newest(selector, labels)} and on (${id}) ${chosen}`;
}

/** Returns 1 for PBXs that are read, 0 for PBXs that are down, and -1 for PBXs that no exporter shows any more. */
export function readState(conditions = ''): string {
  return `(${best(`pbx_up${conditions}`)} or on (${id}) clamp_max(${best(`pbx:up:held${conditions}`)}, -1))`;
}

/** Returns when each PBX was last read, including PBXs that no exporter shows. */
export function lastRead(conditions = ''): string {
  const held = best(`pbx:last_success_timestamp_seconds:held${conditions}`);
  return `(${best(`pbx_last_success_timestamp_seconds${conditions}`)} or on (${id}) ${held})`;
}

/** The PBXs that are not read now, because they are down or not monitored. */
function notReadOf(pbxs: string): string {
  return `((${readState()}) < 1 and on (${id}) ${pbxs})`;
}

/** The selected PBXs that are not read now. */
export const notRead = notReadOf(chosen);

/** The number of selected PBXs that are not read, as an additional number; no value if all are read. */
export const notReadCount = { expression: `count(${notRead})`, legend: 'PBXs not read' };

/**
 * Returns one row per PBX that is not read, and one row if no PBX is known, with an explanation in `label`. The value is the time of the
 * last reading in ms, as required by Grafana; -1 if it is unknown.
 */
export function notReadRows(label: string, pbxs = chosen): string {
  const unread = notReadOf(pbxs);
  const when = `(1000 * ${lastRead()} or on (${id}) 0 * ${unread} - 1)`;
  const row = (condition: string, text: string): string =>
    `label_replace(${when} and on (${id}) ${unread} ${condition}, "${label}", "${text}", "", "")`;
  const nothing = `label_replace(absent(pbx_up or pbx:up:held) - 2, "${label}", "not read: no exporter answers", "", "")`;
  return `${row('== 0', 'not read: PBX down')} or ${row('< 0', 'not read: no exporter answers')} or ${nothing}`;
}

/**
 * Returns one series per combination of keys, which adds labels in a join. If exporters or points in time have different labels, one
 * of them is used, because Prometheus would reject the whole query with two.
 */
export function oneOf(keys: readonly string[], labels: readonly string[], info: string): string {
  return `topk by (${keys.join(', ')}) (1, max by (${[...keys, ...labels].join(', ')}) (${info}))`;
}

/** Adds display names to series with `pbx` and `peer`; series without a name are kept. Only names of these series are read. */
export function withPeerName(expression: string, conditions = ''): string {
  return joined(expression, [id, 'peer'], ['name'], `pbx_peer_info${conditions} and on (${id}, peer) (${expression})`);
}

/** Adds details from the PBX to series with `pbx` and `trunk`; series without details are kept. */
export function withTrunkInfo(
  expression: string,
  labels: readonly string[] = ['name', 'kind', 'host', 'raw_state'],
): string {
  const mine = expression.includes(onePbx) ? one : '';
  const info = `pbx_trunk_info${mine} and on (${id}, job, instance) ${lastReader(mine)}`;
  return joined(expression, [id, 'trunk'], labels, info);
}

function joined(expression: string, keys: readonly string[], labels: readonly string[], info: string): string {
  const on = `on (${keys.join(', ')})`;
  return `(${expression}) * ${on} group_left (${labels.join(', ')}) ${oneOf(keys, labels, info)} or ${on} (${expression})`;
}

/**
 * Returns a metric of the selected exporters, including series from probes. For these, the instance is the PBX, and the exporter is
 * unknown.
 */
export function ofExporters(metric: string): string {
  return `(${metric}{${by('instance')}} or (${metric} unless on (job, instance) pbx_exporter_build_info))`;
}

/** Like {@link ofExporters}, for the rate or increase of a counter with additional conditions. */
export function risesOfExporters(
  rise: 'rate' | 'increase',
  metric: string,
  conditions: readonly string[] = [],
): string {
  const of = (...more: readonly string[]): string =>
    `${rise}(${metric}{${[...more, ...conditions].join(',')}}[$__rate_interval])`;
  const shown = 'last_over_time(pbx_exporter_build_info[$__rate_interval])';
  return `(${of(by('instance'))} or (${of()} unless on (job, instance) ${shown}))`;
}

/** Returns a quantile of the rate of a histogram by labels, over Grafana's rate interval. */
export function histogramQuantile(quantile: number, selector: string, labels: readonly string[]): string {
  return `histogram_quantile(${quantile}, sum by (${['le', ...labels].join(', ')}) (rate(${selector}[$__rate_interval])))`;
}

/**
 * Returns the state of every trunk of one PBX as a number for state timelines, starting at 1 in the order of the states. Every trunk has
 * one series per state, all from one exporter, so that the terms of the sum always match and exactly one state is set.
 */
export function trunkStateNumbers(): string {
  const terms = trunkStates.map((state, index) => {
    const value = newest(`pbx_trunk_state{${onePbx},state="${state}"}`, ['trunk']);
    return index === 0 ? value : `${index + 1} * ${value}`;
  });
  return terms.join(' + ');
}

/** Upper bounds of the bands in the roundtrip heatmap, in microseconds. */
const roundtripBands = [1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000] as const;

/**
 * Returns the number of peers of one PBX in each roundtrip band, as histogram buckets. Prometheus counts them, so that the browser gets
 * only eleven series for a PBX with thousands of peers. No value if no peer has a roundtrip.
 */
export function roundtripBuckets(): string {
  const values = newest(`pbx_peer_roundtrip_microseconds${one}`, ['peer']);
  const all = `count(${values})`;
  const bands = roundtripBands.map((end) => bucket(`count(${values} <= ${end}) or 0 * ${all}`, String(end)));
  return [...bands, bucket(all, '+Inf')].join(' or ');
}

function bucket(count: string, end: string): string {
  return `label_replace(${count}, "le", "${end}", "", "")`;
}
