import { labelMeanings } from './label-values.ts';
import type { MetricDeclaration } from './metric-declaration.ts';
import { exporterMetrics } from './metric-table.ts';
import { pbxMetrics } from './pbx-metrics.ts';
import { qualityMetrics } from './quality-metrics.ts';
import { roundMetrics } from './round-metrics.ts';

const introduction = `# Metrics

This page is generated from the metric table in \`src/exposition/\`; \`npm run docs\` regenerates it.

Every series about a PBX has the label \`pbx\`, which is the \`name\` of the target in the configuration. \`/metrics\` shows all PBXs and
the exporter itself; \`/probe?target=NAME\` shows only one PBX.

How to read the values:

- **A value that was not read is absent, never 0.** A 0 is shown only if the PBX reported it.
- **Not reachable, not registered, disabled and unknown are four different states.** A peer or trunk that is disabled or
  has an unknown state has no \`reachable\`, \`up\` or \`registered\` series; it is counted in \`pbx_peers\` or \`pbx_trunks\`.
- **When a round fails**, \`pbx_up\` changes to 0 immediately. The last good values stay until they are as old as \`stale_after\` (90 s
  by default) and then disappear; \`pbx_snapshot_age_seconds\` shows how old they are. The same applies if one collector
  fails in a good round: its \`pbx_collector_success\` is 0.
- **A peer or trunk that the PBX no longer lists** disappears with the next good round. If a round could read only a part of
  a list, \`pbx_collector_success\` is 0, the rows that were read are new, and the others stay until they are as old as
  \`stale_after\`.
- **Some PBXs list only connected phones** (FreeSWITCH). If a phone was seen before and is missing from a
  good round, it becomes \`unregistered\` and stays for \`peers.remember\` (24 h by default). A phone named in \`peers.expected_file\` is
  \`unregistered\` from the first round on, permanently.
- **Reachable means the same for every PBX**: a contact is registered, or its address is configured, and there is no sign
  that it does not answer.
  - A contact that the PBX never checks (no qualify) counts as reachable, without a roundtrip. \`pbx_peer_registered\` is 1 if a
    device registered it, and absent for a configured address.
  - A trunk that is never checked is \`unmonitored\`, and \`pbx_trunk_up\` is 1.
  - A contact that is checked, but has not been checked since the PBX started, keeps its previous state; without one, it
    is \`unknown\`.
  - A contact without an address, because its host name was not found, is \`unknown\`. A contact that is being removed is
    \`unregistered\`.
- Roundtrips are in microseconds, because telephone systems report them in that unit; all other times are in
  seconds.
`;

/** Returns the page `docs/metrics.md`: all metrics of the table, and the meanings of the label values. */
export function metricsReference(): string {
  return [
    introduction,
    section('Peers, trunks, calls and queues', pbxMetrics),
    section('Call quality', qualityMetrics),
    estimatedMos,
    section('Polling rounds', roundMetrics),
    section('The exporter itself', exporterMetrics),
    'Standard metrics of the process and of Node.js (`process_*`, `nodejs_*`) are also exported. All metrics in this section are on\n`/metrics` only.\n',
    meanings('States of a peer', labelMeanings.peerStates),
    meanings('States of a trunk', labelMeanings.trunkStates),
    meanings("States of a queue's agent", labelMeanings.agentStates),
    meanings('Resources', labelMeanings.resources),
    meanings('Collectors', labelMeanings.collectors),
    meanings('Failure reasons', labelMeanings.failureReasons),
    meanings('Reasons for skipped rows', labelMeanings.skipReasons),
  ].join('\n');
}

function section(title: string, metrics: readonly MetricDeclaration[]): string {
  return `## ${title}\n\n${metrics.map(entry).join('\n')}`;
}

function entry({ name, type, labels, help, source }: MetricDeclaration): string {
  const labelText = labels.length === 0 ? 'none' : labels.map((label) => `\`${label}\``).join(', ');
  return `### \`${name}\`\n\n${help}\n\n- Type: ${type}\n- Labels: ${labelText}\n- Source: ${source}\n`;
}

function meanings(title: string, words: Readonly<Record<string, string>>): string {
  const rows = Object.entries(words).map(([word, meaning]) => `| \`${word}\` | ${meaning} |\n`);
  return `## ${title}\n\n| word | meaning |\n|---|---|\n${rows.join('')}`;
}

/** The section for readers who need a single number for call quality. */
const estimatedMos = `### If you need a MOS

There is no MOS series, because PBXs do not measure it. A PBX measures loss, jitter and roundtrip. Perceived quality also depends on
the codec, on whether the phone conceals losses (worth up to two points at 10 % loss), on bursts, and on echo and level, which
are not measured here. One-way audio even has a perfect score. If you need a number anyway, use a recording rule
whose name contains the codec and "estimated". The following rule is the E-model in its usual short form
(ITU-T G.107, numbers of G.113 Appendix I) for **G.711 with packet loss concealment**; it does not apply to G.722, Opus or G.729.

\`\`\`yaml
groups:
  - name: estimated-mos
    rules:
      - record: pbx:call_leg_loss_percent:rate15m
        expr: |
          100 * sum by (pbx) (rate(pbx_rtp_packets_lost_total{direction="in"}[15m]))
          / (
            sum by (pbx) (rate(pbx_rtp_packets_lost_total{direction="in"}[15m]))
            + sum by (pbx) (rate(pbx_rtp_packets_received_total{direction="in"}[15m]))
          )
      - record: pbx:call_leg_delay_milliseconds:rate15m
        expr: |
          40
          + 500 * sum by (pbx) (rate(pbx_call_leg_roundtrip_seconds_sum[15m]))
          / sum by (pbx) (rate(pbx_call_leg_roundtrip_seconds_count[15m]))
          + 2000 * sum by (pbx) (rate(pbx_call_leg_jitter_seconds_sum{direction="in"}[15m]))
          / sum by (pbx) (rate(pbx_call_leg_jitter_seconds_count{direction="in"}[15m]))
      - record: pbx:estimated_rating_g711_concealed:rate15m
        expr: |
          clamp(
            93.2
            - 0.024 * pbx:call_leg_delay_milliseconds:rate15m
            - 0.11 * clamp_min(pbx:call_leg_delay_milliseconds:rate15m - 177.3, 0)
            - 95 * pbx:call_leg_loss_percent:rate15m / (pbx:call_leg_loss_percent:rate15m + 25.1),
            0, 100
          )
      - record: pbx:estimated_mos_g711_concealed:rate15m
        expr: |
          clamp(
            1 + 0.035 * pbx:estimated_rating_g711_concealed:rate15m
            + 0.000007 * pbx:estimated_rating_g711_concealed:rate15m
            * (pbx:estimated_rating_g711_concealed:rate15m - 60)
            * (100 - pbx:estimated_rating_g711_concealed:rate15m),
            1, 4.5
          )
\`\`\`

A clean line reads 4.4, one with 2 % loss 4.2, one with 10 % loss 3.4.
`;
