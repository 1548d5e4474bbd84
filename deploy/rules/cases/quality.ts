import type { Case, Shown, Stretch } from './case.ts';

/** Numbers of finished legs per scrape, and of lossy legs among them. */
interface Rate {
  readonly legs: number;
  readonly lossy: number;
}

/** Scrapes with finished legs over a trunk, and with others that use none. */
function calls(scrapes: number, from: number, trunk: Rate, others: Rate = { legs: 0, lossy: 0 }): readonly Stretch[] {
  return Array.from({ length: scrapes }, (_, index): Stretch => [1, shown(from + index, trunk, others)]);
}

function shown(at: number, trunk: Rate, others: Rate): Shown {
  const measured = at * (trunk.legs + others.legs);
  return {
    trunks: { northline: 'registered' },
    more: {
      'pbx_collector_success{collector="quality"}': 1,
      'pbx_trunk_call_legs_measured_total{trunk="northline"}': at * trunk.legs,
      'pbx_trunk_call_legs_lossy_total{trunk="northline",threshold="0.01"}': at * trunk.legs,
      'pbx_trunk_call_legs_lossy_total{trunk="northline",threshold="0.05"}': at * trunk.lossy,
      'pbx_call_leg_loss_ratio_count{direction="in"}': measured,
      'pbx_call_leg_loss_ratio_bucket{direction="in",le="0.05"}': measured - at * (trunk.lossy + others.lossy),
      'pbx_call_leg_loss_ratio_count{direction="out"}': measured,
      'pbx_call_leg_loss_ratio_bucket{direction="out",le="0.05"}': measured,
    },
  };
}

/** Cases about call quality. */
export const qualityCases: readonly Case[] = [
  {
    name: 'legs over a trunk lose packets, those of another PBX elsewhere; then nobody looks',
    courses: [
      { pbx: 'hq', stretches: [...calls(30, 0, { legs: 2, lossy: 1 }), [8, 'away']] },
      { pbx: 'branch', stretches: [...calls(30, 0, { legs: 2, lossy: 0 }, { legs: 2, lossy: 2 }), [8, 'away']] },
    ],
    firing: {
      '2m': [],
      '14m': ['PbxCallLegsLossy hq', 'PbxCallLegsLossy branch'],
      '18m': ['PbxCallLegsLossy hq', 'PbxCallLegsLossy branch', 'PbxExporterDown', 'PbxExporterMissing'],
    },
    texts: { PbxCallLegsLossy: '14m' },
  },
  {
    name: 'too few legs to say, and few lossy ones among many',
    courses: [
      { pbx: 'hq', stretches: calls(36, 0, { legs: 0.25, lossy: 0.25 }) },
      { pbx: 'branch', stretches: calls(36, 0, { legs: 10, lossy: 1 }) },
    ],
    firing: { '17m': [] },
  },
];
