import type { MetricDeclaration } from './metric-declaration.ts';

const group = 'target';

/** How calls sound, as far as a PBX reports: collector `quality`. */
export const qualityMetrics = [
  {
    name: 'pbx_rtp_packets_received_total',
    type: 'counter',
    help: 'RTP packets of finished call legs that arrived, by direction: in to the PBX, out from it.',
    labels: ['pbx', 'direction'],
    group,
    source:
      'Collector `quality` (not collected by default). Call legs with at least 500 received packets (10 s). `in` is measured by the PBX. `out` is reported by the far side, if it sends reports, and includes losses on the other leg of the call. Absent until the PBX reports the first finished leg.',
  },
  {
    name: 'pbx_rtp_packets_lost_total',
    type: 'counter',
    help: 'RTP packets of finished call legs that were lost, by direction: in to the PBX, out from it.',
    labels: ['pbx', 'direction'],
    group,
    source:
      'As `pbx_rtp_packets_received_total`. Losses between the last report and the end of a call are missing, so the value is slightly low.',
  },
  {
    name: 'pbx_trunk_rtp_packets_received_total',
    type: 'counter',
    help: 'RTP packets of finished call legs that arrived at the PBX over the trunk.',
    labels: ['pbx', 'trunk'],
    group,
    source:
      'Collector `quality`, together with collector `trunks`, which determines what is a trunk. Present once a leg over the trunk has been measured, for as long as the trunk is shown.',
  },
  {
    name: 'pbx_trunk_rtp_packets_lost_total',
    type: 'counter',
    help: 'RTP packets of finished call legs that were lost on the way to the PBX over the trunk.',
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
    help: 'Finished call legs over the trunk that lost more than this share of their packets on the way to the PBX.',
    labels: ['pbx', 'trunk', 'threshold'],
    group,
    source: 'As `pbx_trunk_call_legs_measured_total`, of which these are a part.',
  },
  {
    name: 'pbx_call_leg_loss_ratio',
    type: 'histogram',
    help: 'Share of the RTP packets of a finished call leg that were lost, 0 to 1, by direction.',
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
    help: 'Call legs that have ended, by whether their numbers count.',
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
    help: 'Running call legs that lost more than this share of the packets to the PBX between the last two rounds.',
    labels: ['pbx', 'threshold'],
    group,
    source:
      'Collector `quality`. Legs with at least 250 packets in between. Absent if legs are running but none can be evaluated.',
  },
  {
    name: 'pbx_event_gaps_total',
    type: 'counter',
    help: 'Times at which events of the PBX may have been missed: call legs that ended then are not counted.',
    labels: ['pbx'],
    group,
    source:
      'Collector `quality`: a session that differs from the previous round, a restart of the PBX, or an answer that was lost or too large.',
  },
] as const satisfies readonly MetricDeclaration[];
