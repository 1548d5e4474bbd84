import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { dashboardNames, dashboardText, readDashboard } from '../support/dashboard-file.ts';
import { eventually, soon } from './eventually.ts';
import { panelAnswers } from './panel-answers.ts';
import { type RecordedPbx, type RecordingLab, startRecordingLab } from './recorded-pages.ts';
import { projectFolder, run } from './testbed.ts';

const hq: RecordedPbx = {
  name: 'hq',
  site: 'berlin',
  up: true,
  readAgo: 1,
  trunks: { carrier: 'registered' },
  peers: { '101': { reachable: true, roundtrip: 12_000 } },
};
const broken: RecordedPbx = { ...hq, trunks: { carrier: 'rejected' }, peers: { '101': { reachable: false } } };

describe.skipIf(inject('unavailable').prometheus !== '')('npm run dashboards -- --identity customer,pbx', () => {
  let folder: string;
  let lab: RecordingLab;
  const panels = panelAnswers(
    () => lab.prometheus,
    (file) => readDashboard(file, join(folder, 'grafana')),
  );

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'end-to-end-customers-'));
    for (const name of ['deploy', 'grafana', 'src', 'package.json']) {
      await cp(join(projectFolder, name), join(folder, name), { recursive: true });
    }
    await symlink(join(projectFolder, 'node_modules'), join(folder, 'node_modules'));
    const generate = ['--prefix', folder, 'run', 'dashboards', '--', '--identity', 'customer,pbx'];
    const generated = await run('npm', generate);
    if (generated.code !== 0) throw new Error(generated.stderr);
    const labels = ['{ customer: first }', '{ customer: second }'] as const;
    lab = await startRecordingLab({ rulesFolder: join(folder, 'deploy/prometheus/rules'), labels });
    lab.one.show([hq]);
    lab.other.show([broken]);
    await eventually(
      'both PBXs are recorded',
      async () =>
        (await lab.prometheus.history('pbx:trunk_not_in_service:since and on () (count(pbx:up:held) == 2)')).length > 0,
    );
  });

  afterAll(async () => {
    await lab.close();
    await rm(folder, { recursive: true });
  });

  test('the settings, all rules and all dashboards tell PBXs apart by both', async () => {
    expect(await readFile(join(folder, 'deploy/prometheus/settings.yml'), 'utf8')).toContain('[ customer, pbx ]');
    const rules = ['alerts.yml', 'recording.yml', 'dashboards.yml'].map((file) =>
      readFile(join(folder, 'deploy/prometheus/rules', file), 'utf8'),
    );
    const expressions = [
      ...(await Promise.all(rules)),
      ...dashboardNames.flatMap((file) => dashboardText(file, join(folder, 'grafana')).split('\n')),
    ].map((text) => text.replaceAll(/query_result\(count by \(pbx\)/g, ''));
    expect(expressions.filter((text) => /\b(by|on) \(pbx\b/.test(text))).toEqual([]);
  });

  test('two customers have a PBX of one name: each is counted, shown and found for itself', async () => {
    await expect.poll(() => panels.values('fleet.json', 'PBXs'), soon).toEqual([2]);
    await expect.poll(() => panels.values('fleet.json', 'PBXs', { customer: ['first'] }), soon).toEqual([1]);
    await expect.poll(() => panels.values('fleet.json', 'Trunks not in service'), soon).toEqual([1]);
    const down = await panels.series('fleet.json', 'Trunks not in service now');
    expect(down.map(({ labels: { customer, pbx } }) => ({ customer, pbx }))).toEqual([
      { customer: 'second', pbx: 'hq' },
    ]);
    await expect
      .poll(() => panels.values('pbx.json', 'Trunks not in service', { customer: 'first', pbx: 'hq' }), soon)
      .toEqual([0]);
    await expect
      .poll(() => panels.values('pbx.json', 'Trunks not in service', { customer: 'second', pbx: 'hq' }), soon)
      .toEqual([1]);
    await expect
      .poll(async () => panels.values('phone.json', 'Reachable', await panels.searching('101')), soon)
      .toEqual([0, 1]);
    await panels.everyQueryIsAccepted({});
    await panels.everyQueryIsAccepted({ customer: 'first', pbx: 'hq' });
  });

  test('a table of PBXs has the customer beside the name, and its links lead to that one', () => {
    const text = dashboardText('fleet.json', join(folder, 'grafana'));
    expect(text).toContain('var-customer=${__data.fields.customer:percentencode}');
    const tables = readDashboard('fleet.json', join(folder, 'grafana')).panels.filter(({ type }) => type === 'table');
    const columns = tables.flatMap(({ transformations = [] }) =>
      transformations.flatMap(({ id, options }) => (id === 'organize' ? [options['renameByName']] : [])),
    );
    const withPbx = columns.filter((one) => Object.hasOwn(one as object, 'pbx'));
    expect(withPbx.length).toBeGreaterThan(4);
    expect(withPbx.filter((one) => !Object.hasOwn(one as object, 'customer'))).toEqual([]);
  });
});
