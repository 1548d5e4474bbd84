import type { Section } from './dashboard.ts';
import { graph, timeline } from './panels.ts';
import { best, one } from './queries.ts';
import { yesNo } from './words.ts';

function increase(metric: string, labels: readonly string[]): string {
  return `${best(`increase(${metric}${one}[$__rate_interval])`, labels)} > 0`;
}

/** Section about reading this PBX. */
export const pbxReading: Section = {
  title: 'Reading this PBX',
  panels: [
    timeline({
      title: 'What could be read',
      description:
        'The lists that the exporter reads, round by round. If all are red, the PBX was down. If one is red, that list could not be read, for example because of a missing right.',
      empty: 'No round has ended yet.',
      unit: 'none',
      width: 12,
      height: 7,
      query: { expression: best(`pbx_collector_success${one}`, ['collector']), legend: '{{collector}}' },
      mappings: [yesNo('read', 'failed')],
    }),
    graph({
      title: 'Failures by reason',
      description: 'Failed rounds, and failed lists in rounds that otherwise succeeded.',
      empty: 'No failures on the exporters that answer.',
      unit: 'none',
      width: 12,
      height: 7,
      stacked: true,
      queries: [
        { expression: increase('pbx_round_failures_total', ['reason']), legend: 'round: {{reason}}' },
        {
          expression: increase('pbx_collector_failures_total', ['collector', 'reason']),
          legend: '{{collector}}: {{reason}}',
        },
      ],
    }),
    graph({
      title: 'Round duration',
      description: 'From the first request to the last answer, login included.',
      empty: 'No round has ended yet.',
      unit: 's',
      width: 8,
      height: 7,
      queries: [{ expression: best(`pbx_round_duration_seconds${one}`), legend: 'round' }],
    }),
    graph({
      title: 'Requests by result',
      description: 'Requests to this PBX per second.',
      empty: 'No request was sent.',
      unit: 'reqps',
      width: 8,
      height: 7,
      stacked: true,
      queries: [
        {
          expression: `sum by (result) (rate(pbx_api_requests_total${one}[$__rate_interval]))`,
          legend: '{{result}}',
        },
      ],
    }),
    graph({
      title: 'Logins and rows left out',
      description:
        'Logins are rare, because the session is kept. Rows are left out if they cannot be parsed or exceed the limit. Rows with an unknown state are kept, but also counted here.',
      empty: 'No logins, and no rows left out.',
      unit: 'none',
      width: 8,
      height: 7,
      queries: [
        { expression: increase('pbx_logins_total', ['result']), legend: 'login: {{result}}' },
        {
          expression: increase('pbx_rows_skipped_total', ['collector', 'reason']),
          legend: '{{collector}}: {{reason}}',
        },
      ],
    }),
  ],
};
