import { labelMeanings } from './label-values.ts';
import type { MetricDeclaration } from './metric-declaration.ts';
import { exporterMetrics } from './exporter-metrics.ts';
import { pbxMetrics } from './pbx-metrics.ts';
import { estimatedMos } from './estimated-mos.ts';
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
