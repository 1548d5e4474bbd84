import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from 'bcrypt';
import { expect, onTestFinished, test } from 'vitest';
import { retry, type RetryOptions } from '../../src/commands/retry.ts';
import { Secret } from '../../src/config/secret.ts';
import { retryRoute } from '../../src/server/management.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { fakeFleet, fakePbxTarget, friendlyPbx, serveRoutes } from '../support/web-bench.ts';
import { openWebConfig } from '../../src/server/web-config/web-config.ts';

/** Runs the command; returns its output and exit code. */
async function run(options: RetryOptions) {
  const said = { out: '', error: '' };
  const code = await retry(options, {
    out: (text) => (said.out += text),
    error: (text) => (said.error += text),
    colour: false,
    watched: false,
  });
  return { code, ...said };
}

/** Starts an exporter with one PBX that refuses every login. */
async function exporter(web = openWebConfig) {
  const clock = createHandClock();
  const refusing = fakePbxTarget(clock, 'hq', () => ({ status: 401 }));
  const { fleet } = fakeFleet(clock, [refusing, fakePbxTarget(clock, 'good & well', friendlyPbx)]);
  return serveRoutes([retryRoute({ fleet: () => fleet, clock })], undefined, web);
}

test('prints the answer of the exporter; exit code 0 when the PBX is up', async () => {
  const exporterUrl = await exporter();
  expect(await run({ name: 'good & well', exporterUrl })).toEqual({ code: 0, out: 'good & well: up.\n', error: '' });
  expect(await run({ name: 'hq', exporterUrl })).toMatchObject({
    code: 1,
    error: expect.stringContaining('hq: tried, and still down: session_lost'),
  });
  expect(await run({ name: 'no', exporterUrl })).toMatchObject({
    code: 1,
    error: expect.stringContaining('Targets: hq, good & well'),
  });
});

test('logs in to an exporter that asks for it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'retry-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const passwordFile = join(folder, 'admin');
  writeFileSync(passwordFile, 'geheim\n');
  const users = new Map([['admin', new Secret(await hash('geheim', 4))]]);
  const exporterUrl = await exporter({ ...openWebConfig, users });
  const name = 'good & well';
  expect((await run({ name, exporterUrl })).error).toContain('--username and --password.file');
  expect(await run({ name, exporterUrl, username: 'admin', passwordFile })).toMatchObject({ code: 0 });
  expect((await run({ name, exporterUrl, username: 'other', passwordFile })).error).toContain('refused this user name');
});

/** Each mistake and its message. */
const mistakes: readonly (readonly [string, Partial<RetryOptions>, RegExp])[] = [
  ['no name', { name: undefined }, /^Specify a target/],
  ['an address that is none', { exporterUrl: 'localhost:10560' }, /--exporter\.url: .*http:\/\/HOST:10560/],
  [
    'an address that would be read as another one',
    { exporterUrl: 'http://127.000.000.010:1' },
    /--exporter\.url: .* 127\.000\.000\.010 would be read as 127\.0\.0\.8/,
  ],
  ['nothing that listens', { exporterUrl: 'http://127.0.0.1:1' }, /No exporter is running at http:\/\/127\.0\.0\.1:1/],
  ['half an account', { username: 'admin' }, /must be used together/],
  [
    'a password file that is not there',
    { username: 'a', passwordFile: '/nowhere/file' },
    /--password\.file: the file \/nowhere\/file does not exist/,
  ],
  [
    'certificates that are not there',
    { caFile: '/nowhere/ca.pem' },
    /--ca\.file: the file \/nowhere\/ca\.pem does not exist/,
  ],
];

test.each(mistakes)('%s', async (_what, options, said) => {
  const { code, error } = await run({ name: 'hq', exporterUrl: 'http://127.0.0.1:1', ...options });
  expect([code, error]).toEqual([1, expect.stringMatching(said)]);
});

test('says that TLS is not spoken, and that another program or an older exporter answers', async () => {
  const plain = await serveRoutes([]);
  expect((await run({ name: 'hq', exporterUrl: plain.replace('http:', 'https:') })).error).toContain(
    'does not use TLS',
  );
  expect((await run({ name: 'hq', exporterUrl: plain })).error).toContain('an older version');
});
