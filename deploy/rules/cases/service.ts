import type { Case, Shown, Stretch } from './case.ts';

export const roundtrip = (microseconds: number): Shown => ({
  more: Object.fromEntries(
    ['1001', '1002', '1003'].map((peer) => [`pbx_peer_roundtrip_microseconds{peer="${peer}"}`, microseconds]),
  ),
});
const queue = (waiting: number, available: number): Shown => ({
  more: {
    'pbx_queue_waiting_callers{queue="support"}': waiting,
    'pbx_queue_agents{queue="support",state="available"}': available,
    'pbx_queue_agents{queue="support",state="paused"}': 2,
  },
});
const uptime = (from: number, scrapes: number): readonly Stretch[] =>
  Array.from({ length: scrapes }, (_, index): Stretch => [1, { more: { pbx_uptime_seconds: from + index * 30 } }]);

/** Cases about the quality of service. */
export const serviceCases: readonly Case[] = [
  {
    name: 'phones and a trunk answer slowly',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [
            60,
            { more: { ...roundtrip(400_000).more, 'pbx_trunk_roundtrip_microseconds{trunk="northline"}': 450_000 } },
          ],
        ],
      },
    ],
    firing: { '10m': [], '20m': ['PbxRoundtripHigh hq', 'PbxTrunkRoundtripHigh hq'] },
    texts: { PbxRoundtripHigh: '20m', PbxTrunkRoundtripHigh: '20m' },
  },
  {
    name: 'callers wait and nobody is there; many wait',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [10, queue(3, 1)],
          [20, queue(3, 0)],
        ],
      },
      { pbx: 'branch', stretches: [[30, queue(12, 4)]] },
    ],
    firing: { '9m': [], '11m': ['PbxQueueWithoutAgents hq', 'PbxQueueLong branch'] },
    texts: { PbxQueueWithoutAgents: '11m', PbxQueueLong: '11m' },
  },
  {
    name: 'a PBX restarts',
    everyHalfMinute: true,
    courses: [{ pbx: 'hq', stretches: [...uptime(90_000, 20), ...uptime(30, 60)] }],
    firing: { '9m': [], '10m30s': ['PbxRestarted hq'], '27m': [] },
    texts: { PbxRestarted: '10m30s' },
  },
];
