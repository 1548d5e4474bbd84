import type { Case, Course, Shown } from './case.ts';
import { phones } from './peers.ts';

type State = 'registered' | 'unregistered' | 'reachable' | 'unreachable' | 'disabled';

const host = 'sip.northline.example.net';
const numbers = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => String(index + 1));

/** Returns a PBX with `count` trunks, the first `lost` of which are lost. */
function pbx(count: number, lost: number, hosts: (name: string) => string = () => host): Shown {
  const names = numbers(count).map((number) => `t${number}`);
  const state = (index: number): State => (index < lost ? 'unregistered' : 'registered');
  return {
    trunks: Object.fromEntries(names.map((name, index) => [name, state(index)])),
    hosts: Object.fromEntries(names.map((name) => [name, hosts(name)])),
  };
}
const own = (name: string): string => `${name}.example.net`;
const fleet = (count: number, stretches: Course['stretches']): readonly Course[] =>
  numbers(count).map((number) => ({ pbx: `p${number}`, stretches }));
const single = (alert: string, count: number): readonly string[] =>
  numbers(count).map((number) => `${alert} p${number}`);

/** Cases about a single lost trunk, all trunks of a PBX, and all trunks of a carrier. */
export const trunkCases: readonly Case[] = [
  {
    name: 'one trunk of twelve is a warning; all twelve are one page',
    everyHalfMinute: true,
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [5, pbx(12, 0, own)],
          [20, pbx(12, 1, own)],
          [20, pbx(12, 12, own)],
          [10, pbx(12, 0, own)],
        ],
      },
    ],
    firing: {
      '7m': [],
      '8m': ['PbxTrunkNotRegistered hq'],
      '16m': ['PbxTrunkNotRegistered hq'],
      '16m30s': ['PbxTrunkNotRegistered hq', 'PbxTrunksAllDown hq'],
      '20m': ['12 PbxTrunkNotRegistered hq', 'PbxTrunksAllDown hq'],
      '24m': ['PbxTrunksAllDown hq'],
      '26m': [],
    },
    texts: { PbxTrunkNotRegistered: '8m', PbxTrunksAllDown: '16m30s' },
  },
  {
    name: 'a trunk that is lost while the PBX dies, and works again when it is back',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [5, pbx(2, 0, own)],
          [12, pbx(2, 1, own)],
          [40, { up: 0, reason: 'connect', failing: ['trunks'] }],
          [10, pbx(2, 0, own)],
        ],
      },
    ],
    firing: {
      '8m': ['PbxTrunkNotRegistered hq'],
      '28m': ['PbxTrunkNotRegistered hq', 'PbxDown hq'],
      '31m': [],
    },
  },
  {
    name: 'a quarter of an hour without exporter: the alerts of trunks and lists are as they were, before, meanwhile and after',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [30, { ...pbx(2, 1, own), failing: ['peers'] }],
          [30, 'away'],
          [2, 'starting'],
          [20, { ...pbx(2, 1, own), failing: ['peers'] }],
          [10, pbx(2, 0, own)],
        ],
      },
    ],
    firing: {
      '14m': ['PbxTrunkNotRegistered hq', 'PbxCollectorFailing hq'],
      '24m': ['PbxTrunkNotRegistered hq', 'PbxCollectorFailing hq', 'PbxExporterMissing', 'PbxExporterDown'],
      '30m30s': ['PbxTrunkNotRegistered hq', 'PbxCollectorFailing hq', 'PbxExporterMissing', 'PbxExporterDown'],
      '34m': ['PbxTrunkNotRegistered hq', 'PbxCollectorFailing hq'],
      '43m': [],
    },
    besidesInProbe: { '24m': ['PbxProbeFailing hq'], '30m30s': ['PbxProbeFailing hq'] },
  },
  {
    name: 'a lost trunk that an admin deletes, renames or disables ends its alert, and starts no other',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [20, { trunks: { gone: 'unregistered', old: 'registered', off: 'unregistered' } }],
          [20, { trunks: { new: 'registered', off: 'disabled' } }],
        ],
      },
    ],
    firing: { '9m': ['2 PbxTrunkNotRegistered hq'], '10m30s': [], '19m': [] },
  },
  {
    name: 'a PBX moves to another exporter: its alerts go on, and what is well stays well',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [20, pbx(2, 1, own)],
          [40, 'removed'],
        ],
      },
      {
        pbx: 'hq',
        exporter: 'exporter-2:10560',
        stretches: [
          [22, 'removed'],
          [1, 'starting'],
          [37, pbx(2, 1, own)],
        ],
      },
      {
        pbx: 'branch',
        stretches: [
          [20, pbx(2, 1, own)],
          [40, 'removed'],
        ],
      },
      {
        pbx: 'branch',
        exporter: 'exporter-2:10560',
        stretches: [
          [22, 'removed'],
          [38, pbx(2, 0, own)],
        ],
      },
    ],
    firing: {
      '9m': ['PbxTrunkNotRegistered hq', 'PbxTrunkNotRegistered branch'],
      '10m30s': ['PbxTrunkNotRegistered hq', 'PbxTrunkNotRegistered branch'],
      '12m': ['PbxTrunkNotRegistered hq'],
      '25m': ['PbxTrunkNotRegistered hq'],
    },
  },
  {
    name: 'an address-based trunk does not answer; the only trunk of another PBX neither',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [5, { trunks: { a: 'reachable', b: 'reachable' } }],
          [20, { trunks: { a: 'unreachable', b: 'reachable' } }],
        ],
      },
      {
        pbx: 'small',
        stretches: [
          [5, { trunks: { a: 'reachable' } }],
          [20, { trunks: { a: 'unreachable' } }],
        ],
      },
    ],
    firing: {
      '6m': [],
      '7m': ['PbxTrunksAllDown small'],
      '8m': ['PbxTrunkOutOfService hq', 'PbxTrunkOutOfService small', 'PbxTrunksAllDown small'],
    },
    texts: {
      PbxTrunkOutOfService: '8m',
    },
  },
  {
    name: 'the Internet line of a site fails: no trunk is left, and the phones of its people at home are gone; the trunks come first, and silence the rest',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [20, { ...pbx(3, 0, own), ...phones(40, 0, 5) }],
          [20, { ...pbx(3, 3, own), ...phones(10, 30, 5) }],
          [20, { ...pbx(3, 0, own), ...phones(40, 0, 5) }],
        ],
      },
    ],
    firing: {
      '13m30s': [],
      '14m': ['PbxTrunksAllDown hq'],
      '15m': ['PbxTrunksAllDown hq', '3 PbxTrunkNotRegistered hq', 'PbxPeersUnreachable hq'],
      '19m': ['PbxTrunksAllDown hq', '3 PbxTrunkNotRegistered hq', 'PbxPeersUnreachable hq'],
      '22m30s': ['PbxTrunksAllDown hq'],
      '23m30s': [],
    },
  },
  {
    name: 'the carrier of sixteen PBXs fails: one alert of the carrier, before those of the PBXs',
    everyHalfMinute: true,
    courses: fleet(16, [
      [5, pbx(1, 0)],
      [20, pbx(1, 1)],
      [10, pbx(1, 0)],
    ]),
    firing: {
      '4m': [],
      '5m': ['PbxCarrierDown'],
      '6m30s': ['PbxCarrierDown', ...single('PbxTrunksAllDown', 16)],
      '12m': ['PbxCarrierDown', ...single('PbxTrunksAllDown', 16), ...single('PbxTrunkNotRegistered', 16)],
      '15m': ['PbxCarrierDown', ...single('PbxTrunksAllDown', 16)],
      '16m30s': ['PbxCarrierDown'],
      '18m': [],
    },
    texts: { PbxCarrierDown: '5m' },
  },
  {
    name: 'three PBXs of ten with one carrier are no outage of the carrier',
    courses: [...fleet(3, [[25, pbx(1, 1)]]), ...fleet(10, [[25, pbx(1, 0)]]).slice(3)],
    firing: { '3m': [], '8m': [...single('PbxTrunksAllDown', 3), ...single('PbxTrunkNotRegistered', 3)] },
  },
  {
    name: 'a trunk that comes and goes',
    courses: [
      {
        pbx: 'hq',
        stretches: Array.from({ length: 60 }, (_, index) => [
          1,
          { ...pbx(2, 0, own), more: { 'pbx_trunk_state_changes_total{trunk="t1"}': Math.min(index, 40) } },
        ]),
      },
    ],
    firing: { '5m': [], '20m': ['PbxTrunkFlapping hq'] },
    texts: { PbxTrunkFlapping: '20m' },
  },
];
