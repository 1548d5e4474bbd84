import type { MetricDeclaration } from './metric-declaration.ts';

const group = 'target';

/** How calls sound, as far as a PBX tells: collector `quality`. */
export const qualityMetrics = [
  {
    name: 'pbx_rtp_packets_received_total',
    type: 'counter',
    help: 'RTP packets of finished call legs that arrived, by direction: in to the PBX, out from it.',
    labels: ['pbx', 'direction'],
    group,
    source:
      'Collector `quality` (not collected by default). Call legs of 500 received packets (10 s) and more. `in` is measured by the PBX; `out` is what the far sides reported, where they did, and holds what was lost on the other leg of the call too. Absent until the PBX tells of the first finished leg.',
  },
  {
    name: 'pbx_rtp_packets_lost_total',
    type: 'counter',
    help: 'RTP packets of finished call legs that were lost, by direction: in to the PBX, out from it.',
    labels: ['pbx', 'direction'],
    group,
    source:
      'As `pbx_rtp_packets_received_total`. What was lost after the last report before the end of a call is missing, so it reads a little low.',
  },
  {
    name: 'pbx_trunk_rtp_packets_received_total',
    type: 'counter',
    help: 'RTP packets of finished call legs that arrived at the PBX over the trunk.',
    labels: ['pbx', 'trunk'],
    group,
    source:
      'Collector `quality`, together with collector `trunks`, which tells what is a trunk. Present once a leg over the trunk was measured, as long as the trunk is shown.',
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
      'Collector `quality`. As `pbx_rtp_packets_received_total`; releases that tell the jitter of the far side wrongly have none of direction `out`.',
  },
  {
    name: 'pbx_call_leg_roundtrip_seconds',
    type: 'histogram',
    help: 'Roundtrip of RTP between the PBX and the far side of a finished call leg, in seconds.',
    labels: ['pbx'],
    group,
    source:
      'Collector `quality`. Legs that were measured and whose far side sends RTCP; a roundtrip of 0 or of more than 10 s is none.',
  },
  {
    name: 'pbx_call_legs_finished_total',
    type: 'counter',
    help: 'Call legs that have ended, by whether their numbers count.',
    labels: ['pbx', 'measured'],
    group,
    source:
      'Collector `quality`. `yes`: they are in the packets and histograms. `short`: fewer than 500 packets received. `no_media`: no packets (media went past the PBX). `one_way`: more than 100 packets in one direction and none in the other. `implausible`: more lost than can have been sent. Absent until the PBX tells of the first finished leg.',
  },
  {
    name: 'pbx_call_legs',
    type: 'gauge',
    help: 'Running call legs by their media, from the last two rounds.',
    labels: ['pbx', 'media'],
    group,
    source:
      'Collector `quality`. `flowing`: packets came. `one_way`: in two rounds running the PBX sent more than 100 packets and none came. `none`: nothing in either direction (on hold, or media goes past the PBX). `unknown`: not read twice. Absent where the PBX does not let us read them.',
  },
  {
    name: 'pbx_call_legs_lossy',
    type: 'gauge',
    help: 'Running call legs that lost more than this share of the packets to the PBX between the last two rounds.',
    labels: ['pbx', 'threshold'],
    group,
    source:
      'Collector `quality`. Legs with at least 250 packets in between. Absent where legs run and none of them can be judged.',
  },
  {
    name: 'pbx_event_gaps_total',
    type: 'counter',
    help: 'Times at which events of the PBX may have been missed: call legs that ended then are not counted.',
    labels: ['pbx'],
    group,
    source:
      'Collector `quality`: another session than in the round before, a restart of the PBX, an answer that was lost or too large.',
  },
] as const satisfies readonly MetricDeclaration[];
