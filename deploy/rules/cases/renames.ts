import type { Case, Course, Shown } from './case.ts';

const up: Shown = { labels: { site: 'berlin' }, trunks: { northline: 'registered' }, peers: { reachable: 20 } };

/** A PBX that is removed after ten minutes. */
const taken = (pbx: string): Course => ({
  pbx,
  stretches: [
    [20, up],
    [60, 'removed'],
  ],
});
/** A PBX that appears after a number of scrapes. */
const added = (pbx: string, scrapes: number, what: Shown = up): Course => ({
  pbx,
  stretches: [
    [scrapes, 'removed'],
    [80 - scrapes, what],
  ],
});
const other: Course = { pbx: 'other', stretches: [[80, up]] };

/** Cases about PBXs that are removed or renamed intentionally, which must not cause repeated alerts. */
export const renameCases: readonly Case[] = [
  {
    name: 'a PBX is renamed by a reload: it has not vanished, and nothing is told',
    courses: [taken('hq'), added('head-office', 20), other],
    firing: { '12m': [], '19m': [], '39m': [] },
  },
  {
    name: 'a PBX is renamed, and the exporter restarted for it',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [20, up],
          [3, 'away'],
          [57, 'removed'],
        ],
      },
      {
        pbx: 'head-office',
        stretches: [
          [20, 'gone'],
          [3, 'gone'],
          [1, 'starting'],
          [56, up],
        ],
      },
    ],
    styles: ['own schedule'],
    firing: { '13m': [], '21m': [], '39m': [] },
  },
  {
    name: 'two PBXs go and one comes, or one comes at another site or another time: those that went have vanished',
    courses: [
      taken('a'),
      taken('b'),
      added('c', 20),
      added('d', 20, { ...up, labels: { site: 'hamburg' } }),
      added('e', 60),
    ],
    firing: { '19m': [], '21m': ['PbxVanished a', 'PbxVanished b'], '39m': ['PbxVanished a', 'PbxVanished b'] },
  },
];
