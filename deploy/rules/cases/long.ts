import type { Case, Shown } from './case.ts';
import { phones } from './peers.ts';
import { roundtrip } from './service.ts';

const up: Shown = { trunks: { northline: 'registered' } };

const podGone = {
  name: 'one of two exporters is in no list of targets any more',
  interval: '2m',
  courses: [
    { pbx: 'hq', stretches: [[195, up]] },
    {
      pbx: 'branch',
      exporter: 'exporter-2:10560',
      stretches: [
        [5, up],
        [190, 'gone'],
      ],
    },
  ],
} as const satisfies Omit<Case, 'firing'>;

/** Cases that take hours. They have a separate file with longer steps, because promtool is slow with many steps. */
export const longCases: readonly Case[] = [
  {
    name: 'one of a pair is dead for seven hours: still no page',
    interval: '2m',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [5, up],
          [230, 'away'],
        ],
      },
      { pbx: 'hq', exporter: 'exporter-2:10560', stretches: [[235, up]] },
    ],
    firing: { '30m': ['PbxExporterNotRedundant'], '7h30m': ['PbxExporterNotRedundant'] },
  },
  {
    name: 'a PBX that no exporter shows any more: an alert that ends by itself after six hours',
    interval: '2m',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [5, up],
          [190, 'removed'],
        ],
      },
    ],
    firing: { '18m': [], '22m': ['PbxVanished hq'], '6h4m': ['PbxVanished hq'], '6h20m': [] },
    texts: { PbxVanished: '22m' },
  },
  {
    name: 'a trunk that its PBX lists no more, while the PBX dies for a time: for information, for six hours',
    interval: '2m',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [5, { trunks: { northline: 'registered', telvia: 'registered' } }],
          [10, up],
          [10, { up: 0, reason: 'connect', failing: ['trunks'] }],
          [175, up],
        ],
      },
    ],
    firing: {
      '18m': [],
      '22m': ['PbxTrunkVanished hq'],
      '40m': ['PbxTrunkVanished hq', 'PbxDown hq'],
      '6h4m': ['PbxTrunkVanished hq'],
      '6h20m': [],
    },
    texts: { PbxTrunkVanished: '22m' },
  },
  {
    ...podGone,
    styles: ['own schedule'],
    firing: {
      '18m': ['PbxExporterTooFew'],
      '22m': ['PbxVanished branch', 'PbxExporterTooFew'],
      '6h4m': ['PbxVanished branch', 'PbxExporterTooFew', 'PbxNotWatched branch'],
      '6h20m': [],
    },
    texts: { PbxExporterTooFew: '18m' },
  },
  {
    ...podGone,
    styles: ['probe'],
    firing: {
      '18m': ['PbxProbeFailing branch', 'PbxExporterTooFew'],
      '6h4m': ['PbxProbeFailing branch', 'PbxExporterTooFew', 'PbxNotWatched branch'],
      '6h20m': ['PbxProbeFailing branch'],
    },
  },
  {
    name: 'phones answer ten times as slowly as usual, for eight hours; others always slowly, fast enough, or too slowly',
    interval: '4m',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [60, roundtrip(20_000)],
          [120, roundtrip(200_000)],
          [20, roundtrip(20_000)],
        ],
      },
      { pbx: 'far', stretches: [[200, roundtrip(250_000)]] },
      {
        pbx: 'near',
        stretches: [
          [60, roundtrip(500)],
          [140, roundtrip(30_000)],
        ],
      },
      { pbx: 'remote', stretches: [[200, roundtrip(400_000)]] },
    ],
    firing: {
      '3h56m': ['PbxRoundtripHigh remote'],
      '4h20m': ['PbxRoundtripHigh remote', 'PbxRoundtripHigh hq'],
      '11h58m': ['PbxRoundtripHigh remote', 'PbxRoundtripHigh hq'],
      '12h50m': ['PbxRoundtripHigh remote'],
    },
  },
];

/** Cases that compare with the same hour a week ago. They have a file with longer steps, because a week in steps of 30 s takes minutes. */
export const weekCases: readonly Case[] = [
  {
    name: 'fewer than half of what there was a week ago at this hour',
    interval: '30m',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [336, phones(60, 0, 0)],
          [1, phones(50, 0, 10)],
          [1, phones(40, 0, 20)],
          [1, phones(30, 0, 30)],
          [8, phones(20, 0, 40)],
        ],
      },
      {
        pbx: 'new',
        stretches: [
          [300, 'removed'],
          [36, phones(60, 0, 0)],
          [2, phones(40, 0, 20)],
          [9, phones(20, 0, 40)],
        ],
      },
    ],
    firing: { '169h': [], '171h': ['PbxPeersFewerThanUsual hq'] },
    texts: { PbxPeersFewerThanUsual: '171h' },
  },
];
