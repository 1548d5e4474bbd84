import type { Section } from './dashboard.ts';
import { graph } from './panels.ts';
import { by } from './queries.ts';

/** Selects the exporters with their `_info` metric, because standard process metrics do not have a prefix of ours. */
function ofExporters(metric: string): string {
  return `${metric} and on (instance, job) pbx_exporter_build_info`;
}

const chosen = `{${by('instance')}}`;

/** Section about the process: event loop, memory and CPU. */
export const exporterProcess: Section = {
  title: 'Process',
  panels: [
    graph({
      title: 'Event loop delay',
      description: 'Delay before due work starts: 99th percentile and maximum. A few tens of milliseconds are normal.',
      empty: 'No exporter found.',
      unit: 's',
      width: 8,
      height: 8,
      queries: [
        {
          expression: ofExporters(`nodejs_eventloop_lag_p99_seconds${chosen}`),
          legend: '{{instance}} 99th percentile',
        },
        { expression: ofExporters(`nodejs_eventloop_lag_max_seconds${chosen}`), legend: '{{instance}} worst' },
      ],
    }),
    graph({
      title: 'Memory',
      description: 'Memory of the process, and the heap in it.',
      empty: 'No exporter found.',
      unit: 'bytes',
      width: 8,
      height: 8,
      queries: [
        { expression: ofExporters(`process_resident_memory_bytes${chosen}`), legend: '{{instance}} process' },
        { expression: ofExporters(`nodejs_heap_size_used_bytes${chosen}`), legend: '{{instance}} heap used' },
      ],
    }),
    graph({
      title: 'Processor',
      description: 'Share of one CPU core; 100 % means that one core is always busy.',
      empty: 'No exporter found.',
      unit: 'percentunit',
      width: 8,
      height: 8,
      queries: [
        {
          expression: ofExporters(`rate(process_cpu_seconds_total${chosen}[$__rate_interval])`),
          legend: '{{instance}}',
        },
      ],
    }),
    graph({
      title: 'Scrape duration',
      description: 'Time that Prometheus takes to scrape the exporter.',
      empty: 'No exporter found.',
      unit: 's',
      width: 8,
      height: 8,
      queries: [{ expression: ofExporters(`scrape_duration_seconds${chosen}`), legend: '{{instance}}' }],
    }),
    graph({
      title: 'Open files and sockets',
      description: 'Includes connections to PBXs. If the line only ever rises, there is a leak: please report it.',
      empty: 'No exporter found.',
      unit: 'none',
      width: 8,
      height: 8,
      queries: [{ expression: ofExporters(`process_open_fds${chosen}`), legend: '{{instance}}' }],
    }),
    graph({
      title: 'Garbage collection',
      description: 'Share of time spent on garbage collection.',
      empty: 'No exporter found.',
      unit: 'percentunit',
      width: 8,
      height: 8,
      queries: [
        {
          expression: ofExporters(
            `sum by (instance, job) (rate(nodejs_gc_duration_seconds_sum${chosen}[$__rate_interval]))`,
          ),
          legend: '{{instance}}',
        },
      ],
    }),
  ],
};
