import type { Alert, Group, Recording } from './rule.ts';
import type { Words } from './words.ts';

/** Returns the group about call quality, for PBXs that report it (collector `quality`). */
export function qualityGroup(words: Words): Group {
  return { name: 'pbx-quality', rules: [...recorded(words), pbxCallLegsLossy(words)] };
}

const ofTrunk = 'pbx:trunk_call_legs_lossy_ratio:held';
const ofPbx = 'pbx:call_legs_lossy_ratio:held';

/** Share of lost packets of a leg from which the loss is audible, even if the phone conceals losses. */
const lossy = '0.05';
/** Minimum number of finished legs; with fewer, one bad call would be a large share. */
const fewestLegs = 10;

function recorded({ id, heldOfCollector }: Words): readonly Recording[] {
  const risen = (labels: string, counter: string): string => `max by (${labels}) (increase(${counter}[15m]))`;
  const all = risen(`${id}, direction`, 'pbx_call_leg_loss_ratio_count');
  return [
    {
      record: ofTrunk,
      why: `Share of the legs over the trunk that lost more than 5 % of the packets to the PBX, of those that ended within 15 minutes.
          Absent with fewer than ${fewestLegs} legs.`,
      expr: heldOfCollector(
        ofTrunk,
        'quality',
        `${risen(`${id}, trunk`, `pbx_trunk_call_legs_lossy_total{threshold="${lossy}"}`)}
/ on (${id}, trunk) (${risen(`${id}, trunk`, 'pbx_trunk_call_legs_measured_total')} >= ${fewestLegs})`,
      ),
    },
    {
      record: ofPbx,
      why: 'The same share for all legs of the PBX, in the worse direction.',
      expr: heldOfCollector(
        ofPbx,
        'quality',
        `max by (${id}) (
  1 - ${risen(`${id}, direction`, `pbx_call_leg_loss_ratio_bucket{le="${lossy}"}`)}
  / on (${id}, direction) (${all} >= ${fewestLegs})
)`,
      ),
    },
  ];
}

function pbxCallLegsLossy({ id, withLabels, pbx, above }: Words): Alert {
  const onTrunk = '{{ with $labels.trunk }} over trunk {{ . }}{{ end }}';
  const trunks = above(ofTrunk, 'lossy_legs_ratio', '>=');
  return {
    alert: 'PbxCallLegsLossy',
    why: 'The shares already cover 15 minutes. If the alert fires for a trunk, it does not fire for the PBX as a whole.',
    expr: withLabels(`${trunks}
or on (${id}) ${above(ofPbx, 'lossy_legs_ratio', '>=')}`),
    for: '2m',
    keep_firing_for: '10m',
    severity: 'warning',
    summary: `{{ $value | humanizePercentage }} of call legs${onTrunk} of ${pbx} lose packets`,
    description: `{{ $value | humanizePercentage }} of the call legs${onTrunk} of ${pbx} that ended within 15 minutes lost more than 5 % of their packets, so callers hear gaps. Check for a full Internet line (backup, update, video) first. {{ if $labels.trunk }}If other trunks are fine, ask the provider.
{{- else }}If only the phones of one site are affected, check its line, its Wi-Fi and its switches.{{ end }}`,
    dashboard: 'pbx',
  };
}
