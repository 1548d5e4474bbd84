import type { Group, Recording } from './rule.ts';
import { looked, probeJobs, type Words } from './words.ts';

/**
 * Returns the recording rules shared by alerts and dashboards: existing PBXs, PBXs that are not monitored now, their labels, and counts.
 * A `held` value is the newest one while the PBX is monitored, and otherwise the last known one. As a result, no alert resolves and no
 * dashboard looks healthy only because data is missing.
 */
export function heldGroup(words: Words): Group {
  return { name: 'pbx-held', rules: [...whichPbxs(words), ...howMuch(words)] };
}

function whichPbxs({ id, carried }: Words): readonly Recording[] {
  return [
    {
      record: 'pbx:unwatched:held',
      why: `PBXs that are not monitored now: the exporter or probe that showed them within the last six hours does not answer, no longer
          exists, or has restarted and not ended its first round. PBXs that a running exporter no longer shows are not included,
          nor are PBXs that were removed from the list of probes.`,
      expr: `count by (${id}) (
  (last_over_time(pbx_up{${probeJobs.replace('=~', '!~')}}[6h]) unless on (job, instance) (up == 1))
  or (last_over_time(pbx_up{${probeJobs}}[6h]) and on (job, instance) up == 0)
  or pbx_up
)
unless on (${id}) ${looked}`,
    },
    {
      record: 'pbx:known:held',
      why: `PBXs whose last values are kept: those shown within the last five minutes (a move to another exporter takes less), and those
          that are not monitored now.`,
      expr: `count by (${id}) (last_over_time(pbx_up[5m])) or pbx:unwatched:held`,
    },
    {
      record: 'pbx:target_info:held',
      why: `Labels of each PBX, exactly one series per PBX. Otherwise, two exporters with different labels for one PBX would make every rule
          that joins them fail. The labels stay the same as long as an exporter shows them, or showed them and does not answer,
          because other labels would make another alert.`,
      expr: `topk by (${id}) (1,
  (
    max by (${id}, ${carried}) (
      pbx_target_info
      or (last_over_time(pbx_target_info[6h]) and on (job, instance) up == 0)
    )
    and on (${id}, ${carried}) last_over_time(pbx:target_info:held[3m])
  )
  or on (${id}) max by (${id}, ${carried}) (pbx_target_info)
  or on (${id}) (last_over_time(pbx:target_info:held[3m]) and on (${id}) pbx:known:held)
)`,
    },
  ];
}

function howMuch({ id, carried, heldOfCollector }: Words): readonly Recording[] {
  const listed = (metric: string): string => `sum by (${id}) (
  max by (${id}, state) (
    ${metric}{state!="disabled"} and on (${id}, job, instance) topk by (${id}) (1, pbx_last_success_timestamp_seconds)
  )
)`;
  return [
    {
      record: 'pbx:up:held',
      why: `1 for a PBX that is read, 0 for one that is down, -1 for one that is not monitored. Dashboards use it to show PBXs without
          values.`,
      expr: `(max by (${id}) (pbx_up) or 0 * pbx:unwatched:held - 1)
* on (${id}) group_left (${carried}) pbx:target_info:held`,
    },
    {
      record: 'pbx:trunks:held',
      why: 'Number of trunks that are not disabled, from the last reading by any exporter.',
      expr: heldOfCollector('pbx:trunks:held', 'trunks', listed('pbx_trunks')),
    },
    {
      record: 'pbx:peers:held',
      why: 'Number of phones that are not disabled, from the last reading by any exporter.',
      expr: heldOfCollector('pbx:peers:held', 'peers', listed('pbx_peers')),
    },
  ];
}
