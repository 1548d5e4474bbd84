import { labelMeanings } from './label-values.ts';
import type { MetricDeclaration } from './metric-declaration.ts';
import { exporterMetrics } from './metric-table.ts';
import { pbxMetrics } from './pbx-metrics.ts';
import { qualityMetrics } from './quality-metrics.ts';
import { roundMetrics } from './round-metrics.ts';

const introduction = `# Metrics

This page is generated from the metric table in \`src/exposition/\`: \`npm run docs\` writes it anew.

Every series of a PBX has the label \`pbx\`, the \`name\` of the target in the configuration. \`/metrics\` shows all PBXs and
the exporter itself; \`/probe?target=NAME\` shows one PBX only.

How to read the values:

- **A value that was not read is absent, never 0.** A 0 is shown only where the PBX said so.
- **Not reachable, not registered, disabled and unknown are four different things.** A peer or trunk that is disabled or
  whose state is unknown has no \`reachable\`, \`up\` or \`registered\` series; it is counted in \`pbx_peers\` or \`pbx_trunks\`.
- **After a failed round** \`pbx_up\` is 0 at once. The last good values stay until they are as old as \`stale_after\` (90 s
  by default) and then go; \`pbx_snapshot_age_seconds\` tells how old they are. The same holds for one collector that
  failed in a good round: \`pbx_collector_success\` is 0.
- **A peer or trunk that the PBX does not list any more** goes with the next good round. Where a round could read only a part of
  a list, \`pbx_collector_success\` is 0, the rows that were read are new, and the others stay until they are as old as
  \`stale_after\`.
- **A PBX that lists only phones that are present** (FreeSWITCH) says nothing of the others. There a phone that was seen and is missing from a
  good read becomes \`unregistered\` and stays for \`peers.remember\` (24 h by default); one that is named in \`peers.expected_file\` is
  \`unregistered\` from the first round on, and stays.
- **Reachable means the same for every make of PBX**: a contact is registered, or its address is configured, and nothing says
  that it does not answer.
  - A contact that the PBX never checks (no qualify) counts as reachable, without a roundtrip. \`pbx_peer_registered\` is 1 where a
    device registered it, and absent for a configured address.
  - A trunk that is never checked is \`unmonitored\`, and \`pbx_trunk_up\` is 1.
  - A contact that is checked, but was not asked yet since the PBX started, keeps the state that it had before; without one it
    is \`unknown\`.
  - A contact that has no address, because its host name was not found, is \`unknown\`. One that is being removed is
    \`unregistered\`.
- Roundtrips are in microseconds, because that is the unit in which telephone systems show them; all other times are in
  seconds.
`;

/** The page `docs/metrics.md`: every metric of the table, and what the words in their labels mean. */
export function metricsReference(): string {
  return [
    introduction,
    section('Peers, trunks, calls and queues', pbxMetrics),
    section('How calls sound', qualityMetrics),
    estimatedMos,
    section('The rounds: how reading a PBX goes', roundMetrics),
    section('The exporter itself', exporterMetrics),
    'Standard metrics of the process and of Node.js (`process_*`, `nodejs_*`) come on top. All of this section is on\n`/metrics` only.\n',
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

/** What the page of metrics says to those who want one number for how calls sound. */
const estimatedMos = `### If somebody asks for a MOS

No series is called MOS, because no PBX knows it. What a PBX measures is loss, jitter and roundtrip; how that sounds depends on
the codec, on whether the phone conceals losses (worth up to two points at 10 % loss), on bursts, and on echo and level, which
nobody measures here. Audio that goes one way only has a perfect score. If a number is wanted all the same, let a recording rule
make it, named after the codec for which it holds and called estimated. This one is the E-model in its usual short form
(ITU-T G.107, numbers of G.113 Appendix I) for **G.711 with packet loss concealment**; it does not hold for G.722, Opus or G.729.

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
          93.2
          - 0.024 * pbx:call_leg_delay_milliseconds:rate15m
          - 0.11 * clamp_min(pbx:call_leg_delay_milliseconds:rate15m - 177.3, 0)
          - 95 * pbx:call_leg_loss_percent:rate15m / (pbx:call_leg_loss_percent:rate15m + 25.1)
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
