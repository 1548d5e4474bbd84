import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import { createYeastarSSimulator } from '../../src/simulator/yeastar-s/index.ts';

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

test('a reader that has seen enough (| head) is no error: the round ends as it would, logout included', async () => {
  const pbx = createYeastarSSimulator({ clock: systemClock, peers: 3, trunks: 1 });
  const url = await pbx.start();
  const folder = mkdtempSync(join(tmpdir(), 'pbx-exporter-test-'));
  const { username, password } = pbx.account as { username: string; password: string };
  writeFileSync(
    join(folder, 'exporter.yml'),
    `targets:\n  - { name: hq, family: yeastar-s, url: '${url.href}', username: ${username}, password: '${password}' }\n`,
  );
  const child = spawn(process.execPath, [main, 'once', 'hq', '--config.file', join(folder, 'exporter.yml')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await pbx.stop();
    rmSync(folder, { recursive: true });
  });
  child.stdout.destroy();
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  expect(errors.split('\n').filter((line) => line.includes('unexpected'))).toEqual([]);
  expect(code).toBe(0);
  expect(pbx.ledger.sessionsEnded.logout).toBe(1);
});
