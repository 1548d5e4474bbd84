import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { dashboardFiles } from '../../grafana/index.ts';

/** Input of a file for import. Grafana replaces this name with the chosen data source. */
const input = 'DS_PROMETHEUS';

const panel = z.looseObject({ type: z.string(), panels: z.array(z.looseObject({ type: z.string() })).optional() });
const variable = z.looseObject({ type: z.string() });
const dashboard = z.looseObject({
  uid: z.string(),
  description: z.string().min(1),
  panels: z.array(panel),
  templating: z.object({ list: z.array(variable) }),
});

/** Names of panel types, as shown in Grafana. */
const panelNames: Readonly<Record<string, string>> = {
  barchart: 'Bar chart',
  bargauge: 'Bar gauge',
  gauge: 'Gauge',
  heatmap: 'Heatmap',
  histogram: 'Histogram',
  logs: 'Logs',
  piechart: 'Pie chart',
  stat: 'Stat',
  'state-timeline': 'State timeline',
  'status-history': 'Status history',
  table: 'Table',
  text: 'Text',
  timeseries: 'Time series',
};

/**
 * Returns the dashboards of `grafana/` for grafana.com and the import page of Grafana, by file name. They have an input for the data
 * source, and list the required Grafana version and panels. Everything else, including the uid, is unchanged.
 */
export function importableFiles(): Readonly<Record<string, string>> {
  const files = Object.entries(dashboardFiles());
  return Object.fromEntries(
    files.map(([name, text]) => [name, `${JSON.stringify(importable(text, grafanaVersion()), null, 2)}\n`]),
  );
}

/** Returns one dashboard for import. Throws on a panel type without a name here. */
export function importable(text: string, version: string): object {
  const plain = dashboard.parse(JSON.parse(text));
  const list = plain.templating.list.map((one) => (one.type === 'datasource' ? { ...one, current: chosen } : one));
  return {
    __inputs: [
      {
        name: input,
        label: 'Prometheus',
        description: 'The Prometheus that scrapes pbx-exporter',
        type: 'datasource',
        pluginId: 'prometheus',
        pluginName: 'Prometheus',
      },
    ],
    __elements: {},
    __requires: [
      { type: 'grafana', id: 'grafana', name: 'Grafana', version },
      { type: 'datasource', id: 'prometheus', name: 'Prometheus', version: '1.0.0' },
      ...panelTypes(plain.panels).map((id) => ({ type: 'panel', id, name: nameOf(id), version: '' })),
    ],
    id: null,
    ...plain,
    templating: { ...plain.templating, list },
  };
}

const chosen = { selected: false, text: `\${${input}}`, value: `\${${input}}` };

function panelTypes(panels: readonly z.infer<typeof panel>[]): readonly string[] {
  const types = panels.flatMap(({ type, panels: inner = [] }) => [type, ...inner.map((one) => one.type)]);
  return [...new Set(types)].filter((type) => type !== 'row').toSorted();
}

function nameOf(panelType: string): string {
  const name = panelNames[panelType];
  if (name === undefined) throw new Error(`no name for panels of the type "${panelType}"`);
  return name;
}

/** The version of Grafana in compose.yaml. */
function grafanaVersion(): string {
  const compose = readFileSync(new URL('../compose.yaml', import.meta.url), 'utf8');
  return /image: \S+\/grafana:(\d+\.\d+\.\d+)/.exec(compose)?.[1] ?? '';
}
