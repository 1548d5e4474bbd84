import { readdirSync } from 'node:fs';
import { dashboardFiles } from '../../grafana/index.ts';

/** Returns the text of `deploy/mixin.libsonnet`. It lists every file, because jsonnet cannot list folders. */
export function mixin(): string {
  const rules = readdirSync(new URL('../prometheus/rules', import.meta.url)).filter((name) => name.endsWith('.yml'));
  const groups = (wanted: boolean): string =>
    rules
      .filter((name) => (name !== 'alerts.yml') === wanted)
      .toSorted()
      .map((name) => `std.parseYaml(importstr 'prometheus/rules/${name}').groups`)
      .join(' + ');
  const dashboards = Object.keys(dashboardFiles()).map((name) => `    'pbx-${name}': import '../grafana/${name}',`);
  return `// Rules and dashboards for those who manage Prometheus and Grafana with jsonnet, as a mixin. Written by "npm run dashboards".
// Needs go-jsonnet, or jsonnet 0.20: older ones misread the YAML.
{
  grafanaDashboardFolder:: 'PBX',
  grafanaDashboards+:: {
${dashboards.join('\n')}
  },
  prometheusAlerts+:: { groups+: ${groups(false)} },
  prometheusRules+:: { groups+: ${groups(true)} },
}
`;
}
