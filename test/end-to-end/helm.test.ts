import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { parse, parseAllDocuments, stringify } from 'yaml';
import { z } from 'zod';
import { type CommandResult, projectFolder, run, testbed } from './testbed.ts';

const chart = 'deploy/helm/pbx-exporter';
const manifest = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string(), namespace: z.string(), labels: z.record(z.string(), z.string()) }),
});
type Manifest = z.infer<typeof manifest>;

const needed = {
  image: { repository: 'registry.example.org/pbx-exporter' },
  config: { existingSecret: 'pbx-exporter' },
};
const everything = {
  ...needed,
  shards: 3,
  secrets: ['hq', 'branches'],
  environmentSecrets: ['pbx-environment'],
  webConfig: { existingSecret: 'web', tls: true },
  serviceMonitor: {
    enabled: true,
    labels: { release: 'stack' },
    endpoint: { tlsConfig: { insecureSkipVerify: true } },
  },
  prometheusRule: { enabled: true, without: ['PbxRoundtripHigh'] },
  dashboards: { enabled: true, namespace: 'grafana' },
  networkPolicy: {
    enabled: true,
    from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
    egress: [{ to: [{ ipBlock: { cidr: '192.0.2.0/24' } }] }],
  },
  extraArgs: ['--state.file=/elsewhere'],
  tolerations: [{ operator: 'Exists' }],
};

describe.skipIf(inject('unavailable').renderers !== '')('the Helm chart, rendered by helm', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'end-to-end-helm-'));
    return () => rm(folder, { recursive: true });
  });

  async function helm(command: string, values: object, ...more: readonly string[]): Promise<CommandResult> {
    const file = join(folder, 'values.yaml');
    await writeFile(file, stringify(values));
    const name = command === 'template' ? ['site'] : [];
    return testbed('renderers', ['helm', command, ...name, chart, '--namespace', 'pbx', '--values', file, ...more]);
  }

  async function rendered(values: object): Promise<readonly Manifest[]> {
    const result = await helm('template', values);
    expect(result).toMatchObject({ code: 0 });
    return parseAllDocuments(result.stdout).flatMap((document) => manifest.nullable().parse(document.toJS()) ?? []);
  }

  const one = (manifests: readonly Manifest[], kind: string): Manifest =>
    manifest.parse(manifests.find((each) => each.kind === kind));

  test.each([
    ['as little as possible', needed],
    ['everything', everything],
  ])('helm has nothing to say against it, with %s', async (_, values) => {
    const result = await helm('lint', values, '--strict');
    expect(result).toMatchObject({ code: 0 });
    expect(result.stdout).not.toMatch(/\[(WARNING|ERROR)\]/);
  });

  test('as little as possible is pods, their service and their budget', async () => {
    const kinds = (await rendered(needed)).map(({ kind }) => kind);
    expect(kinds.toSorted()).toEqual(['PodDisruptionBudget', 'Service', 'StatefulSet']);
  });

  test('one pod has no shard; three have, counted from 1', async () => {
    const alone = JSON.stringify(one(await rendered(needed), 'StatefulSet'));
    expect(alone).not.toContain('--shard');
    const set = one(await rendered(everything), 'StatefulSet');
    expect(set).toMatchObject({ spec: { replicas: 3, ordinals: { start: 1 } } });
    expect(JSON.stringify(set)).toContain('--shard=$(SHARD)/3');
  });

  test('pods run as those of deploy/kubernetes: without rights, with the same probes and the same state', async () => {
    const set = one(await rendered(needed), 'StatefulSet');
    const plain: unknown = parse(await readFile(join(projectFolder, 'deploy/kubernetes/stateful-set.yaml'), 'utf8'));
    const podOf = (from: unknown) => pod.parse(from).spec;
    const [ours, theirs] = [podOf(set), podOf(plain)];
    expect(ours.volumeClaimTemplates).toEqual(theirs.volumeClaimTemplates);
    const { containers, volumes: _volumes, ...rest } = ours.template.spec;
    expect(theirs.template.spec).toMatchObject(rest);
    const [{ args, image: _image, imagePullPolicy: _policy, ...container }] = containers;
    expect(theirs.template.spec.containers[0]).toMatchObject(container);
    expect(args).toEqual(
      expect.arrayContaining(theirs.template.spec.containers[0].args.filter((flag) => !flag.startsWith('--shard'))),
    );
  });

  test('every flag is one of the program', async () => {
    const help = (await run('node', ['dist/main.js', 'serve', '--help'])).stdout;
    const { containers } = pod.parse(one(await rendered(everything), 'StatefulSet')).spec.template.spec;
    const flags = containers[0].args.filter((flag) => flag.startsWith('--')).map((flag) => flag.split('=')[0] ?? '');
    expect(flags.length).toBeGreaterThan(6);
    expect(flags.filter((flag) => !help.includes(`${flag} `))).toEqual([]);
  });

  test('existing secrets are mounted where the documentation says, and nothing secret is in what is rendered', async () => {
    const { containers, volumes } = pod.parse(one(await rendered(everything), 'StatefulSet')).spec.template.spec;
    const mounts = containers[0].volumeMounts;
    for (const [path, secret] of [
      ['/etc/pbx-exporter', 'pbx-exporter'],
      ['/run/secrets/hq', 'hq'],
      ['/run/secrets/branches', 'branches'],
      ['/etc/pbx-exporter-web', 'web'],
    ] as const) {
      const mount = mounts.find(({ mountPath }) => mountPath === path);
      expect(mount?.readOnly).toBe(true);
      expect(volumes.find(({ name }) => name === mount?.name)?.secret?.secretName).toBe(secret);
    }
    expect((await rendered(everything)).map(({ kind }) => kind)).not.toContain('Secret');
  });

  test('a configuration in the values is a ConfigMap that the exporter accepts', async () => {
    const content = {
      targets: [
        {
          name: 'hq',
          family: 'asterisk',
          url: 'https://192.0.2.10',
          username: 'exporter',
          password_env: 'HQ_PASSWORD',
        },
      ],
    };
    const map = z
      .object({ data: z.record(z.string(), z.string()) })
      .parse(one(await rendered({ image: needed.image, config: { content } }), 'ConfigMap'));
    const file = join(folder, 'exporter.yml');
    await writeFile(file, map.data['exporter.yml'] ?? '');
    const check = await run('node', ['dist/main.js', 'check', '--config.file', file], {
      environment: { HQ_PASSWORD: 'made-up' },
    });
    expect(check).toMatchObject({ code: 0 });
  });

  test('the monitor picks the service, the service the pods, the policy and the budget too', async () => {
    const all = await rendered(everything);
    const set = pod.parse(one(all, 'StatefulSet')).spec;
    const labels = set.template.metadata.labels;
    expect(labels).toMatchObject(set.selector.matchLabels);
    expect(one(all, 'Service')).toMatchObject({
      spec: { selector: set.selector.matchLabels, ports: [{ name: 'metrics' }] },
    });
    const selector = { matchLabels: set.selector.matchLabels };
    expect(one(all, 'Service').metadata.labels).toMatchObject(selector.matchLabels);
    expect(one(all, 'ServiceMonitor')).toMatchObject({
      metadata: { labels: { release: 'stack' } },
      spec: {
        selector,
        jobLabel: 'app.kubernetes.io/name',
        endpoints: [{ port: 'metrics', scheme: 'https', tlsConfig: { insecureSkipVerify: true } }],
      },
    });
    expect(one(all, 'PodDisruptionBudget')).toMatchObject({ spec: { maxUnavailable: 1, selector } });
    expect(one(all, 'NetworkPolicy')).toMatchObject({
      spec: {
        podSelector: selector,
        policyTypes: ['Ingress', 'Egress'],
        ingress: [{ from: everything.networkPolicy.from }],
      },
    });
    expect(JSON.stringify(one(all, 'NetworkPolicy'))).toContain('{"port":53,"protocol":"UDP"}');
  });

  test('a pod monitor finds the pods by the same labels, under the job that the alerts look for', async () => {
    const all = await rendered({ ...needed, podMonitor: { enabled: true } });
    const monitor = one(all, 'PodMonitor');
    expect(monitor).toMatchObject({
      spec: { jobLabel: 'app.kubernetes.io/name', podMetricsEndpoints: [{ port: 'metrics', scheme: 'http' }] },
    });
    const { labels } = pod.parse(one(all, 'StatefulSet')).spec.template.metadata;
    const alerts = await readFile(join(projectFolder, 'deploy/prometheus/rules/alerts.yml'), 'utf8');
    const job = /up\{job=~"(\.\*pbx-exporter.+?)"\}/.exec(alerts)?.[1] ?? '';
    expect(labels['app.kubernetes.io/name']).toMatch(new RegExp(`^(?:${job})$`));
  });

  test('the rules are those of deploy/prometheus, less what is not wanted', async () => {
    const rule = groups.parse(
      z.object({ spec: z.unknown() }).parse(one(await rendered(everything), 'PrometheusRule')).spec,
    );
    const wanted = await Promise.all(
      (await readdir(join(projectFolder, 'deploy/prometheus/rules'))).toSorted().map(async (file) => {
        const all = groups.parse(
          parse(await readFile(join(projectFolder, 'deploy/prometheus/rules', file), 'utf8')),
        ).groups;
        return all.map((group) => ({
          ...group,
          rules: group.rules.filter(({ alert }) => alert !== 'PbxRoundtripHigh'),
        }));
      }),
    );
    expect(rule.groups).toEqual(wanted.flat());
    expect(JSON.stringify(rule)).toContain('{{ $labels.pbx }}');
  });

  test('the dashboards are the files of grafana/, one ConfigMap each', async () => {
    const maps = (await rendered(everything)).filter(({ kind }) => kind === 'ConfigMap');
    const files = (await readdir(join(projectFolder, 'grafana'))).filter((name) => name.endsWith('.json'));
    expect(maps).toHaveLength(files.length);
    for (const map of maps) {
      expect(map.metadata).toMatchObject({
        namespace: 'grafana',
        labels: { grafana_dashboard: '1' },
        annotations: { grafana_folder: 'PBX' },
      });
      const [[name, text] = ['', '']] = Object.entries(
        z.object({ data: z.record(z.string(), z.string()) }).parse(map).data,
      );
      expect(text).toBe(await readFile(join(projectFolder, 'grafana', name.replace('pbx-', '')), 'utf8'));
    }
  });

  test.each([
    ['no image', { config: needed.config }, /image\.repository is needed/],
    ['no configuration', { image: needed.image }, /config\.existingSecret .* is needed/],
    [
      'two configurations',
      { ...needed, config: { existingSecret: 'a', content: { targets: [] } } },
      /only one of them/,
    ],
    ['two monitors', { ...needed, serviceMonitor: { enabled: true }, podMonitor: { enabled: true } }, /counted twice/],
    ['a key that does not exist', { ...needed, replicas: 2 }, /replicas/],
  ])('%s is refused with words that help', async (_, values, message) => {
    const result = await helm('template', values);
    expect(result.code).not.toBe(0);
    expect(result.stderr).toMatch(message);
  });

  test('the chart of a release names its image by digest, and renders without the folders beside it', async () => {
    const digest = `sha256:${'0123abcd'.repeat(8)}`;
    // The script runs `helm` from the PATH.
    await writeFile(join(folder, 'helm'), `#!/bin/sh\nexec ${projectFolder}test/testbed/renderers helm "$@"\n`, {
      mode: 0o755,
    });
    const environment = { GITHUB_REPOSITORY: 'Example/pbx-exporter', PATH: `${folder}:${process.env['PATH'] ?? ''}` };
    const packaged = await run('deploy/release/chart', ['package', folder, digest], { environment });
    expect(packaged).toMatchObject({ code: 0 });
    const file = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? '';
    const values = ['--set', 'config.existingSecret=a,dashboards.enabled=true,prometheusRule.enabled=true'];
    const result = await testbed('renderers', ['helm', 'template', 'site', join(folder, file), ...values]);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toContain(`image: "ghcr.io/example/pbx-exporter@${digest}"`);
    expect(result.stdout).toContain('alert: PbxDown');
    expect(result.stdout).toContain('pbx-fleet.json: |');
  });

  test('kustomize takes deploy/kubernetes: the same kinds, the image of the version, three dashboards or more', async () => {
    const result = await testbed('renderers', ['kubectl', 'kustomize', 'deploy/kubernetes']);
    expect(result).toMatchObject({ code: 0 });
    const all = parseAllDocuments(result.stdout).map((document) => manifest.parse(document.toJS()));
    const kinds = new Set(all.map(({ kind }) => kind));
    expect([...kinds].toSorted()).toEqual(['ConfigMap', 'PrometheusRule', 'Service', 'ServiceMonitor', 'StatefulSet']);
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(await readFile(join(projectFolder, 'package.json'), 'utf8')));
    expect(pod.parse(one(all, 'StatefulSet')).spec.template.spec.containers[0].image).toMatch(
      new RegExp(`:${version}$`),
    );
  });
});

const pod = z.object({
  spec: z.object({
    selector: z.object({ matchLabels: z.record(z.string(), z.string()) }),
    volumeClaimTemplates: z.array(z.unknown()).optional(),
    template: z.object({
      metadata: z.object({ labels: z.record(z.string(), z.string()) }),
      spec: z.looseObject({
        containers: z.tuple([
          z.looseObject({
            image: z.string(),
            args: z.array(z.string()),
            volumeMounts: z.array(
              z.object({ name: z.string(), mountPath: z.string(), readOnly: z.boolean().optional() }),
            ),
          }),
        ]),
        volumes: z.array(
          z.looseObject({ name: z.string(), secret: z.object({ secretName: z.string() }).loose().optional() }),
        ),
      }),
    }),
  }),
});
const groups = z.object({
  groups: z.array(z.looseObject({ name: z.string(), rules: z.array(z.looseObject({ alert: z.string().optional() })) })),
});
