import { trunkStates } from '../src/snapshot/reading.ts';
import { fleetLabels, id } from './identity.ts';

/**
 * Condition on a label by a variable. Grafana escapes the value for a regular expression, and PromQL takes the text between backquotes as it
 * is: the only pair under which names with quotes, backslashes and other signs stay what they are, whatever the settings of the data source.
 */
export function by(label: string, variable = label): string {
  return `${label}=~\`\${${variable}:regex}\``;
}

/** Conditions for one PBX, or for those that the variable holds. */
export const onePbx = [...fleetLabels, 'pbx'].map((label) => by(label)).join(',');

/** The same as a selector. */
export const one = `{${onePbx}}`;

/** PBXs under conditions on their labels, also those that nobody watches any more. */
export function pbxsWith(conditions: readonly string[]): string {
  const selector = conditions.length === 0 ? '' : `{${[...new Set(conditions)].join(',')}}`;
  return `(pbx_target_info${selector} or pbx:up:held${selector})`;
}

/**
 * The PBXs that the variables of a dashboard choose. It is appended with `and on (pbx)`, because family and site are labels of
 * few series only; a PBX without a site is found as long as all sites are chosen, and one that nobody watches any more too.
 */
export const chosen = pbxsWith([by('family'), by('site'), onePbx]);

/** One value for each PBX and further labels, of the chosen PBXs only: the highest of what several exporters say. */
export function ofChosen(metric: string, labels: readonly string[] = []): string {
  return `${best(metric, labels)} and on (${id}) ${chosen}`;
}

/** The highest value for each PBX and further labels, whoever shows it. For what one exporter cannot make worse for another. */
export function best(selector: string, labels: readonly string[] = []): string {
  return `max by (${[id, ...labels].join(', ')}) (${selector})`;
}

/**
 * One value for each PBX and further labels, as the exporter saw it that read the PBX last: of a pair that disagrees, or of two between
 * which a PBX moves, only one is believed, so that nothing is counted twice and no trunk is in two states.
 */
export function newest(selector: string, labels: readonly string[] = []): string {
  const mine = selector.includes(onePbx) ? one : '';
  return best(`${selector} and on (${id}, job, instance) ${lastReader(mine)}`, labels);
}

function lastReader(conditions: string): string {
  return `topk by (${id}) (1, pbx_last_success_timestamp_seconds${conditions})`;
}

/** As `newest`, of the chosen PBXs only. */
export function newestOfChosen(selector: string, labels: readonly string[] = []): string {
  return `${newest(selector, labels)} and on (${id}) ${chosen}`;
}

/** 1 for each PBX that somebody reads, 0 for those that are down, -1 for those that no exporter has shown since. */
export function readState(conditions = ''): string {
  return `(${best(`pbx_up${conditions}`)} or on (${id}) clamp_max(${best(`pbx:up:held${conditions}`)}, -1))`;
}

/** When each PBX was read last, also of those that no exporter shows. */
export function lastRead(conditions = ''): string {
  const held = best(`pbx:last_success_timestamp_seconds:held${conditions}`);
  return `(${best(`pbx_last_success_timestamp_seconds${conditions}`)} or on (${id}) ${held})`;
}

/** Those PBXs that cannot be read now, down or not watched. */
function notReadOf(pbxs: string): string {
  return `((${readState()}) < 1 and on (${id}) ${pbxs})`;
}

/** The chosen ones among them. */
export const notRead = notReadOf(chosen);

/** How many of the chosen PBXs are not read, as a number beside others; nothing when all are. */
export const notReadCount = { expression: `count(${notRead})`, legend: 'PBXs not read' };

/**
 * One row for every PBX that is not read, and one when no PBX is known at all, with the word for that in the label. The value is when it was
 * read last, in ms as Grafana takes times; -1 when that is not known.
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
 * One series for each combination of the keys, which brings further labels to a join: where exporters or moments tell
 * different ones, one of them. Two would make Prometheus refuse the whole query.
 */
export function oneOf(keys: readonly string[], labels: readonly string[], info: string): string {
  return `topk by (${keys.join(', ')}) (1, max by (${[...keys, ...labels].join(', ')}) (${info}))`;
}

/** Adds the name for people to series with `pbx` and `peer`; those without a name stay. Of a fleet's names, only theirs are sorted. */
export function withPeerName(expression: string, conditions = ''): string {
  return joined(expression, [id, 'peer'], ['name'], `pbx_peer_info${conditions} and on (${id}, peer) (${expression})`);
}

/** Adds what the PBX says of the trunk to series with `pbx` and `trunk`; those of which it says nothing stay. */
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
 * A metric as the chosen exporters show it, and as Prometheus probes it: there, the instance is the PBX, and nothing tells which exporter was
 * asked.
 */
export function ofExporters(metric: string): string {
  return `(${metric}{${by('instance')}} or (${metric} unless on (job, instance) pbx_exporter_build_info))`;
}

/** The same of how much a counter rises; `conditions` are further ones. */
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

/** Quantile of an histogram's rate over the time that Grafana thinks fit, by labels. */
export function histogramQuantile(quantile: number, selector: string, labels: readonly string[]): string {
  return `histogram_quantile(${quantile}, sum by (${['le', ...labels].join(', ')}) (rate(${selector}[$__rate_interval])))`;
}

/**
 * The state of every trunk of one PBX as a number, from 1 in the order of the states: what a state timeline can draw. Every
 * trunk has one series for each state, and all are of one exporter, so that the sum always finds its partner and one state only.
 */
export function trunkStateNumbers(): string {
  const terms = trunkStates.map((state, index) => {
    const value = newest(`pbx_trunk_state{${onePbx},state="${state}"}`, ['trunk']);
    return index === 0 ? value : `${index + 1} * ${value}`;
  });
  return terms.join(' + ');
}

/** Upper ends of the bands of the roundtrip heat map, in microseconds. */
const roundtripBands = [1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000] as const;

/**
 * How many peers of one PBX are in each roundtrip band, as the buckets of a histogram. Prometheus counts, so that a PBX with
 * thousands of peers costs the browser eleven series; nothing at all where no peer has a roundtrip.
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
