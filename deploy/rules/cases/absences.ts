import type { Case, Course, Shown, Stretch } from './case.ts';
import { roundtrip } from './service.ts';

/** A PBX that is up, with all possible problems at the same time. */
const ill: Shown = {
  labels: { site: 'berlin' },
  trunks: { northline: 'registered', telvia: 'registered' },
  failing: ['calls'],
  slow: 600,
  more: {
    ...roundtrip(400_000).more,
    'pbx_trunk_roundtrip_microseconds{trunk="northline"}': 450_000,
    'pbx_collector_success{collector="peers"}': 1,
    'pbx_collector_success{collector="queues"}': 1,
    'pbx_queue_waiting_callers{queue="support"}': 12,
    'pbx_queue_agents{queue="support",state="available"}': 0,
    pbx_snapshot_age_seconds: 2_000,
    pbx_round_overdue_seconds: 600,
  },
};
const well: Shown = { labels: { site: 'berlin' }, trunks: { northline: 'registered', telvia: 'registered' } };
/** The same PBX with counters that rise in every scrape. */
const counting = (scrapes: number, from: number): readonly Stretch[] =>
  Array.from({ length: scrapes }, (_, index): Stretch => [
    1,
    {
      ...ill,
      more: {
        ...ill.more,
        'pbx_rows_skipped_total{collector="peers",reason="limit"}': from + index,
        'pbx_trunk_state_changes_total{trunk="northline"}': from + index,
      },
    },
  ]);
const told = [
  'PbxCollectorFailing hq',
  'PbxDataStale hq',
  'PbxRoundsOverdue hq',
  'PbxRowsSkipped hq',
  'PbxRoundtripHigh hq',
  'PbxTrunkRoundtripHigh hq',
  'PbxTrunkFlapping hq',
  'PbxQueueWithoutAgents hq',
  'PbxQueueLong hq',
  'PbxExporterClockOff',
];
const shard: Course = { pbx: 'other', exporter: 'exporter-2:10560', stretches: [[200, well]] };

/** Cases without monitoring: no alert may resolve only because no exporter reads the PBX. */
export const absenceCases: readonly Case[] = [
  {
    name: 'one of two shards is away for half an hour: no alert of its PBX ends, and none but a good value ends one',
    courses: [{ pbx: 'hq', stretches: [...counting(60, 0), [60, 'away'], ...counting(20, 0), [60, well]] }, shard],
    firing: {
      '29m30s': told,
      '31m': told,
      '36m': [...told, 'PbxExporterDown'],
      '59m30s': [...told, 'PbxExporterDown'],
      '64m': told,
      '95m': ['PbxTrunkFlapping hq'],
    },
    besidesInProbe: { '36m': ['PbxProbeFailing hq'], '59m30s': ['PbxProbeFailing hq'] },
  },
  {
    name: 'the PBX of a list that cannot be read dies: the list is not told to be readable',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [30, { ...well, failing: ['queues'] }],
          [20, { up: 0, reason: 'connect', labels: { site: 'berlin' }, failing: ['queues', 'trunks'] }],
          [10, { ...well, failing: ['queues'] }],
          [10, well],
        ],
      },
    ],
    firing: {
      '14m': ['PbxCollectorFailing hq'],
      '16m': ['PbxCollectorFailing hq'],
      '22m': ['PbxCollectorFailing hq', 'PbxDown hq'],
      '28m': ['PbxCollectorFailing hq'],
      '31m': [],
    },
  },
  {
    name: 'a PBX that could be read only now and then, and then nobody looks',
    everyHalfMinute: true,
    courses: [
      {
        pbx: 'hq',
        stretches: [
          ...Array.from({ length: 20 }, (): readonly Stretch[] => [
            [2, { up: 0, reason: 'connect', labels: { site: 'berlin' } }],
            [1, well],
          ]).flat(),
          [70, 'away'],
          [40, well],
        ],
      },
      shard,
    ],
    firing: {
      '29m': ['PbxUnstable hq'],
      '45m': ['PbxUnstable hq', 'PbxExporterDown'],
      '64m': ['PbxUnstable hq', 'PbxExporterDown', 'PbxNotWatched hq'],
      '82m': [],
    },
    besidesInProbe: { '45m': ['PbxProbeFailing hq'], '64m': ['PbxProbeFailing hq'] },
  },
  {
    name: 'two outages of four minutes within a quarter of an hour: half of the time is half of the time',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [30, well],
          [8, { up: 0, reason: 'connect', labels: { site: 'berlin' } }],
          [10, well],
          [8, { up: 0, reason: 'connect', labels: { site: 'berlin' } }],
          [40, well],
        ],
      },
    ],
    firing: { '22m': [], '29m': ['PbxUnstable hq'], '42m': [] },
  },
  {
    name: 'two exporters tell different things of one PBX, and one of them dies: it is still so',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [50, well],
          [30, 'away'],
        ],
      },
      { pbx: 'hq', exporter: 'exporter-2:10560', stretches: [[80, { ...well, labels: { site: 'bern' } }]] },
    ],
    firing: {
      '24m': ['PbxExportersDisagree hq'],
      '39m': ['PbxExportersDisagree hq', 'PbxExporterNotRedundant'],
    },
  },
];
