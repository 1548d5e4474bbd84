import { fleetAddress, type Section } from './dashboard.ts';
import { always, graph, type PanelText, redFromOne, stat, type Steps } from './panels.ts';
import { best, by, ofExporters, risesOfExporters } from './queries.ts';
import { table } from './table.ts';
import { yesNo } from './words.ts';

const chosen = `{${by('instance')}}`;

/** Section with an overview of the exporters and their rounds. */
export const exporterNow: Section = {
  title: 'Now',
  panels: [
    number(
      'PBXs',
      'PBXs configured on these exporters, and all PBXs that Prometheus probes. A probe does not show which exporter it used.',
      `count(${best(ofExporters('pbx_up'))})`,
      'none',
      always('text'),
    ),
    number(
      'PBXs down',
      'PBXs that none of these exporters could read in the last round.',
      `sum(1 - ${best(ofExporters('pbx_up'))})`,
      'none',
      redFromOne,
    ),
    number(
      'Slowest round',
      'Duration of the slowest last round of any PBX.',
      `max(${ofExporters('pbx_round_duration_seconds')})`,
      's',
      always('text'),
    ),
    number(
      'Samples per scrape',
      'Values that Prometheus reads from all selected exporters in one scrape.',
      `sum(scrape_samples_scraped${chosen} and on (instance, job) pbx_exporter_build_info)`,
      'short',
      always('text'),
    ),
    table({
      title: 'Exporters',
      description: 'Version, state of the configuration, and start of the process.',
      empty: 'No exporter found: is it scraped?',
      unit: 'none',
      width: 12,
      height: 5,
      sortBy: { title: 'Exporter', descending: false },
      columns: [
        { of: 'instance', title: 'Exporter' },
        { of: 'version', title: 'Version' },
        { of: 'node_version', title: 'Node.js' },
        { of: 1, title: 'Last reload', mappings: [yesNo('successful', 'failed')] },
        { of: 2, title: 'Configuration loaded', unit: 'dateTimeAsIso' },
        { of: 3, title: 'Running since', unit: 'dateTimeAsIso' },
      ],
      expressions: [
        `max by (instance, version, node_version) (pbx_exporter_build_info${chosen})`,
        `max by (instance) (pbx_exporter_config_last_reload_successful${chosen})`,
        `max by (instance) (pbx_exporter_config_last_reload_success_timestamp_seconds${chosen}) * 1000`,
        `max by (instance) (process_start_time_seconds${chosen} and on (instance, job) pbx_exporter_build_info) * 1000`,
      ],
    }),
    graph({
      title: 'Round duration',
      description:
        'Duration of the last round of each PBX: the median, the 95th percentile and the maximum. Overdue: delay of the latest round; above 0, the exporter is overloaded or stuck.',
      empty: 'No round has ended yet.',
      unit: 's',
      width: 12,
      height: 8,
      queries: [
        { expression: `quantile(0.5, ${ofExporters('pbx_round_duration_seconds')})`, legend: 'median' },
        { expression: `quantile(0.95, ${ofExporters('pbx_round_duration_seconds')})`, legend: '95th percentile' },
        { expression: `max(${ofExporters('pbx_round_duration_seconds')})`, legend: 'slowest' },
        { expression: `max(${ofExporters('pbx_round_overdue_seconds')})`, legend: 'overdue' },
      ],
    }),
    graph({
      title: 'Failed rounds by reason',
      description: 'Rounds in which a PBX could not be read, on all selected exporters.',
      empty: 'No failed rounds on the exporters that answer.',
      unit: 'none',
      width: 12,
      height: 8,
      stacked: true,
      queries: [
        {
          expression: `sum by (reason) (${risesOfExporters('increase', 'pbx_round_failures_total')}) > 0`,
          legend: '{{reason}}',
        },
      ],
    }),
  ],
};

function number(
  title: string,
  description: string,
  expression: string,
  unit: string,
  steps: Steps,
): ReturnType<typeof stat> {
  const size: Pick<PanelText, 'width' | 'height'> = { width: 3, height: 5 };
  const query = { expression, legend: '' };
  const dataLinks = title.startsWith('PBXs') ? [{ title: 'Open the fleet', url: fleetAddress }] : [];
  return stat({ ...size, title, description, empty: 'No exporter found.', unit, query, steps, dataLinks });
}
