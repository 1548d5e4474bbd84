import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { defaults } from '../../src/config/defaults.ts';
import { formatDuration } from '../../src/config/duration.ts';

const top = fileURLToPath(new URL('../..', import.meta.url));
const text = (file: string): string => readFileSync(join(top, file), 'utf8');
const alloy = text('deploy/collectors/config.alloy');
const jobOfAlerts = new RegExp(
  `^(?:${/absent\(up\{job=~"(.+?)"\}/.exec(text('deploy/prometheus/rules/alerts.yml'))?.[1] ?? ''})$`,
);

const collector = z
  .object({
    receivers: z.object({
      prometheus: z.object({
        config: z.object({
          scrape_configs: z.tuple([z.looseObject({ job_name: z.string(), scrape_interval: z.string() })]),
        }),
      }),
    }),
    processors: z.record(z.string(), z.unknown()),
    exporters: z.record(z.string(), z.looseObject({ add_metric_suffixes: z.literal(false) })),
    service: z.object({
      pipelines: z.record(
        z.string(),
        z.object({ receivers: z.array(z.string()), processors: z.array(z.string()), exporters: z.array(z.string()) }),
      ),
    }),
  })
  .parse(parse(text('deploy/collectors/otel-collector.yaml')));

test('the OpenTelemetry Collector has a pipeline of parts that are there, none left over, and the job that alerts look for', () => {
  const [pipeline] = Object.values(collector.service.pipelines);
  expect(pipeline).toEqual({
    receivers: Object.keys(collector.receivers),
    processors: Object.keys(collector.processors),
    exporters: Object.keys(collector.exporters),
  });
  const [job] = collector.receivers.prometheus.config.scrape_configs;
  expect(job.job_name).toMatch(jobOfAlerts);
  expect(job.scrape_interval).toBe(formatDuration(defaults.intervalMs));
  expect(text('deploy/collectors/otel-collector.yaml').replaceAll(/^\s*#.*$/gm, '')).not.toContain('$');
});

test('Alloy forwards to a part that is there, under the job that alerts look for', () => {
  const code = alloy.replaceAll(/^\s*\/\/.*$/gm, '');
  const parts = [...code.matchAll(/^([a-z._]+) "([a-z_]+)" \{$/gm)].map(([, kind, name]) => `${kind}.${name}`);
  expect(parts).toEqual(['prometheus.scrape.pbx_exporter', 'prometheus.remote_write.store']);
  const [, receiver] = /forward_to = \[([a-z._]+)\.receiver\]/.exec(code) ?? [];
  expect(parts).toContain(receiver);
  expect(/job_name = "(.+)"/.exec(code)?.[1]).toMatch(jobOfAlerts);
  expect(/scrape_interval = "(.+)"/.exec(code)?.[1]).toBe(formatDuration(defaults.intervalMs));
  expect(code.split('{').length).toBe(code.split('}').length);
});

test('a credential of systemd lies where the documentation and the drop-in say', () => {
  const dropIn = text('deploy/systemd/credentials.conf');
  const lines = dropIn.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  expect(lines).toEqual(['[Service]', 'LoadCredential=hq:/etc/credstore/pbx-exporter.hq']);
  const path = '/run/credentials/pbx-exporter.service/hq';
  expect(dropIn).toContain(`password_file: ${path}\n`);
  expect(text('docs/secrets.md')).toContain(`password_file: ${path}\n`);
  expect(text('docs/secrets.md')).toContain(`${lines.join('\n')}\n`);
});

test('the Vault agent writes to the file that the documentation names, complete and for nobody else', () => {
  const agent = text('deploy/vault/agent.hcl');
  const destination = /^ {2}destination += "(.+)"$/m.exec(agent)?.[1] ?? '';
  expect(text('docs/secrets.md')).toContain(`password_file: ${destination}\n`);
  expect(agent).toContain(`password_file: ${destination}\n`);
  expect(agent).toMatch(/^ {2}perms += "0640"$/m);
  const [opened, closed] = ['{', '}'].map(
    (brace) => agent.replaceAll(/"(?:[^"\\]|\\.)*"|^\s*#.*$/gm, '').split(brace).length,
  );
  expect(opened).toBe(closed);
});
