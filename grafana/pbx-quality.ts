import type { Section } from './dashboard.ts';
import { graph } from './panels.ts';
import { best, newest, one, onePbx } from './queries.ts';

const notRead =
  'Call quality is not read: "quality" is not in "collect" of this PBX, or its family or version does not report it.';

/** Share of lost packets by additional labels, over 15 minutes because calls end rarely. */
function loss(metric: 'pbx_rtp' | 'pbx_trunk_rtp', label: string): string {
  const rise = (what: string): string => `increase(${metric}_packets_${what}_total${one}[15m])`;
  return best(`${rise('lost')} / (${rise('lost')} + ${rise('received')} > 0)`, [label]);
}

/** Section about call quality, which must be enabled in the configuration. */
export const pbxQuality: Section = {
  title: 'Call quality',
  panels: [
    graph({
      title: 'Packet loss',
      description:
        'Share of packets lost in calls that ended within the previous 15 minutes: from each trunk to the PBX, and for all legs by direction.',
      empty: notRead,
      unit: 'percentunit',
      width: 8,
      height: 7,
      queries: [
        { expression: loss('pbx_trunk_rtp', 'trunk'), legend: '{{trunk}}' },
        { expression: loss('pbx_rtp', 'direction'), legend: 'all legs, {{direction}}' },
      ],
    }),
    graph({
      title: 'Running legs with problems',
      description:
        'Running call legs with one-way audio (the PBX sends packets and receives none), and legs that lost more than 5 % of their packets since the previous round.',
      empty: notRead,
      unit: 'none',
      width: 8,
      height: 7,
      queries: [
        { expression: newest(`pbx_call_legs{${onePbx},media="one_way"}`, ['media']), legend: 'one-way audio' },
        {
          expression: newest(`pbx_call_legs_lossy{${onePbx},threshold="0.05"}`, ['threshold']),
          legend: 'losing more than 5 %',
        },
      ],
    }),
    graph({
      title: 'Jitter',
      description:
        '95 % of the legs that ended within the previous 15 minutes had less jitter than this. "in": to the PBX. "out": from the PBX.',
      empty: notRead,
      unit: 's',
      width: 8,
      height: 7,
      queries: [
        {
          expression: `histogram_quantile(0.95, sum by (le, direction) (rate(pbx_call_leg_jitter_seconds_bucket${one}[15m])))`,
          legend: '{{direction}}',
        },
      ],
    }),
  ],
};
