import type { Group, Recording } from './rule.ts';
import { looked, probeJobs, type Words } from './words.ts';

/**
 * The memory that alerts and dashboards share: which PBXs there are, which of them nobody looks at now, their labels, and how much
 * there is of them. A value that is `held` is the newest one as long as somebody looks; while nobody does, it is the last one. So no
 * alert ends for want of news, and no dashboard takes silence for good news.
 */
export function heldGroup(words: Words): Group {
  return { name: 'pbx-held', rules: [...whichPbxs(words), ...howMuch(words)] };
}

function whichPbxs({ id, carried }: Words): readonly Recording[] {
  return [
    {
      record: 'pbx:unwatched:held',
      why: `PBXs that nobody looks at now: the exporter or probe that showed them within the last six hours does not answer, or
          the exporter is not there any more, or it has started anew and its first round has not ended. A PBX that a living exporter shows
          no more is none of them, nor is one that is in no list of PBXs to probe any more.`,
      expr: `count by (${id}) (
  (last_over_time(pbx_up{${probeJobs.replace('=~', '!~')}}[6h]) unless on (job, instance) (up == 1))
  or (last_over_time(pbx_up{${probeJobs}}[6h]) and on (job, instance) up == 0)
  or pbx_up
)
unless on (${id}) ${looked}`,
    },
    {
      record: 'pbx:known:held',
      why: `PBXs of which memories are kept: those that were shown within five minutes (a move from one exporter to another takes
          no longer), and those that nobody looks at.`,
      expr: `count by (${id}) (last_over_time(pbx_up[5m])) or pbx:unwatched:held`,
    },
    {
      record: 'pbx:target_info:held',
      why: `Labels of each PBX, exactly one series for each: two exporters that give one PBX different labels for a while would
          make Prometheus give up every rule that joins them. The labels chosen before stay as long as anybody shows them,
          or showed them and does not answer: an alert with other labels would be another one.`,
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
      why: `1 for a PBX that somebody reads, 0 for one that is down, -1 for one that nobody looks at. Dashboards know from it that
          there is a PBX of which they show nothing.`,
      expr: `(max by (${id}) (pbx_up) or 0 * pbx:unwatched:held - 1)
* on (${id}) group_left (${carried}) pbx:target_info:held`,
    },
    {
      record: 'pbx:trunks:held',
      why: 'Trunks that are not disabled: how many the PBX listed when they were read last, by whoever read it last.',
      expr: heldOfCollector('pbx:trunks:held', 'trunks', listed('pbx_trunks')),
    },
    {
      record: 'pbx:peers:held',
      why: 'The same of phones.',
      expr: heldOfCollector('pbx:peers:held', 'peers', listed('pbx_peers')),
    },
  ];
}
