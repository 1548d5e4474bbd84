import type { Section } from './dashboard.ts';
import { graph, timeline } from './panels.ts';
import { best, one } from './queries.ts';
import { yesNo } from './words.ts';

function increase(metric: string, labels: readonly string[]): string {
  return `${best(`increase(${metric}${one}[$__rate_interval])`, labels)} > 0`;
}

/** How well this PBX can be read. */
export const pbxReading: Section = {
  title: 'Reading this PBX',
  panels: [
    timeline({
      title: 'What could be read',
      description:
        'The parts of the PBX that the exporter asks for, round by round. All red: the PBX was down. One red: that list could not be read, for example for want of a right.',
      empty: 'No round has ended yet.',
      unit: 'none',
      width: 12,
      height: 7,
      query: { expression: best(`pbx_collector_success${one}`, ['collector']), legend: '{{collector}}' },
      mappings: [yesNo('read', 'failed')],
    }),
    graph({
      title: 'Failures by reason',
      description: 'Failed rounds, and failed lists in rounds that went well otherwise.',
      empty: 'No failure was seen, where an exporter answers.',
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
      title: 'Time for a round',
      description: 'From the first request to the last answer, login included.',
      empty: 'No round has ended yet.',
      unit: 's',
      width: 8,
      height: 7,
      queries: [{ expression: best(`pbx_round_duration_seconds${one}`), legend: 'round' }],
    }),
    graph({
      title: 'Requests by result',
      description: 'Requests that the exporter sends to this PBX each second.',
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
        'In a quiet hour there are hardly any logins, because the session is kept. Rows are left out when they cannot be understood or are beyond the limit; rows with an unknown state are kept and counted here.',
      empty: 'No login, no row left out.',
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
