import { trunkStates } from '../src/snapshot/reading.ts';

/**
 * The PBXs that the variables of a dashboard choose. It is appended with `and on (pbx)`, because family and site are labels of
 * `pbx_target_info` only; a PBX without a site is found as long as all sites are chosen.
 */
export const chosen = 'pbx_target_info{family=~"$family",site=~"$site",pbx=~"$pbx"}';

/**
 * One value for each PBX and further labels, of the chosen PBXs only. `max by` makes one of the two series that exist for a
 * while when an exporter moves to another address.
 */
export function ofChosen(metric: string, labels: readonly string[] = []): string {
  return `${best(metric, labels)} and on (pbx) ${chosen}`;
}

/** One value for each PBX and further labels; of whatever the selector finds. */
export function best(selector: string, labels: readonly string[] = []): string {
  return `max by (${['pbx', ...labels].join(', ')}) (${selector})`;
}

/**
 * One series for each combination of the keys, which brings further labels to a join: where exporters or moments tell
 * different ones, one of them. Two would make Prometheus refuse the whole query.
 */
export function oneOf(keys: readonly string[], labels: readonly string[], info: string): string {
  return `topk by (${keys.join(', ')}) (1, max by (${[...keys, ...labels].join(', ')}) (${info}))`;
}

/** Adds the name for people to series with `pbx` and `peer`; those without a name stay. */
export function withPeerName(expression: string): string {
  return joined(expression, ['pbx', 'peer'], ['name'], 'pbx_peer_info');
}

/** Adds what the PBX says of the trunk to series with `pbx` and `trunk`; those of which it says nothing stay. */
export function withTrunkInfo(
  expression: string,
  labels: readonly string[] = ['name', 'kind', 'host', 'raw_state'],
): string {
  return joined(expression, ['pbx', 'trunk'], labels, 'pbx_trunk_info');
}

function joined(expression: string, keys: readonly string[], labels: readonly string[], info: string): string {
  const on = `on (${keys.join(', ')})`;
  return `(${expression}) * ${on} group_left (${labels.join(', ')}) ${oneOf(keys, labels, info)} or ${on} (${expression})`;
}

/** Quantile of an histogram's rate over the time that Grafana thinks fit, by labels. */
export function histogramQuantile(quantile: number, selector: string, labels: readonly string[]): string {
  return `histogram_quantile(${quantile}, sum by (${['le', ...labels].join(', ')}) (rate(${selector}[$__rate_interval])))`;
}

/**
 * The state of every trunk of one PBX as a number, from 1 in the order of the states: what a state timeline can draw. Every
 * trunk has one series for each state, so the sum always finds its partner.
 */
export function trunkStateNumbers(): string {
  const terms = trunkStates.map((state, index) => {
    const one = `max by (pbx, trunk) (pbx_trunk_state{pbx="$pbx",state="${state}"})`;
    return index === 0 ? one : `${index + 1} * ${one}`;
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
  const values = best('pbx_peer_roundtrip_microseconds{pbx="$pbx"}', ['peer']);
  const all = `count(${values})`;
  const bands = roundtripBands.map((end) => bucket(`count(${values} <= ${end}) or 0 * ${all}`, String(end)));
  return [...bands, bucket(all, '+Inf')].join(' or ');
}

function bucket(count: string, end: string): string {
  return `label_replace(${count}, "le", "${end}", "", "")`;
}
