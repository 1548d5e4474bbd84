import type { Section } from './dashboard.ts';
import { graph } from './panels.ts';
import { by, histogramQuantile, risesOfExporters } from './queries.ts';

const chosen = `{${by('instance')}}`;
const durations = `pbx_api_request_duration_seconds_bucket${chosen}`;

/** Section about the requests to the PBXs. */
export const exporterRequests: Section = {
  title: 'Requests to the PBXs',
  panels: [
    graph({
      title: 'Requests by family',
      description: 'Requests to PBXs per second.',
      empty: 'No request was sent.',
      unit: 'reqps',
      width: 8,
      height: 8,
      stacked: true,
      queries: [
        {
          expression: `sum by (family) (rate(pbx_api_request_duration_seconds_count${chosen}[$__rate_interval]))`,
          legend: '{{family}}',
        },
      ],
    }),
    graph({
      title: 'Requests that failed',
      description: 'Failed requests to PBXs, by reason.',
      empty: 'No failed requests on the exporters that answer.',
      unit: 'reqps',
      width: 8,
      height: 8,
      stacked: true,
      queries: [
        {
          expression: `sum by (result) (${risesOfExporters('rate', 'pbx_api_requests_total', ['result!="ok"'])}) > 0`,
          legend: '{{result}}',
        },
      ],
    }),
    graph({
      title: 'Logins by result',
      description:
        'Logins are rare, because sessions are kept between rounds. Many logins mean that PBXs end sessions early.',
      empty: 'No login.',
      unit: 'none',
      width: 8,
      height: 8,
      stacked: true,
      queries: [
        {
          expression: `sum by (result) (${risesOfExporters('increase', 'pbx_logins_total')})`,
          legend: '{{result}}',
        },
      ],
    }),
    graph({
      title: 'Duration of requests by family',
      description: 'Median and 95th percentile of the request duration.',
      empty: 'No request was sent.',
      unit: 's',
      width: 12,
      height: 8,
      queries: [
        { expression: histogramQuantile(0.5, durations, ['family']), legend: '{{family}} median' },
        { expression: histogramQuantile(0.95, durations, ['family']), legend: '{{family}} 95th percentile' },
      ],
    }),
    graph({
      title: 'Slowest calls',
      description: 'The ten slowest API calls, 95th percentile.',
      empty: 'No request was sent.',
      unit: 's',
      width: 12,
      height: 8,
      legend: 'beside',
      queries: [
        {
          expression: `topk(10, ${histogramQuantile(0.95, durations, ['family', 'call'])})`,
          legend: '{{family}} {{call}}',
        },
      ],
    }),
  ],
};
