import type { Group } from './rule.ts';
import { looked, type Words } from './words.ts';

/**
 * What the memory of all alerts rests on: which PBXs there are, which of them nobody looks at now, and their labels. A value that
 * is `held` is the newest one as long as somebody looks; while nobody does, it is the last one. So no alert ends for want of news.
 */
export function heldGroup({ id, carried }: Words): Group {
  return {
    name: 'pbx-held',
    rules: [
      {
        record: 'pbx:unwatched:held',
        why: `PBXs that nobody looks at now: the exporter that showed them within the last six hours does not answer, or it has
          started anew and its first round has not ended. A PBX that a living exporter shows no more is none of them.`,
        expr: `count by (${id}) (
  (last_over_time(pbx_up[6h]) unless on (job, instance) (up == 1))
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
          make Prometheus give up every rule that joins them. The labels chosen before stay as long as anybody shows them.`,
        expr: `topk by (${id}) (1,
  (
    max by (${id}, ${carried}) (pbx_target_info)
    and on (${id}, ${carried}) last_over_time(pbx:target_info:held[3m])
  )
  or on (${id}) max by (${id}, ${carried}) (pbx_target_info)
  or on (${id}) (last_over_time(pbx:target_info:held[3m]) and on (${id}) pbx:known:held)
)`,
      },
    ],
  };
}
