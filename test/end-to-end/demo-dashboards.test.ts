import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { readDashboard, shownPanels } from '../support/dashboard-file.ts';
import type { Choices } from '../support/grafana-variables.ts';
import { writeDeployedFiles } from './deployed-files.ts';
import { eventually } from './eventually.ts';
import { panelAnswers } from './panel-answers.ts';
import { type PrometheusServer, startPrometheusIn } from './prometheus-server.ts';
import { freePort, instances, projectFolder } from './testbed.ts';

/** What is recorded only once a whole hour, or a change, was seen. */
const needsHours = new Set([
  'manager.json PBXs',
  'manager.json Most restless trunks',
  'manager.json Most restless phones',
]);

describe.skipIf(inject('unavailable').prometheus !== '')('the dashboards of the demo', () => {
  let demo: ChildProcess;
  let folder: string;
  let prometheus: PrometheusServer;
  const panels = panelAnswers(() => prometheus);

  beforeAll(async () => {
    const [exporter, port, alertmanager] = [await freePort(), await freePort(), await freePort()];
    demo = spawn(process.execPath, ['dist/main.js', 'demo', '--web.listen-address', `127.0.0.1:${exporter}`], {
      cwd: projectFolder,
      stdio: 'ignore',
    });
    process.once('exit', () => demo.kill('SIGKILL'));
    folder = await mkdtemp(join(tmpdir(), 'end-to-end-demo-'));
    const addresses = {
      exporter: `127.0.0.1:${exporter}`,
      alertmanager: `127.0.0.1:${alertmanager}`,
      webhook: 'http://127.0.0.1:9/',
    };
    await writeDeployedFiles(folder, addresses, 'prometheus.yml');
    prometheus = await startPrometheusIn(folder, { prometheus: port, alertmanager }, instances.dashboards);
    await eventually('every PBX of the demo but the one that is off is up, and has its disk measured', async () => {
      const up = await prometheus.value('sum(pbx_up)');
      return up === 9 && (await prometheus.value('count(pbx_limit{resource="disk_bytes"})')) === 1;
    });
  });

  afterAll(async () => {
    await prometheus.close();
    const ended = once(demo, 'exit');
    demo.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true });
  });

  test('which firmware runs where', async () => {
    const rows = await panels.series('fleet.json', 'Which firmware runs where');
    const where = rows.flatMap(({ labels }) =>
      labels['user_agent'] === 'DeskSet/1.12.0' ? [labels['pbx'] ?? ''] : [],
    );
    expect(where.toSorted()).toEqual(['demo-asterisk', 'demo-freeswitch', 'demo-mikopbx', 'demo-portsip']);
    const counted = await panels.series('manager.json', 'Devices and their firmware');
    expect(new Set(counted.map(({ labels }) => labels['user_agent']))).toEqual(
      new Set(rows.map(({ labels }) => labels['user_agent'])),
    );
    const searched = await panels.searching('1001');
    const found = await panels.series('phone.json', 'Devices', searched);
    expect(found.map(({ labels }) => labels['user_agent'])).toContain('ExamplePhone/4.2.1');
  });

  test('which PBX is near its limit', async () => {
    for (const [file, choices] of [
      ['fleet.json', {}],
      ['manager.json', {}],
      ['pbx.json', { pbx: 'demo-mikopbx' }],
    ] as const) {
      const answers = await panels.series(file, 'Used of what there is, now', choices);
      const shares = answers.filter(({ samples }) => (samples[0]?.value ?? 2) <= 1);
      const near = shares.filter(({ samples }) => (samples[0]?.value ?? 0) >= 0.9);
      expect(near.map(({ labels }) => labels)).toMatchObject([{ pbx: 'demo-mikopbx', resource: 'disk_bytes' }]);
      expect(near[0]?.samples[0]?.value).toBeCloseTo(0.92, 4);
    }
  });

  test('which certificate, and which licence, ends next', async () => {
    for (const file of ['fleet.json', 'manager.json']) {
      const answers = await panels.series(file, 'What ends when');
      const left = answers.flatMap(({ labels, samples }) => {
        const days = Math.floor((samples[0]?.value ?? 0) / 86_400);
        return days < 1_000 ? [{ pbx: labels['pbx'], kind: labels['kind'], days }] : [];
      });
      expect(left.toSorted((one, other) => one.days - other.days)).toEqual([
        { pbx: 'demo-yeastar-p', kind: 'certificate', days: 9 },
        { pbx: 'demo-mikopbx', kind: 'certificate', days: 58 },
        { pbx: 'demo-webitel-modern', kind: 'certificate', days: 82 },
        { pbx: 'demo-portsip', kind: 'certificate', days: 230 },
      ]);
    }
    expect(await panels.series('pbx.json', 'What ends when', { pbx: 'demo-mikopbx' })).toHaveLength(2);
  });

  test('every other panel has something to show, but for those of troubles and of times that the demo has not seen', async () => {
    const phones = await panels.searching('1001');
    const pages: readonly (readonly [string, Choices])[] = [
      ['fleet.json', {}],
      ['pbx.json', { pbx: 'demo-asterisk' }],
      ['manager.json', {}],
      ['phone.json', phones],
    ];
    const quiet = new Set(['Changes of trunk states', 'Suspended logins', 'Failures by reason', 'What ends when']);
    const wanted = pages.flatMap(([file, choices]) =>
      shownPanels(readDashboard(file))
        .filter(({ title }) => !quiet.has(title) && !needsHours.has(`${file} ${title}`))
        .map(({ title }) => ({ file, title, choices })),
    );
    let empty: readonly string[] = [];
    await eventually(
      'every panel has data',
      async () => {
        const found = await Promise.all(wanted.map(({ file, title, choices }) => panels.series(file, title, choices)));
        empty = wanted.flatMap(({ file, title }, index) => (found[index]?.length === 0 ? [`${file}: ${title}`] : []));
        return empty.length === 0;
      },
      () => empty.join('\n'),
    );
  });
});
