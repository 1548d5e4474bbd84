import type { Case, Shown } from './case.ts';

const up: Shown = { trunks: { northline: 'registered' } };
const second = 'exporter-2:10560';

const tooFew = 'PbxExporterTooFew';

/** Adapts cases to a configured number of exporters: `PbxExporterTooFew` is not compared, because fewer exporters always cause it. */
export function casesOfExporters(cases: readonly Case[], exporters: number | undefined): readonly Case[] {
  return exporters === undefined ? cases : cases.map(withoutTooFew);
}

function withoutTooFew({ firing, texts, ...rest }: Case): Case {
  const others = Object.entries(firing).map(([time, alerts]) => [time, alerts.filter((name) => name !== tooFew)]);
  const { [tooFew]: _text, ...compared } = texts ?? {};
  return { ...rest, firing: Object.fromEntries(others), texts: compared, besides: [tooFew] };
}

/** Returns a case with the configured number of exporters, one of which is lost. */
export function oneExporterLost(exporters: number): Case {
  const shards = Array.from({ length: exporters }, (_, index): Case['courses'][number] => ({
    pbx: `of-shard-${index + 1}`,
    exporter: `exporter-${index + 1}:10560`,
    stretches:
      index === 0
        ? [
            [20, up],
            [20, 'gone'],
          ]
        : [[40, up]],
  }));
  const missing = exporters === 1 ? ['PbxExporterMissing'] : [];
  return {
    name: `one of ${exporters} exporters is in no list of targets any more`,
    courses: shards,
    firing: { '9m': [], '14m': missing, '16m': [tooFew, ...missing] },
    besidesInProbe: { '16m': ['PbxProbeFailing of-shard-1'] },
  };
}

/** Cases about the exporters themselves. */
export const exporterCases: readonly Case[] = [
  {
    name: 'one of a pair dies: nothing is lost, and nobody is woken; then the other one',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [5, up],
          [60, 'away'],
        ],
      },
      {
        pbx: 'hq',
        exporter: second,
        stretches: [
          [35, up],
          [30, 'away'],
        ],
      },
    ],
    firing: {
      '7m': [],
      '8m': ['PbxExporterNotRedundant'],
      '17m': ['PbxExporterNotRedundant'],
      '24m': ['PbxExporterMissing', '2 PbxExporterDown'],
    },
    besidesInProbe: { '24m': ['PbxProbeFailing hq'] },
    texts: { PbxExporterNotRedundant: '8m', PbxExporterMissing: '24m' },
  },
  {
    name: 'one of two shards dies: its PBXs are not watched',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [5, up],
          [30, 'away'],
        ],
      },
      { pbx: 'branch', exporter: second, stretches: [[35, up]] },
    ],
    firing: { '5m': [], '6m': ['PbxExporterDown'], '17m': ['PbxExporterDown'] },
    besidesInProbe: { '17m': ['PbxProbeFailing hq'] },
    texts: { PbxExporterDown: '6m' },
  },
  {
    name: 'no exporter is in the configuration of Prometheus',
    courses: [],
    others: { 'up{job="node",instance="a"}': '1x20' },
    firing: { '2m': [], '4m': ['PbxExporterMissing'] },
  },
  {
    name: 'a file of targets is refused, and the exporter dies: that the file is good is not told',
    courses: [
      {
        pbx: 'hq',
        stretches: [
          [20, up],
          [20, 'away'],
          [20, up],
        ],
      },
    ],
    others: {
      'pbx_exporter_target_file_last_reload_successful{job="pbx-exporter",instance="exporter-1:10560",file="berlin.yml"}':
        '0x19 stale _x19 1x20',
    },
    firing: {
      '4m': [],
      '8m': ['PbxExporterReloadFailed'],
      '18m': ['PbxExporterReloadFailed', 'PbxExporterMissing', 'PbxExporterDown'],
      '23m': ['PbxExporterMissing'],
      '25m': [],
    },
    besidesInProbe: { '18m': ['PbxProbeFailing hq'] },
  },
  {
    name: 'a new configuration is refused',
    courses: [{ pbx: 'hq', stretches: [[40, up]] }],
    others: {
      'pbx_exporter_config_last_reload_successful{job="pbx-exporter",instance="exporter-1:10560"}': '1x4 0x40',
    },
    firing: { '6m': [], '8m': ['PbxExporterReloadFailed'] },
    texts: {
      PbxExporterReloadFailed: '8m',
      Watchdog: '8m',
    },
  },
];
