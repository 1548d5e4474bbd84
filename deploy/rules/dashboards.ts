import type { Group, Recording } from './rule.ts';
import type { Words } from './words.ts';

/** Returns the groups for dashboards only: start times of states, the worst phones, and values over weeks. They use `held.ts`. */
export function dashboardGroups(words: Words): readonly Group[] {
  return [
    { name: 'pbx-dashboards', interval: '1m', rules: [...nowRules(words), ...sinceRules(words)] },
    { name: 'pbx-dashboards-hourly', interval: '1h', rules: hourlyRules(words) },
  ];
}

/** Selects the series of the exporter that read the PBX last, because the data of the other one is older. */
function newest({ id }: Words, selector: string): string {
  return `${selector} and on (${id}, job, instance) topk by (${id}) (1, pbx_last_success_timestamp_seconds)`;
}

function nowRules(words: Words): readonly Recording[] {
  const { id } = words;
  const lastRead = 'pbx:last_success_timestamp_seconds:held';
  return [
    {
      record: lastRead,
      why: 'Time of the last reading of the PBX. Kept while no exporter shows the PBX, and after another exporter took over that has not read it yet.',
      expr: `max by (${id}) (pbx_last_success_timestamp_seconds)
or on (${id}) (last_over_time(${lastRead}[5m]) and on (${id}) pbx:known:held)`,
    },
    {
      record: 'pbx:peer_roundtrip_microseconds:worst',
      why: 'The five slowest phones of each PBX, so that a list of the slowest phones does not have to read all phones.',
      expr: `topk by (${id}) (5,
  max by (${id}, peer) (
    ${newest(words, 'pbx_peer_roundtrip_microseconds')}
  )
)`,
    },
  ];
}

function sinceRules(words: Words): readonly Recording[] {
  return [
    since(words, {
      record: 'pbx:trunk_not_in_service:since',
      label: 'trunk',
      metric: 'pbx_trunk_up',
      list: 'pbx_trunks',
    }),
    since(words, {
      record: 'pbx:peer_not_reachable:since',
      label: 'peer',
      metric: 'pbx_peer_reachable',
      list: 'pbx_peers',
    }),
  ];
}

interface Since {
  readonly record: string;
  /** The label that identifies the row on a PBX. */
  readonly label: 'trunk' | 'peer';
  /** Metric that is 1 if the row is in its normal state. */
  readonly metric: string;
  /** Metric that is present as long as the list is known. */
  readonly list: string;
}

function since(words: Words, { record, label, metric, list }: Since): Recording {
  const { id } = words;
  const keys = `${id}, ${label}`;
  const bad = `max by (${keys}) (
  ${newest(words, `${metric} == 0`)}
)`;
  return {
    record,
    why: `Unix time since which the phone or trunk has been in this state, to the minute, as far back as recorded. Kept while the list is
          not read. After a minute in a good state, the time starts again.`,
    expr: `${record} and on (${keys}) ${bad}
or on (${keys}) 0 * ${bad} + time()
or on (${keys}) (${record} unless on (${id}) ${list} and on (${id}) pbx:known:held)`,
  };
}

/** One value per hour, because a month of raw samples exceeds the sample limit of a query. */
function hourlyRules({ id }: Words): readonly Recording[] {
  return [
    {
      record: 'pbx:up:avg1h',
      why: 'Share of the last hour in which any exporter could read the PBX. Time in which no exporter showed it is not counted.',
      expr: `avg_over_time(max by (${id}) (pbx_up)[1h:1m])`,
    },
    {
      record: 'pbx:trunk_up:avg1h',
      why: 'Share of the last hour in which the trunk was in service. Time in which its state was not known is not counted.',
      expr: `max by (${id}, trunk) (avg_over_time(pbx_trunk_up[1h]))`,
    },
    {
      record: 'pbx:calls:max1h',
      why: 'Maximum of concurrent calls in the last hour.',
      expr: `max_over_time(sum by (${id}) (max by (${id}, direction) (pbx_calls))[1h:1m])`,
    },
    {
      record: 'pbx:peer_reachable_changes:increase1h',
      why: 'Changes of phones in the last hour, only of phones with changes.',
      expr: `max by (${id}, peer) (increase(pbx_peer_reachable_changes_total[1h])) > 0`,
    },
    {
      record: 'pbx:trunk_state_changes:increase1h',
      why: 'Changes of trunks in the last hour, only of trunks with changes.',
      expr: `max by (${id}, trunk) (increase(pbx_trunk_state_changes_total[1h])) > 0`,
    },
    {
      record: 'pbx:peer_roundtrip_microseconds:worst1h',
      why: 'The five slowest phones of each PBX in the last hour.',
      expr: `topk by (${id}) (5, max by (${id}, peer) (max_over_time(pbx:peer_roundtrip_microseconds:worst[1h])))`,
    },
  ];
}
