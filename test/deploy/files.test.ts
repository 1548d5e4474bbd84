import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { generatedFiles } from '../../deploy/rules/files.ts';
import { prometheusRule } from '../../deploy/prometheus-rule.ts';
import { createCommandLine } from '../../src/command-line.ts';
import { committedInhibitions } from '../support/inhibitions.ts';

const top = fileURLToPath(new URL('../..', import.meta.url));
const text = (file: string): string => readFileSync(join(top, file), 'utf8');
const yaml = <T>(file: string, schema: z.ZodType<T>): T => schema.parse(parse(text(file)));

const rulesSchema = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(z.looseObject({ alert: z.string().optional() })),
    }),
  ),
});
const alertGroups = yaml('deploy/prometheus/rules/alerts.yml', rulesSchema).groups;
const alertNames = alertGroups.flatMap(({ rules }) => rules.flatMap(({ alert }) => alert ?? []));

describe('Alertmanager', () => {
  const schema = z.object({
    route: z.object({ receiver: z.string(), routes: z.array(z.object({ receiver: z.string() })) }),
    receivers: z.array(z.object({ name: z.string() })),
  });
  const { route, receivers } = yaml('deploy/alertmanager/alertmanager.yml', schema);
  const inhibitions = committedInhibitions(alertNames);
  const targetsOf = (name: string): readonly string[] =>
    inhibitions.filter(({ source }) => source.includes(name)).flatMap(({ target }) => target);

  test('every inhibition names alerts that exist', () => {
    for (const { source, target } of inhibitions) {
      expect(source).not.toEqual([]);
      expect(target).not.toEqual([]);
    }
  });

  test('a dead PBX silences everything about its inside, and what says less of it', () => {
    const inside = alertNames.filter((name) =>
      /^Pbx(Trunk|Peer|Roundtrip|Queue|Call|Collector|Data|Rows|Unstable|Restarted)/.test(name),
    );
    expect(inside.length).toBe(17);
    const less = ['PbxLoginRefused', 'PbxNotWatched', 'PbxUnreadable'];
    expect(targetsOf('PbxDown').toSorted(byText)).toEqual([...inside, ...less].toSorted(byText));
    expect(targetsOf('PbxLoginRefused').toSorted(byText)).toEqual(inside.toSorted(byText));
  });

  test('nothing that only says why a PBX cannot be read silences what pages', () => {
    for (const source of ['PbxLoginRefused', 'PbxUnreadable', 'PbxVanished', 'PbxProbeFailing'])
      expect(targetsOf(source).filter((name) => ['PbxDown', 'PbxNotWatched', 'PbxManyDown'].includes(name))).toEqual(
        [],
      );
  });

  test('an alert silences only within its cluster, and only what has the same PBX, but for those that are about several', () => {
    expect(inhibitions.filter(({ equal }) => equal[0] !== 'cluster')).toEqual([]);
    const overall = inhibitions.filter(({ equal }) => !equal.includes('pbx'));
    expect(overall.flatMap(({ source }) => source)).toEqual([
      'PbxExporterMissing',
      'PbxExporterDown',
      'PbxExporterTooFew',
      'PbxManyDown',
      'PbxCarrierDown',
    ]);
  });

  test('no alert silences another one that silences it', () => {
    for (const name of alertNames)
      expect(targetsOf(name).filter((target) => targetsOf(target).includes(name))).toEqual([]);
  });

  test('every route leads to a receiver', () => {
    const names = receivers.map(({ name }) => name);
    expect([route, ...route.routes].filter(({ receiver }) => !names.includes(receiver))).toEqual([]);
  });
});

describe('Prometheus', () => {
  const schema = z.object({
    rule_files: z.array(z.literal('rules/*.yml')).min(1),
    scrape_configs: z.array(z.looseObject({ job_name: z.string() })),
  });
  const jobOfAlerts = /up\{job=~"(\.\*pbx-exporter.+?)"\}/.exec(text('deploy/prometheus/rules/alerts.yml'))?.[1] ?? '';

  test.each([
    'deploy/prometheus/prometheus.yml',
    'deploy/prometheus/prometheus-probe.yml',
    'deploy/compose/prometheus.yml',
  ])('%s has exactly one job for which a missing exporter raises an alert', (file) => {
    const jobs = yaml(file, schema).scrape_configs.map(({ job_name: name }) => name);
    expect(jobs.filter((name) => new RegExp(`^(?:${jobOfAlerts})$`).test(name))).toEqual(['pbx-exporter']);
  });
});

describe('compose.yaml', () => {
  const service = z.object({
    volumes: z.array(z.string()).optional(),
    command: z.array(z.string()).optional(),
    ports: z.array(z.string()),
    networks: z.object({ default: z.object({ aliases: z.array(z.string()) }) }).optional(),
  });
  const { services } = z
    .object({ services: z.record(z.string(), service) })
    .parse(parse(text('deploy/compose.yaml'), { merge: true }));

  test('everything that is mounted exists', () => {
    const mounts = Object.values(services).flatMap(({ volumes = [] }) =>
      volumes.map((line) => line.split(':')[0] ?? ''),
    );
    const paths = mounts.filter((path) => path.startsWith('.'));
    expect(paths.length).toBeGreaterThan(5);
    expect(paths.filter((path) => !existsSync(join(top, 'deploy', path)))).toEqual([]);
  });

  test('every port is open to this machine only', () => {
    const ports = Object.values(services).flatMap(({ ports: list }) => list);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  test('Prometheus, Grafana and the exporter find each other by name', () => {
    const names = Object.entries(services).flatMap(([name, { networks }]) => [
      name,
      ...(networks?.default.aliases ?? []),
    ]);
    const asked = [
      ...text('deploy/compose/prometheus.yml').matchAll(/targets: \['([a-z-]+):/g),
      ...text('deploy/grafana/provisioning/datasources/prometheus.yaml').matchAll(/url: http:\/\/([a-z-]+):/g),
    ].map(([, name]) => name);
    expect(asked).toEqual(['alertmanager', 'pbx-exporter', 'prometheus']);
    expect(asked.filter((name) => name === undefined || !names.includes(name))).toEqual([]);
  });

  test('Grafana knows of the interval at which Prometheus scrapes', () => {
    const provisioned = /timeInterval: (\S+)/.exec(
      text('deploy/grafana/provisioning/datasources/prometheus.yaml'),
    )?.[1];
    expect(text('deploy/prometheus/prometheus.yml')).toContain(`scrape_interval: ${provisioned}\n`);
  });

  test('Grafana reads the dashboards from where they are mounted', () => {
    const provider = text('deploy/grafana/provisioning/dashboards/pbx.yaml');
    const path = /path: (\S+)/.exec(provider)?.[1] ?? '';
    expect(services['grafana']?.volumes).toContain(`../grafana:${path}:ro`);
    expect(text('deploy/compose.yaml')).toContain(`DASHBOARD_PATH: ${path}/fleet.json`);
  });
});

describe('Kubernetes', () => {
  const folder = 'deploy/kubernetes';
  const setSchema = z.object({
    spec: z.object({
      replicas: z.number(),
      ordinals: z.object({ start: z.number() }),
      template: z.object({
        metadata: z.object({ labels: z.record(z.string(), z.string()) }),
        spec: z.object({
          containers: z.tuple([
            z.object({
              image: z.string(),
              args: z.array(z.string()),
              ports: z.tuple([z.object({ name: z.string(), containerPort: z.number() })]),
            }),
          ]),
        }),
      }),
    }),
  });
  const { spec } = yaml(`${folder}/stateful-set.yaml`, setSchema);
  const [container] = spec.template.spec.containers;

  test('the rules, their cases and the Alertmanager are what the settings say: "npm run rules" writes them anew', () => {
    const files = Object.entries(generatedFiles());
    expect(files.filter(([file, wanted]) => text(`deploy/${file}`) !== wanted).map(([file]) => file)).toEqual([]);
  });

  test('the PrometheusRule is what the rules say: "npm run rules" writes it anew', () => {
    expect(text(`${folder}/prometheus-rule.yaml`)).toBe(prometheusRule());
    const { spec: rule } = yaml(`${folder}/prometheus-rule.yaml`, z.object({ spec: rulesSchema }));
    const { groups: recording } = yaml('deploy/prometheus/rules/recording.yml', rulesSchema);
    const { groups: shown } = yaml('deploy/prometheus/rules/dashboards.yml', rulesSchema);
    const { groups: alerts } = yaml('deploy/prometheus/rules/alerts.yml', rulesSchema);
    expect(rule.groups).toEqual([...recording, ...shown, ...alerts]);
  });

  test('there are as many shares as pods, counted from 1', () => {
    expect(container.args).toContain(`--shard=$(SHARD)/${spec.replicas}`);
    expect(spec.ordinals.start).toBe(1);
  });

  test('everything that kustomize is to take exists, dashboards included', () => {
    const list = z.object({ resources: z.array(z.string()) });
    const { resources } = yaml(`${folder}/kustomization.yaml`, list);
    expect(resources.filter((path) => !existsSync(join(top, folder, path)))).toEqual([]);
    const { configMapGenerator: maps } = yaml(
      'grafana/kustomization.yaml',
      z.object({ configMapGenerator: z.array(z.object({ files: z.array(z.string()) })) }),
    );
    const files = maps.flatMap((map) => map.files.map((file) => file.split('=')[1] ?? ''));
    expect(files).toEqual(['fleet.json', 'pbx.json', 'exporter.json', 'site.json', 'phone.json', 'manager.json']);
    expect(files.filter((file) => !existsSync(join(top, 'grafana', file)))).toEqual([]);
  });

  test('the service picks the pods, and the monitor the service', () => {
    const service = yaml(
      `${folder}/service.yaml`,
      z.object({
        metadata: z.object({ labels: z.record(z.string(), z.string()) }),
        spec: z.object({
          selector: z.record(z.string(), z.string()),
          ports: z.tuple([z.object({ name: z.string(), port: z.number(), targetPort: z.string() })]),
        }),
      }),
    );
    const monitor = yaml(
      `${folder}/service-monitor.yaml`,
      z.object({
        spec: z.object({
          selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
          endpoints: z.tuple([z.object({ port: z.string() })]),
        }),
      }),
    );
    expect(spec.template.metadata.labels).toMatchObject(service.spec.selector);
    expect(service.metadata.labels).toMatchObject(monitor.spec.selector.matchLabels);
    expect(service.spec.ports[0].targetPort).toBe(container.ports[0].name);
    expect(monitor.spec.endpoints[0].port).toBe(service.spec.ports[0].name);
  });
});

test('every flag in compose, unit and StatefulSet is one of the program', () => {
  const nothing = (): void => {};
  const terminal = { out: nothing, error: nothing, colour: false, watched: false };
  const help = createCommandLine({ terminal, keepRunning: nothing, exit: nothing }).commands.map((command) =>
    command.helpInformation(),
  );
  const known = new Set(help.join('\n').match(/--[a-z][a-z.-]+/g));
  const files = ['deploy/systemd/pbx-exporter.service', 'deploy/kubernetes/stateful-set.yaml'];
  const programLines = files.flatMap((file) => text(file).split('\n').filter(isProgramLine));
  const demo = /command: \[demo.*\]/.exec(text('deploy/compose.yaml'))?.[0] ?? '';
  // Flags before the program's file are flags of Node.js.
  const programArguments = programLines.map((line) => line.replace(/^.*main\.js/, ''));
  const used = new Set([...programArguments, demo].join('\n').match(/--[a-z][a-z.-]+/g));
  expect(used).toContain('--config.file');
  expect(used).toContain('--shard');
  expect([...used].filter((flag) => !known.has(flag))).toEqual([]);
});

test('links between pages of deploy/ and docs/runbooks lead somewhere', () => {
  const pages = ['deploy/README.md', 'docs/runbooks/README.md', ...runbooks()];
  const broken = pages.flatMap((page) =>
    [...text(page).matchAll(/\]\(([^)#]+\.md)\)/g)]
      .map(([, link = '']) => normalize(join(dirname(page), link)))
      .filter((path) => !existsSync(join(top, path))),
  );
  expect(broken).toEqual([]);
});

function runbooks(): readonly string[] {
  const urls = text('deploy/prometheus/rules/alerts.yml').matchAll(/runbook_url: (\S+)/g);
  return [...urls].map(([, url = '']) => `docs/runbooks/${url.slice(url.lastIndexOf('/') + 1)}`);
}

function isProgramLine(line: string): boolean {
  return /dist\/main\.js|^\s+- --/.test(line);
}

function byText(left: string, right: string): number {
  return left < right ? -1 : 1;
}
