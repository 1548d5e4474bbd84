import type { Case, Shown } from './case.ts';

const up: Shown = { labels: { site: 'berlin' }, trunks: { northline: 'registered', telvia: 'registered' } };
const down: Shown = { up: 0, reason: 'connect', labels: { site: 'berlin' } };
const failed = (reason: string): Shown => ({ up: 0, reason, labels: { site: 'berlin' } });
const hq = (...stretches: Case['courses'][number]['stretches']): Case['courses'] => [{ pbx: 'hq', stretches }];
const many = (names: string, stretches: Case['courses'][number]['stretches']): Case['courses'] =>
  Array.from(names, (pbx) => ({ pbx, stretches }));

/** Cases about a PBX that is down, that cannot be read, or that is not monitored. */
export const readingCases: readonly Case[] = [
  {
    name: 'a dead PBX is one alert after five minutes, and its end one after the first good round',
    courses: hq([5, up], [20, down], [20, up]),
    firing: { '7m': [], '8m': ['PbxDown hq'], '13m': ['PbxDown hq'], '15m': [] },
    texts: { PbxDown: '8m' },
  },
  {
    name: 'a restart of three minutes, found out late, with a lost scrape: nobody is told',
    courses: hq([5, up], [8, down], [1, 'away'], [20, up]),
    firing: { '6m': [], '7m30s': [], '8m': [], '15m': [] },
  },
  {
    name: 'the exporter dies while the PBX is down, for half an hour: nothing is resolved, and nothing fires anew',
    courses: hq([5, up], [15, down], [60, 'away'], [2, 'starting'], [10, down], [20, up]),
    firing: {
      '9m': ['PbxDown hq'],
      '12m': ['PbxDown hq'],
      '15m': ['PbxDown hq', 'PbxExporterMissing', 'PbxExporterDown'],
      '39m': ['PbxDown hq', 'PbxExporterMissing', 'PbxExporterDown', 'PbxNotWatched hq'],
      '45m': ['PbxDown hq', 'PbxNotWatched hq'],
      '49m': [],
      '52m': [],
    },
    besidesInProbe: { '15m': ['PbxProbeFailing hq'], '39m': ['PbxProbeFailing hq'] },
  },
  {
    name: 'the probe of a PBX that is down fails for a quarter of an hour: nothing is resolved',
    courses: hq([5, up], [15, down], [30, 'unprobed'], [10, down], [10, up]),
    styles: ['probe'],
    firing: {
      '9m': ['PbxDown hq'],
      '17m': ['PbxDown hq', 'PbxProbeFailing hq'],
      '29m': ['PbxDown hq'],
      '33m': [],
    },
  },
  {
    name: 'probes fail: an alert of their own, and after half an hour a page',
    courses: hq([5, up], [70, 'unprobed'], [10, up]),
    styles: ['probe'],
    firing: { '7m': [], '8m': ['PbxProbeFailing hq'], '33m30s': ['PbxProbeFailing hq', 'PbxNotWatched hq'] },
    texts: { PbxProbeFailing: '8m' },
  },
  {
    name: 'a PBX that was never probed with success',
    courses: hq([20, 'unprobed']),
    styles: ['probe'],
    firing: { '4m': [], '6m': ['PbxProbeFailing hq'] },
  },
  {
    name: 'one of two shards dies: its PBX stays down, the other one tells of its own',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [5, up],
          [15, down],
          [30, 'away'],
          [10, down],
        ],
      },
      { pbx: 'branch', exporter: 'exporter-2:10560', stretches: [[60, up]] },
    ],
    firing: { '12m': ['PbxDown hq'], '20m': ['PbxDown hq', 'PbxExporterDown'], '28m': ['PbxDown hq'] },
    besidesInProbe: { '20m': ['PbxProbeFailing hq'] },
  },
  {
    name: 'a lost scrape starts no clock anew',
    courses: hq([5, up], [6, down], [1, 'away'], [10, down]),
    firing: { '8m': ['PbxDown hq'] },
  },
  {
    name: 'a PBX behind a portal is not down, but after half an hour it is a page',
    courses: hq([5, up], [70, failed('redirect')], [20, up]),
    firing: {
      '8m': ['PbxLoginRefused hq'],
      '32m': ['PbxLoginRefused hq'],
      '33m30s': ['PbxLoginRefused hq', 'PbxNotWatched hq'],
      '44m': [],
    },
    texts: { PbxLoginRefused: '8m', PbxNotWatched: '33m30s' },
  },
  {
    name: 'a PBX that dies while its login waits: a page after half an hour, for nobody can know before',
    courses: hq(
      [5, up],
      [70, { ...failed('bad_credentials'), more: { pbx_login_suspended_until_timestamp_seconds: 9999 } }],
    ),
    firing: { '5m': ['PbxLoginRefused hq'], '33m30s': ['PbxLoginRefused hq', 'PbxNotWatched hq'] },
  },
  ...['rate_limited', 'http_status', 'protocol', 'tls'].map((reason): Case => ({
    name: `${reason} is not "down": phones work`,
    courses: hq([5, up], [30, failed(reason)], [20, up]),
    firing: { '7m': [], '8m': ['PbxUnreadable hq'], '23m30s': [] },
    ...(reason === 'rate_limited' ? { texts: { PbxUnreadable: '8m' } } : {}),
  })),
  {
    name: 'a dead PBX behind a proxy that says so in two ways is one outage',
    courses: hq(
      [5, up],
      ...Array.from(
        { length: 10 },
        () =>
          [
            [1, failed('http_status')],
            [1, down],
          ] as const,
      ).flat(),
    ),
    firing: { '8m30s': ['PbxDown hq'], '11m': ['PbxDown hq'] },
  },
  {
    name: 'only every third round is good',
    courses: hq(
      [30, up],
      ...Array.from(
        { length: 20 },
        () =>
          [
            [2, down],
            [1, up],
          ] as const,
      ).flat(),
    ),
    firing: { '14m': [], '30m': ['PbxUnstable hq'], '44m': ['PbxUnstable hq'] },
    texts: { PbxUnstable: '30m' },
  },
  {
    name: 'one outage of ten minutes is not unstable',
    courses: hq([30, up], [20, down], [30, up]),
    firing: { '24m': ['PbxDown hq'], '28m': [], '33m': [] },
  },
  {
    name: 'five of twenty PBXs, one after the other within three minutes: the message for all comes before those of single ones',
    everyHalfMinute: true,
    courses: [
      ...many('a', [
        [4, up],
        [40, down],
      ]),
      ...many('b', [
        [5, up],
        [39, down],
      ]),
      ...many('c', [
        [6, up],
        [38, down],
      ]),
      ...many('d', [
        [8, up],
        [36, down],
      ]),
      ...many('e', [
        [9, up],
        [35, down],
      ]),
      ...many('fghijklmnopqrst', [[44, up]]),
    ],
    firing: {
      '6m': [],
      '6m30s': ['PbxManyDown'],
      '9m': ['PbxManyDown', ...Array.from('abcd', (pbx) => `PbxDown ${pbx}`)],
    },
    texts: { PbxManyDown: '6m30s' },
  },
  {
    name: 'four PBXs are all there are; five of thirty are too few',
    courses: [...many('abcd', [[20, down]]), ...many('efghijklmnopqrstuvwxyz', [[20, up]])],
    firing: { '9m': Array.from('abcd', (pbx) => `PbxDown ${pbx}`) },
  },
];
