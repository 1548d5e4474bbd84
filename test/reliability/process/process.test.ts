import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hash } from 'bcrypt';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { startPbx } from '../../support/exporter-bench.ts';
import { receiveNotifications } from '../../support/notify-receiver.ts';

const main = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'process-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Running {
  readonly child: ChildProcess;
  /** Returns its output so far. */
  readonly output: () => string;
  /** Resolves when the output contains this text that many times. */
  readonly wrote: (text: string, times?: number) => Promise<void>;
}

function start(...flags: readonly string[]): Running {
  return startWith({}, ...flags);
}

function startWith(variables: Readonly<Record<string, string>>, ...flags: readonly string[]): Running {
  const all = ['--config.file', join(folder, 'exporter.yml'), '--web.listen-address', '127.0.0.1:0', ...flags];
  const child = spawn(process.execPath, [main, ...all], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...variables },
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString('utf8')));
  child.stderr.on('data', (data: Buffer) => (output += data.toString('utf8')));
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    child,
    output: () => output,
    async wrote(text, times = 1) {
      await expect.poll(() => output.split(text).length - 1).toBeGreaterThanOrEqual(times);
    },
  };
}

const portOf = (output: string): string => /address=127\.0\.0\.1:(\d+)/.exec(output)?.[1] ?? 'no port';

describe('the program', () => {
  test('with a bad web configuration ends with exit code 1 and the list of problems of both files', async () => {
    writeFileSync(join(folder, 'exporter.yml'), 'targets: []\n');
    writeFileSync(join(folder, 'web.yml'), 'basic_auth_users: { a: hunter2 }\nrate_limit: { burst: 1 }\n');
    const { child, output } = start('--web.config.file', join(folder, 'web.yml'));
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    expect(output()).toContain('exporter.yml:1:10: ');
    expect(output()).toContain('web.yml:1:24: this is not a bcrypt hash');
    expect(output()).toContain('web.yml:2:1: rate_limit is not supported');
    expect(output()).not.toContain('hunter2');
  });

  test('takes a SIGHUP of its first moments for a reload, once it runs', async () => {
    const file = join(folder, 'exporter.yml');
    execFileSync('mkfifo', [file]);
    const { child, wrote } = start();
    // The pipe opens when the program starts to read its configuration, long before it listens.
    const configuration = await open(file, 'w');
    child.kill('SIGHUP');
    await configuration.writeFile(
      "targets: [{ name: hq, family: asterisk, url: 'http://127.0.0.1:9', username: a, password: b }]\n",
    );
    rmSync(file);
    writeFileSync(file, 'targets: []\n');
    await configuration.close();
    await wrote('msg=listening');
    await wrote('configuration not reloaded, keeping the current one');
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
  });

  test('tells the service manager that it listens, that it goes on, that it reloads and that it stops', async () => {
    const { target } = await startPbx(systemClock);
    writeFileSync(join(folder, 'exporter.yml'), `targets:\n${target('hq')}`);
    const { received } = receiveNotifications(join(folder, 'notify'));
    const told = async (...messages: readonly string[]): Promise<void> => {
      await expect.poll(received).toEqual(expect.arrayContaining([...messages]));
    };
    const variables = { NOTIFY_SOCKET: join(folder, 'notify'), WATCHDOG_USEC: '100000' };
    const { child, output, wrote } = startWith(variables);
    await told('READY=1');
    expect(output()).toContain('msg=listening');
    await told('WATCHDOG=1');
    child.kill('SIGHUP');
    await wrote('configuration reloaded');
    const closed = once(child, 'close');
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
    const order = received().filter((message) => message !== 'WATCHDOG=1');
    const reloading: unknown = expect.stringMatching(/^RELOADING=1\nMONOTONIC_USEC=\d+$/);
    expect(order).toEqual(['READY=1', reloading, 'READY=1', 'STOPPING=1']);
  });

  test('reloads both files on SIGHUP, and logs out on SIGTERM', async () => {
    const { pbx, target } = await startPbx(systemClock);
    const [one, two] = [await hash('first password', 4), await hash('second password', 4)];
    writeFileSync(join(folder, 'exporter.yml'), `targets:\n${target('hq')}`);
    writeFileSync(join(folder, 'web.yml'), `basic_auth_users: { prometheus: '${one}' }\n`);
    const { child, output, wrote } = start('--web.config.file', join(folder, 'web.yml'));
    await wrote('target is up');
    const ask = (password: string, path = '/sd'): Promise<Response> => {
      const authorization = `Basic ${Buffer.from(`prometheus:${password}`).toString('base64')}`;
      return fetch(`http://127.0.0.1:${portOf(output())}${path}`, { headers: { authorization } });
    };
    expect((await ask('first password')).status).toBe(200);

    // The files are independent: an invalid one does not prevent the reload of the other.
    writeFileSync(join(folder, 'exporter.yml'), `targets:\n${target('hq')}${target('second')}`);
    writeFileSync(join(folder, 'web.yml'), 'basic_auth_users: { prometheus: nonsense }\n');
    child.kill('SIGHUP');
    await wrote('web configuration not reloaded, keeping the current one');
    await wrote('target is up', 2);
    expect(await (await ask('first password')).json()).toHaveLength(2);
    expect(await (await ask('first password', '/metrics')).text()).toContain('last_reload_successful 0');

    writeFileSync(join(folder, 'exporter.yml'), 'targets: []\n');
    writeFileSync(join(folder, 'web.yml'), `basic_auth_users: { prometheus: '${two}' }\n`);
    child.kill('SIGHUP');
    await wrote('msg="configuration not reloaded, keeping the current one"');
    expect((await ask('first password')).status).toBe(401);
    expect(await (await ask('second password')).json()).toHaveLength(2);
    expect(await (await ask('second password', '/metrics')).text()).toContain('last_reload_successful 0');

    writeFileSync(join(folder, 'exporter.yml'), `targets:\n${target('hq')}${target('second')}`);
    child.kill('SIGHUP');
    await wrote('msg="configuration reloaded"', 2);
    expect(await (await ask('second password', '/metrics')).text()).toContain('last_reload_successful 1');

    const closed = once(child, 'close');
    child.kill('SIGTERM');
    expect(await closed).toEqual([0, null]);
    expect(pbx.ledger.sessionsEnded.logout).toBe(2);
  });
});
