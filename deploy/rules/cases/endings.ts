import type { Case, Shown, Stretch } from './case.ts';
import { phones } from './peers.ts';

const second = 'exporter-2:10560';
const labels = { site: 'berlin' };

/** A PBX in order, with the series of every alert that can begin within the last two minutes before the exporter dies. */
const up: Shown = {
  labels,
  ...phones(40, 0, 0),
  more: {
    pbx_round_overdue_seconds: 0,
    'pbx_collector_success{collector="queues"}': 1,
    'pbx_queue_waiting_callers{queue="support"}': 0,
    'pbx_queue_agents{queue="support",state="available"}': 2,
  },
};
const ill: Shown = {
  ...up,
  ...phones(10, 30, 0),
  more: {
    ...up.more,
    pbx_round_overdue_seconds: 100,
    'pbx_queue_waiting_callers{queue="support"}': 3,
    'pbx_queue_agents{queue="support",state="available"}': 0,
  },
};
const down: Shown = { up: 0, reason: 'connect', labels, failing: ['peers', 'queues'] };
/** Ten minutes without an exporter, and a minute until its first round has ended. */
const away: readonly Stretch[] = [
  [20, 'away'],
  [2, 'starting'],
];
const missing = ['PbxExporterMissing', 'PbxExporterDown'];

/** Cases about the order in which alerts end: the end of an outage must not send an alert that another one suppressed. */
export const endingCases: readonly Case[] = [
  {
    name: 'a PBX goes down just before its exporter, and is back before it: no alert outlasts PbxExporterMissing',
    courses: [{ pbx: 'hq', stretches: [[10, up], [2, down], ...away, [20, up]] }],
    firing: {
      '15m': ['PbxDown hq', ...missing],
      '19m': ['PbxExporterMissing'],
      '21m': [],
    },
    besidesInProbe: { '15m': ['PbxProbeFailing hq'] },
  },
  {
    name: 'phones, a queue and the rounds get worse just before the exporter dies, and are well after it: no alert outlasts PbxExporterMissing',
    courses: [{ pbx: 'hq', stretches: [[20, up], [2, ill], ...away, [20, up]] }],
    firing: {
      '20m': [...missing, 'PbxPeersUnreachable hq', 'PbxQueueWithoutAgents hq', 'PbxRoundsOverdue hq'],
      '23m': ['PbxExporterMissing', 'PbxQueueWithoutAgents hq', 'PbxRoundsOverdue hq'],
      '24m30s': ['PbxExporterMissing'],
      '26m': [],
    },
    everyHalfMinute: true,
    besidesInProbe: { '20m': ['PbxProbeFailing hq'] },
  },
  {
    name: 'both of a pair die, and the second one comes back: the first one is not reported as down once more',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [5, up],
          [75, 'away'],
        ],
      },
      { pbx: 'hq', exporter: second, stretches: [[35, up], ...away, [23, up]] },
    ],
    firing: {
      '17m': ['PbxExporterNotRedundant'],
      '27m': ['PbxExporterMissing', '2 PbxExporterDown'],
      '30m': ['PbxExporterMissing', 'PbxExporterDown'],
      '31m': ['PbxExporterMissing'],
      '32m': [],
      '35m': ['PbxExporterNotRedundant'],
    },
    besidesInProbe: { '27m': ['PbxProbeFailing hq'] },
  },
  {
    name: 'both shards leave the list of targets for forty minutes, and come back one after the other: PbxExporterTooFew takes over at once',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [5, up],
          [80, 'gone'],
          [2, 'starting'],
          [33, up],
        ],
      },
      {
        pbx: 'branch',
        exporter: second,
        stretches: [
          [5, up],
          [96, 'gone'],
          [2, 'starting'],
          [17, up],
        ],
      },
    ],
    firing: {
      '40m': ['PbxExporterMissing', 'PbxExporterTooFew', 'PbxNotWatched hq', 'PbxNotWatched branch'],
      '47m': ['PbxExporterTooFew', 'PbxNotWatched branch'],
      '52m': ['PbxExporterTooFew'],
      '55m': [],
    },
    besidesInProbe: {
      '40m': ['PbxProbeFailing hq', 'PbxProbeFailing branch'],
      '47m': ['PbxProbeFailing branch'],
    },
  },
];
