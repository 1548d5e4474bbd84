import type { Case, Shown, Stretch } from './case.ts';

/** Returns these numbers of phones by state. */
export const phones = (reachable: number, unreachable: number, unregistered: number): Shown => ({
  peers: { reachable, unreachable, unregistered, disabled: 0, unknown: 0 },
});
const story = (
  name: string,
  stretches: readonly Stretch[],
  firing: Case['firing'],
  besidesInProbe: Case['firing'] = {},
): Case => ({
  name,
  courses: [{ pbx: 'hq', stretches }],
  firing,
  besidesInProbe,
});
const lost = ['PbxPeersUnreachable hq'];

/** Cases about phones that are lost at the same time, and about phones that are signed off normally. */
export const peerCases: readonly Case[] = [
  {
    ...story(
      'a switch dies: fifteen of forty phones stop answering, and later lose their registration',
      [
        [20, phones(40, 0, 5)],
        [20, phones(25, 15, 5)],
        [130, phones(25, 0, 20)],
        [10, phones(40, 0, 5)],
      ],
      { '14m': [], '15m': lost, '30m': lost, '1h20m': lost, '1h28m': [] },
    ),
    texts: { PbxPeersUnreachable: '15m' },
  },
  story(
    '36 of 60 softphones sign off in the evening, within half an hour or at once',
    [
      [20, phones(60, 0, 0)],
      ...Array.from({ length: 36 }, (_, index): Stretch => [2, phones(59 - index, 0, index + 1)]),
      [20, phones(24, 0, 36)],
    ],
    { '15m': [], '30m': [], '45m': [], '55m': [] },
  ),
  story(
    '36 of 60 softphones sign off within a minute',
    [
      [20, phones(60, 0, 0)],
      [60, phones(24, 0, 36)],
    ],
    { '16m': [], '30m': [] },
  ),
  story('20 of 80 are always away', [[80, phones(60, 20, 0)]], { '6m': [], '39m': [] }),
  story(
    '60 of 60 lose their registration on a PBX that knows no "unreachable": it lasts until they are back',
    [
      [20, phones(60, 0, 0)],
      [180, phones(0, 0, 60)],
      [10, phones(60, 0, 0)],
    ],
    { '14m': [], '15m': lost, '1h39m': lost, '1h42m': [] },
  ),
  story(
    '230 of 1 000 stop answering at once',
    [
      [20, phones(1000, 0, 10)],
      [60, phones(770, 230, 10)],
    ],
    { '15m': lost, '39m': lost },
  ),
  story(
    'four of four',
    [
      [20, phones(4, 0, 0)],
      [60, phones(0, 4, 0)],
    ],
    { '15m': lost, '39m': lost },
  ),
  story(
    'two of four, and ten of a thousand',
    [
      [20, phones(4, 0, 0)],
      [40, phones(2, 2, 0)],
    ],
    { '15m': [], '25m': [] },
  ),
  story(
    'a switch restarts within three minutes',
    [
      [20, phones(40, 0, 0)],
      [7, phones(20, 20, 0)],
      [40, phones(40, 0, 0)],
    ],
    { '14m': [], '16m': [], '25m': [] },
  ),
  story(
    'phones that an admin deletes or disables, new ones without a phone, and a list that the PBX does not tell any more',
    [
      [20, phones(60, 0, 0)],
      [20, phones(20, 0, 0)],
      [20, phones(20, 0, 200)],
      [20, { peers: { reachable: 0, unreachable: 0, unregistered: 0, unknown: 220 } }],
    ],
    { '16m': [], '26m': [], '39m': [] },
  ),
  story(
    'the phones are gone, and then the PBX and the exporter: it is as it was',
    [
      [20, phones(40, 0, 0)],
      [15, phones(10, 30, 0)],
      [20, { up: 0, reason: 'connect', failing: ['peers'] }],
      [20, 'away'],
      [10, phones(10, 30, 0)],
      [10, phones(40, 0, 0)],
    ],
    {
      '17m': lost,
      '26m': [...lost, 'PbxDown hq'],
      '36m': [...lost, 'PbxDown hq', 'PbxExporterMissing', 'PbxExporterDown'],
      '42m': lost,
      '45m': [],
    },
    { '36m': ['PbxProbeFailing hq'] },
  ),
];
