import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { createYeastarSSimulator } from '../../../src/simulator/yeastar/index.ts';

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** Starts a command that runs one round against a simulated PBX, as a separate process. */
async function start(...command: readonly string[]) {
  const pbx = createYeastarSSimulator({ clock: systemClock, peers: 3, trunks: 1 });
  const url = await pbx.start();
  const folder = mkdtempSync(join(tmpdir(), 'pbx-exporter-test-'));
  const { username, password } = pbx.account as { username: string; password: string };
  writeFileSync(
    join(folder, 'exporter.yml'),
    `targets:\n  - { name: hq, family: yeastar-s, url: '${url.href}', username: ${username}, password: '${password}' }\n`,
  );
  const child = spawn(process.execPath, [main, ...command, '--config.file', 'exporter.yml'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await pbx.stop();
    rmSync(folder, { recursive: true });
  });
  let errors = '';
  child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
  const ended = once(child, 'close').then(([code]: unknown[]) => code);
  return { pbx, child, ended, errors: () => errors };
}

test('a reader that has seen enough (| head) is no error: the round ends as it would, logout included', async () => {
  const { pbx, child, ended, errors } = await start('once', 'hq');
  child.stdout.destroy();
  expect(await ended).toBe(0);
  expect(errors()).not.toContain('unexpected');
  expect(pbx.ledger.sessionsEnded.logout).toBe(1);
});

test.each([
  ['once', 'SIGINT'],
  ['capture', 'SIGTERM'],
] as const)('%s that is interrupted (%s) logs out and shows nothing', async (command, signal) => {
  const { pbx, child, ended, errors } = await start(command, 'hq');
  await pbx.faults.set({ kind: 'hang' }, { matches: ({ path }) => path.includes('extension') });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  await expect.poll(() => pbx.ledger.faults['hang'] ?? 0).toBe(1);
  child.kill(signal);
  expect(await ended).toBe(1);
  expect(pbx.ledger.sessionsEnded.logout).toBe(1);
  expect(output).toBe('');
  expect(errors().replace(/^Polling .*\n/, '')).toBe('');
});
