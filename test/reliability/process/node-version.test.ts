import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

/** Runs `pbx-exporter --version` on a Node.js that reports the given version. */
function runOn(version: string) {
  const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } })`;
  return spawnSync(process.execPath, ['--import', `data:text/javascript,${pretend}`, main, '--version'], {
    encoding: 'utf8',
  });
}

test.each(['20.19.0', '22.17.1'])('Node.js %s is too old, and it says what to do', (version) => {
  const { status, stdout, stderr } = runOn(version);
  expect(status).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/^pbx-exporter needs Node\.js 22\.18 or newer; this is .*"npm start" uses the one that comes/);
});

test.each(['22.18.0', '23.0.0', '24.1.0'])('Node.js %s will do', (version) => {
  expect(runOn(version)).toMatchObject({ status: 0, stderr: '' });
});
