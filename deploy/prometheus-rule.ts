import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const head = `# Generated from ../prometheus/rules by "npm run rules": change it there.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: pbx-exporter
  labels:
    app.kubernetes.io/name: pbx-exporter
spec:
  groups:
`;

/** Returns all rules as one object for the Prometheus operator. Lines are copied unchanged, so that comments are preserved. */
export function prometheusRule(): string {
  return head + ['recording.yml', 'dashboards.yml', 'alerts.yml'].map((file) => groupsOf(file)).join('');
}

function groupsOf(file: string): string {
  const lines = readFileSync(join(import.meta.dirname, 'prometheus/rules', file), 'utf8').split('\n');
  const groups = lines.slice(lines.indexOf('groups:') + 1);
  return (
    groups
      .map((line) => (line === '' ? '\n' : `  ${line}\n`))
      .join('')
      .trimEnd() + '\n'
  );
}
