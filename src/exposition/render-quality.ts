import {
  type CallQuality,
  delayBuckets,
  type FinishedLegs,
  legMedia,
  legOutcomes,
  lossBuckets,
  lossThresholds,
  rtpDirections,
  type RunningLegs,
} from '../snapshot/call-quality.ts';
import type { Trunk } from '../snapshot/reading.ts';
import { label, type TargetLines } from './target-lines.ts';

/** Adds the counters of collector `quality`. Like all counters, they stay while the PBX is down. */
export function addQualityCounters(
  lines: TargetLines,
  { finished, eventGaps }: Pick<CallQuality, 'finished' | 'eventGaps'>,
): void {
  lines.add('pbx_event_gaps_total', '', eventGaps);
  if (finished === undefined) return;
  for (const outcome of legOutcomes)
    lines.add('pbx_call_legs_finished_total', label('measured', outcome), finished.outcomes[outcome]);
  for (const direction of rtpDirections) {
    const labels = label('direction', direction);
    lines.add('pbx_rtp_packets_received_total', labels, finished.packets[direction].received);
    lines.add('pbx_rtp_packets_lost_total', labels, finished.packets[direction].lost);
    lines.addHistogram('pbx_call_leg_loss_ratio', labels, lossBuckets, finished.loss[direction]);
    lines.addHistogram('pbx_call_leg_jitter_seconds', labels, delayBuckets, finished.jitter[direction]);
  }
  lines.addHistogram('pbx_call_leg_roundtrip_seconds', '', delayBuckets, finished.roundtrip);
}

/** Adds the lines of finished legs for the trunks that are shown. */
export function addTrunkLegs(lines: TargetLines, trunks: readonly Trunk[], finished: FinishedLegs): void {
  for (const { id } of trunks) {
    const legs = finished.trunks.get(id);
    if (legs === undefined) continue;
    const labels = label('trunk', id);
    lines.add('pbx_trunk_rtp_packets_received_total', labels, legs.packets.received);
    lines.add('pbx_trunk_rtp_packets_lost_total', labels, legs.packets.lost);
    lines.add('pbx_trunk_call_legs_measured_total', labels, legs.measured);
    for (const threshold of lossThresholds)
      lines.add('pbx_trunk_call_legs_lossy_total', `${labels},${label('threshold', threshold)}`, legs.lossy[threshold]);
  }
}

/** Adds the lines of running legs. */
export function addRunningLegs(lines: TargetLines, { media, lossy }: RunningLegs): void {
  for (const word of legMedia) lines.add('pbx_call_legs', label('media', word), media[word]);
  for (const threshold of lossThresholds)
    lines.add('pbx_call_legs_lossy', label('threshold', threshold), lossy?.[threshold]);
}
