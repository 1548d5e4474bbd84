import type { Case, Shown, Stretch } from './case.ts';

const up: Shown = { trunks: { northline: 'registered' } };
const one = (name: string, stretches: readonly Stretch[], firing: Case['firing']): Case => ({
  name,
  courses: [{ pbx: 'hq', stretches }],
  firing,
});
const rising = (metric: string, scrapes: number, step: number): readonly Stretch[] =>
  Array.from({ length: scrapes }, (_, index): Stretch => [1, { ...up, more: { [metric]: index * step } }]);

/** Cases about incomplete, stale and ambiguous data. */
export const listCases: readonly Case[] = [
  {
    ...one(
      'a list cannot be read; a lost scrape does not end the alert',
      [
        [5, up],
        [30, { ...up, failing: ['queues'] }],
        [1, 'away'],
        [5, { ...up, failing: ['queues'] }],
        [10, up],
      ],
      {
        '12m': [],
        '13m': ['PbxCollectorFailing hq'],
        '17m30s': ['PbxCollectorFailing hq'],
        '18m': ['PbxCollectorFailing hq'],
        '22m': [],
      },
    ),
    texts: { PbxCollectorFailing: '13m' },
  },
  {
    ...one(
      'no round ends any more',
      [
        [10, up],
        [60, { ...up, round: 270, more: { pbx_round_overdue_seconds: 600 } }],
      ],
      { '9m': [], '12m': ['PbxRoundsOverdue hq'], '30m': ['PbxRoundsOverdue hq', 'PbxDataStale hq'] },
    ),
    texts: { PbxRoundsOverdue: '12m', PbxDataStale: '30m' },
  },
  one(
    'a PBX whose login waits has no rounds: nobody is to restart the exporter for it',
    [
      [10, up],
      [
        60,
        {
          up: 0,
          reason: 'bad_credentials',
          round: 270,
          more: { pbx_login_suspended_until_timestamp_seconds: 9999, pbx_snapshot_age_seconds: 1200 },
        },
      ],
    ],
    { '30m': ['PbxLoginRefused hq'] },
  ),
  {
    name: 'the clock of the exporter is twenty minutes slow: one alert, not one for each PBX',
    courses: Array.from('abc', (pbx) => ({
      pbx,
      stretches: [[60, { ...up, slow: 1_200 }]],
    })),
    firing: { '4m': [], '20m': ['PbxExporterClockOff'] },
    texts: { PbxExporterClockOff: '20m' },
  },
  {
    ...one('rows are left out', rising('pbx_rows_skipped_total{collector="peers",reason="limit"}', 70, 2), {
      '10m': [],
      '20m': ['PbxRowsSkipped hq'],
    }),
    texts: { PbxRowsSkipped: '20m' },
  },
  {
    name: 'two PBXs of one name behind two exporters',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [5, up],
          [60, { up: 0, reason: 'connect' }],
        ],
      },
      { pbx: 'hq', exporter: 'exporter-2:10560', stretches: [[65, up]] },
    ],
    firing: { '16m': [], '18m': ['PbxExportersDisagree hq'] },
    texts: { PbxExportersDisagree: '18m' },
  },
  {
    name: 'a pair of exporters whose configurations differ in one label: alerts go on, each once',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [5, { ...up, labels: { site: 'berlin' } }],
          [30, { up: 0, reason: 'connect', labels: { site: 'berlin' } }],
        ],
      },
      {
        pbx: 'hq',
        exporter: 'exporter-2:10560',
        stretches: [
          [5, { ...up, labels: { site: 'bern' } }],
          [30, { up: 0, reason: 'timeout', labels: { site: 'bern' } }],
        ],
      },
      {
        pbx: 'branch',
        stretches: [
          [5, up],
          [30, { trunks: { northline: 'unregistered' } }],
        ],
      },
    ],
    firing: {
      '8m': ['PbxDown hq', 'PbxTrunkNotRegistered branch', 'PbxTrunksAllDown branch'],
      '14m': ['PbxDown hq', 'PbxTrunkNotRegistered branch', 'PbxTrunksAllDown branch'],
      '17m': ['PbxDown hq', 'PbxTrunkNotRegistered branch', 'PbxTrunksAllDown branch', 'PbxExportersDisagree hq'],
    },
  },
];
