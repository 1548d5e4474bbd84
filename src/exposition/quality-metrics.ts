import type { MetricDeclaration } from './metric-declaration.ts';

const group = 'target';

/** Metrics of the collector `quality`: call quality as reported by a PBX. */
export const qualityMetrics = [
  {
    name: 'pbx_rtp_packets_received_total',
    type: 'counter',
    help: 'RTP packets received in finished call legs, by direction: in (to the PBX) and out (from the PBX).',
    labels: ['pbx', 'direction'],
    group,
    source:
      'Collector `quality` (not collected by default). Call legs with at least 500 received packets (10 s). `in` is measured by the PBX. `out` is reported by the far side, if it sends reports, and includes losses on the other leg of the call. Absent until the PBX reports the first finished leg.',
  },
  {
    name: 'pbx_rtp_packets_lost_total',
    type: 'counter',
    help: 'RTP packets lost in finished call legs, by direction: in (to the PBX) and out (from the PBX).',
    labels: ['pbx', 'direction'],
    group,
    source:
      'As `pbx_rtp_packets_received_total`. Losses between the last report and the end of a call are missing, so the value is slightly low.',
  },
  {
    name: 'pbx_trunk_rtp_packets_received_total',
    type: 'counter',
    help: 'RTP packets that the PBX received over the trunk in finished call legs.',
    labels: ['pbx', 'trunk'],
    group,
    source:
      'Collector `quality`, together with collector `trunks`, which determines what is a trunk. Present once a leg over the trunk has been measured, for as long as the trunk is shown.',
  },
  {
    name: 'pbx_trunk_rtp_packets_lost_total',
    type: 'counter',
    help: 'RTP packets that were lost over the trunk on the way to the PBX, in finished call legs.',
    labels: ['pbx', 'trunk'],
    group,
    source: 'As `pbx_trunk_rtp_packets_received_total`.',
  },
  {
    name: 'pbx_trunk_call_legs_measured_total',
    type: 'counter',
    help: 'Finished call legs over the trunk that were measured.',
    labels: ['pbx', 'trunk'],
    group,
    source: 'As `pbx_trunk_rtp_packets_received_total`. Only legs that also count in the packets.',
  },
  {
    name: 'pbx_trunk_call_legs_lossy_total',
    type: 'counter',
    help: 'Finished call legs over the trunk that lost a larger share of their packets than the threshold on the way to the PBX.',
    labels: ['pbx', 'trunk', 'threshold'],
    group,
    source: 'As `pbx_trunk_call_legs_measured_total`, which also counts these legs.',
  },
  {
    name: 'pbx_call_leg_loss_ratio',
    type: 'histogram',
    help: 'Share of RTP packets lost in a finished call leg, from 0 to 1, by direction.',
    labels: ['pbx', 'direction'],
    group,
    source: 'Collector `quality`. As `pbx_rtp_packets_received_total`.',
  },
  {
    name: 'pbx_call_leg_jitter_seconds',
    type: 'histogram',
    help: 'Jitter of a finished call leg at its end (RFC 3550), in seconds, by direction.',
    labels: ['pbx', 'direction'],
    group,
    source:
      'Collector `quality`. As `pbx_rtp_packets_received_total`; direction `out` is absent for releases that report the jitter of the far side incorrectly.',
  },
  {
    name: 'pbx_call_leg_roundtrip_seconds',
    type: 'histogram',
    help: 'Roundtrip of RTP between the PBX and the far side of a finished call leg, in seconds.',
    labels: ['pbx'],
    group,
    source:
      'Collector `quality`. Measured legs whose far side sends RTCP. A roundtrip of 0 or of more than 10 s is ignored.',
  },
  {
    name: 'pbx_call_legs_finished_total',
    type: 'counter',
    help: 'Finished call legs, by whether the other metrics include their measurements.',
    labels: ['pbx', 'measured'],
    group,
    source:
      'Collector `quality`. `yes`: included in the packet counters and histograms. `short`: fewer than 500 packets received, also in a long call whose media bypassed the PBX after its first packets. `no_media`: no packets (media bypassed the PBX from the start). `one_way`: more than 100 packets in one direction and none in the other. `implausible`: more packets lost than can have been sent. Absent until the PBX reports the first finished leg.',
  },
  {
    name: 'pbx_call_legs',
    type: 'gauge',
    help: 'Running call legs by their media, from the last two rounds.',
    labels: ['pbx', 'media'],
    group,
    source:
      'Collector `quality`. `flowing`: packets arrived. `one_way`: in two consecutive rounds, the PBX sent more than 100 packets and received none. `none`: nothing in either direction (on hold, or media bypasses the PBX). `unknown`: not read twice yet. Absent if the PBX does not allow reading them.',
  },
  {
    name: 'pbx_call_legs_lossy',
    type: 'gauge',
    help: 'Running call legs that lost a larger share of the packets to the PBX than the threshold, between the last two rounds.',
    labels: ['pbx', 'threshold'],
    group,
    source:
      'Collector `quality`. Only legs with at least 250 packets between the two rounds. Absent if legs are running but none can be evaluated.',
  },
  {
    name: 'pbx_event_gaps_total',
    type: 'counter',
    help: 'Number of times that events of the PBX may have been missed. Call legs that ended at such a time are not counted.',
    labels: ['pbx'],
    group,
    source:
      'Collector `quality`: a session other than that of the previous round, a restart of the PBX, or an answer that was lost or too large.',
  },
] as const satisfies readonly MetricDeclaration[];
