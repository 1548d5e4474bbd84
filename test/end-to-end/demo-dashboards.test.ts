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
import { type PrometheusServer, type Series, startPrometheusIn } from './prometheus-server.ts';
import { freePort, instances, projectFolder } from './testbed.ts';

/** Panels without data in a new demo: they need an hour of data, changes or failures. */
const unseen: ReadonlySet<string> = new Set([
  'fleet.json Changes of trunk states',
  'fleet.json Suspended logins',
  'pbx.json Failures by reason',
  'pbx.json Logins and rows left out',
  'pbx.json Upcoming expiry dates',
  'manager.json PBXs',
  'manager.json Phones with most changes',
  'manager.json Trunks with most changes',
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
    prometheus = await startPrometheusIn(folder, { prometheus: port, alertmanager }, instances.prometheus);
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

  // Phones of the demo come and go, so each query is repeated until it has the expected result.
  test('which firmware runs where', async () => {
    const old = 'DeskSet/1.12.0';
    let where: readonly string[] = [];
    await eventually('the old firmware is seen on four PBXs', async () => {
      const rows = await panels.series('fleet.json', 'Which firmware runs where');
      where = rows.flatMap(({ labels }) => (labels['user_agent'] === old ? [labels['pbx'] ?? ''] : []));
      return where.length === 4;
    });
    expect(where.toSorted()).toEqual(['demo-asterisk', 'demo-freeswitch', 'demo-mikopbx', 'demo-portsip']);
    await eventually('it is counted over all PBXs', async () => {
      const counted = await panels.series('manager.json', 'Devices and their firmware');
      return counted.some(({ labels }) => labels['user_agent'] === old);
    });
    await eventually('a phone is found with its device', async () => {
      const found = await panels.series('phone.json', 'Devices', await panels.searching('1001'));
      return found.some(({ labels }) => labels['user_agent'] === 'ExamplePhone/4.2.1');
    });
  });

  test.each([
    ['fleet.json', {}],
    ['manager.json', {}],
    ['pbx.json', { pbx: 'demo-mikopbx' }],
  ] as const)('which PBX is near its limit: %s', async (file, choices) => {
    let near: readonly Series[] = [];
    await eventually('a share of a limit is shown', async () => {
      const answers = await panels.series(file, 'Current usage of limits', choices);
      near = answers.filter(({ samples: [last] }) => last !== undefined && last.value >= 0.9 && last.value < 1);
      return near.length > 0;
    });
    expect(near.map(({ labels }) => labels)).toMatchObject([{ pbx: 'demo-mikopbx', resource: 'disk_bytes' }]);
    expect(near[0]?.samples[0]?.value).toBeCloseTo(0.92, 4);
  });

  test.each(['fleet.json', 'manager.json'])('which certificate, and which licence, ends next: %s', async (file) => {
    const wanted = [
      { pbx: 'demo-yeastar-p', kind: 'certificate', days: 9 },
      { pbx: 'demo-webitel-modern', kind: 'license', days: 21 },
      { pbx: 'demo-mikopbx', kind: 'certificate', days: 58 },
      { pbx: 'demo-webitel-modern', kind: 'certificate', days: 82 },
      { pbx: 'demo-portsip', kind: 'certificate', days: 230 },
    ];
    let left: readonly (typeof wanted)[number][] = [];
    await eventually('everything that ends is shown', async () => {
      const answers = await panels.series(file, 'Upcoming expiry dates');
      left = answers.flatMap(({ labels: { pbx = '', kind = '' }, samples: [last] }) => {
        const days = Math.floor((last?.value ?? 0) / 86_400);
        return days < 1_000 ? [{ pbx, kind, days }] : [];
      });
      return left.length === wanted.length;
    });
    expect(left.toSorted((one, other) => one.days - other.days)).toEqual(wanted);
  });

  test('every other panel has something to show, but for those of troubles and of times that the demo has not seen', async () => {
    const phones = await panels.searching('1001');
    const pages: readonly (readonly [string, Choices])[] = [
      ['fleet.json', {}],
      ['pbx.json', { pbx: 'demo-asterisk' }],
      ['manager.json', {}],
      ['phone.json', phones],
    ];
    let pending = pages.flatMap(([file, choices]) =>
      shownPanels(readDashboard(file))
        .filter(({ title }) => !unseen.has(`${file} ${title}`))
        .map(({ title }) => ({ file, title, choices })),
    );
    await eventually(
      'every panel has data',
      async () => {
        const found = await Promise.all(pending.map(({ file, title, choices }) => panels.series(file, title, choices)));
        pending = pending.filter((_, index) => found[index]?.length === 0);
        return pending.length === 0;
      },
      () => pending.map(({ file, title }) => `${file}: ${title}`).join('\n'),
    );
    expect(pending).toEqual([]);
  });
});
