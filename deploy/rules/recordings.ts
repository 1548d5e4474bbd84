import { heldGroup } from './held.ts';
import type { Group, Recording } from './rule.ts';
import { type ThresholdName, thresholdNames, type Thresholds } from './settings.ts';
import type { Words } from './words.ts';

/** Series of {@link recordingGroups}. */
export const heldRoundtrip = 'pbx:peer_roundtrip_microseconds:held';

/** Returns the groups shared by alerts and dashboards: known PBXs, thresholds of single PBXs, and values over days, each computed once. */
export function recordingGroups(words: Words): readonly Group[] {
  const { id } = words;
  const thresholds = thresholdRules(words);
  const median = 'pbx:peer_roundtrip_microseconds:median';
  const usual = 'pbx:peer_roundtrip_microseconds:usual';
  const recordings: Group = {
    name: 'pbx-recording',
    interval: '1m',
    rules: [
      {
        record: median,
        why: 'Median roundtrip of the phones of the PBX. PbxRoundtripHigh compares it with earlier values of the same PBX.',
        expr: `quantile by (${id}) (0.5, max by (${id}, peer) (pbx_peer_roundtrip_microseconds))`,
      },
      {
        record: heldRoundtrip,
        why: 'The median, for PBXs with at least three measured phones. Kept while the PBX is not monitored or the list cannot be read.',
        expr: words.heldOfCollector(
          heldRoundtrip,
          'peers',
          `${median} and on (${id}) count by (${id}) (max by (${id}, peer) (pbx_peer_roundtrip_microseconds)) >= 3`,
        ),
      },
      {
        record: usual,
        why: `Median over the previous day, with at least an hour of data. It does not change while the current median is three times as high,
          so that a lasting problem does not become the usual value.`,
        expr: `last_over_time(${usual}[5m]) and on (${id}) ${heldRoundtrip} > on (${id}) 3 * last_over_time(${usual}[5m])
or on (${id}) (
  quantile_over_time(0.5, ${median}[1d] offset 1h)
  and on (${id}) count_over_time(${median}[1d] offset 1h) >= 60
)`,
      },
      {
        record: 'pbx:peer_roundtrip_microseconds:p95',
        why: '95th percentile of the roundtrip.',
        expr: `quantile by (${id}) (0.95, max by (${id}, peer) (pbx_peer_roundtrip_microseconds))`,
      },
      {
        record: 'pbx:peers_reachable:ratio',
        why: 'Share of reachable phones among those that are not disabled and whose state is known.',
        expr: `max by (${id}) (pbx_peers{state="reachable"})
  / (sum by (${id}) (max by (${id}, state) (pbx_peers{state=~"reachable|unreachable|unregistered"})) > 0)`,
      },
      {
        record: 'pbx:trunks_not_in_service:count',
        why: 'Trunks that should work and do not. Trunks that are disabled or in an unknown state have no pbx_trunk_up.',
        expr: `sum by (${id}) (1 - max by (${id}, trunk) (pbx_trunk_up))`,
      },
      {
        record: 'pbx:up:avg1d',
        why: 'Share of the last day in which the PBX could be read.',
        expr: `max by (${id}) (avg_over_time(pbx_up[1d]))`,
      },
    ],
  };
  const own: readonly Group[] = thresholds.length === 0 ? [] : [{ name: 'pbx-thresholds', rules: thresholds }];
  return [heldGroup(words), ...own, recordings];
}

function thresholdRules({ id, thresholds }: Words): readonly Recording[] {
  return thresholdNames.flatMap((name) => {
    const limits = limitsOf(thresholds, name);
    if (limits.length === 0) return [];
    const expr = limits
      .map(({ selector, value }) => `max by (${id}) (pbx:target_info:held{${selector}}) * 0 + ${value}`)
      .join(`\nor on (${id})\n`);
    return [{ record: `pbx:threshold:${name}`, expr, why: 'From thresholds.yml; the first matching entry applies.' }];
  });
}

function limitsOf(
  { thresholds }: Thresholds,
  name: ThresholdName,
): readonly { readonly selector: string; readonly value: number }[] {
  return thresholds.flatMap(({ of, set }) => {
    const value = set[name];
    const selector = Object.entries(of).map(([label, text]) => `${label}=${JSON.stringify(text)}`);
    return value === undefined ? [] : [{ selector: selector.join(','), value }];
  });
}
