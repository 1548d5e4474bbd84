import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, inject, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { projectFolder, testbedOutput } from './testbed.ts';

const fileOf = (path: string): Promise<string> => readFile(join(projectFolder, path), 'utf8');
const groups = z.object({ groups: z.array(z.unknown()) });

test.skipIf(inject('unavailable').renderers !== '')(
  'jsonnet makes of the mixin the rules and the dashboards that are committed',
  async () => {
    const program = `local m = import '${projectFolder}deploy/mixin.libsonnet';
      { alerts: m.prometheusAlerts, rules: m.prometheusRules, dashboards: m.grafanaDashboards, folder: m.grafanaDashboardFolder }`;
    const output = z
      .object({
        alerts: groups,
        rules: groups,
        dashboards: z.record(z.string(), z.unknown()),
        folder: z.literal('PBX'),
      })
      .parse(JSON.parse(await testbedOutput('renderers', ['jsonnet', '--exec', program])));
    const files = (await readdir(join(projectFolder, 'grafana'))).filter((name) => name.endsWith('.json'));
    expect(Object.keys(output.dashboards).toSorted()).toEqual(files.map((name) => `pbx-${name}`).toSorted());
    for (const name of files)
      expect(output.dashboards[`pbx-${name}`]).toEqual(JSON.parse(await fileOf(`grafana/${name}`)));
    const recorded = ['dashboards.yml', 'recording.yml'];
    const recordings = await Promise.all(recorded.map((name) => fileOf(`deploy/prometheus/rules/${name}`)));
    expect(output.rules.groups).toEqual(recordings.flatMap((text) => groups.parse(parse(text)).groups));
    const others = (await readdir(join(projectFolder, 'deploy/prometheus/rules'))).filter(
      (name) => !recorded.includes(name),
    );
    const texts = await Promise.all(others.toSorted().map((name) => fileOf(`deploy/prometheus/rules/${name}`)));
    expect(output.alerts.groups).toEqual(texts.flatMap((text) => groups.parse(parse(text)).groups));
  },
);
