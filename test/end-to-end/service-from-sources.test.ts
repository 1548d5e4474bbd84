import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { eventually } from './eventually.ts';
import {
  type CommandResult,
  describe as describeResult,
  freePort,
  projectFolder,
  run,
  testbed,
  testbedOutput,
} from './testbed.ts';

const unavailable = inject('unavailable')['debian-root'];
const root = 'end-to-end-sources';
const sources = '/usr/local/src/pbx-exporter';
const settings = '/etc/pbx-exporter';

const script = join(projectFolder, 'test/testbed/debian-root');
const inside = (...command: string[]): Promise<CommandResult> =>
  run(script, ['run', root, ...command], { timeoutMs: 900_000 });
const asService = (...command: string[]): Promise<CommandResult> =>
  testbed('debian-root', ['run-as', root, 'pbx-exporter', ...command]);

describe.skipIf(unavailable !== '')('a service from the sources on a bare Debian 12, as the documentation says', () => {
  let folder: string;

  beforeAll(async () => {
    folder = (await testbedOutput('debian-root', ['new', root])).trim();
    const copy = join(folder, sources);
    await mkdir(copy, { recursive: true });
    await run('sh', ['-c', `git -C "${projectFolder}" archive HEAD | tar -x -C "${copy}"`]);
    // If this machine reaches the registry through a proxy, the container must also trust the certificate authority of the proxy.
    const authorities = process.env['NODE_EXTRA_CA_CERTS'];
    if (authorities !== undefined) await copyFile(authorities, join(folder, 'tmp/authorities.pem'));
    const trust = authorities === undefined ? '' : 'export NODE_EXTRA_CA_CERTS=/tmp/authorities.pem;';
    for (const step of [
      'apt-get -qq update && apt-get install -y -qq --no-install-recommends npm > /dev/null',
      `${trust} npm ci --no-audit --no-fund && npm run build && deploy/systemd/install`,
    ]) {
      const result = await inside('sh', '-c', `cd ${sources}; ${step}`);
      if (result.code !== 0) throw new Error(`${step} ended with ${describeResult(result)}`);
    }
    return async () => {
      await testbed('debian-root', ['rm', root]);
    };
  }, 1_500_000);

  const unitLine = async (key: string): Promise<string> => {
    const unit = await readFile(join(folder, 'etc/systemd/system/pbx-exporter.service'), 'utf8');
    return new RegExp(`^${key}=(.*)$`, 'mu').exec(unit)?.[1] ?? '';
  };

  test('brings its own Node.js, nothing that only builds need, and needs neither the sources nor npm', async () => {
    const version = await inside('/opt/pbx-exporter/bin/node', '--version');
    expect(Number(/^v(\d+)/u.exec(version.stdout)?.[1])).toBeGreaterThanOrEqual(22);
    expect((await inside('node', '--version')).stdout).toMatch(/^v18\./u);
    expect((await inside('ls', '/opt/pbx-exporter/node_modules')).stdout).not.toMatch(/typescript$|vitest|^node$/mu);
    expect(await inside('rm', '-rf', sources)).toMatchObject({ code: 0 });
  });

  test('starts as its user, with the line that opens it and a secret beside the configuration', async () => {
    const port = await freePort();
    const pbx = `{ name: hq, family: asterisk, url: 'http://127.0.0.1:9', username: api, password_file: secrets/hq }`;
    await writeFile(join(folder, settings, 'exporter.yml'), `targets: [${pbx}]\n`);
    const secret = `${settings}/secrets/hq`;
    await inside('sh', '-c', `echo s3cret > ${secret}; chown root:pbx-exporter ${secret}; chmod 640 ${secret}`);
    expect(await asService(...(await unitLine('ExecStartPre')).split(' '))).toMatchObject({ code: 0 });
    expect(await unitLine('Environment')).toBe('LISTEN_ADDRESS=127.0.0.1:10560');
    expect(await unitLine('EnvironmentFile')).toBe(`-${settings}/environment`);
    await inside('install', '-d', '-m', '700', '-o', 'pbx-exporter', '/var/lib/pbx-exporter');
    const command = (await unitLine('ExecStart'))
      .split(' ')
      .map((word) => (/LISTEN_ADDRESS/u.test(word) ? `:${port}` : word));
    const service: ChildProcess = spawn(script, ['run-as', root, 'pbx-exporter', ...command], { stdio: 'ignore' });
    try {
      await eventually('the metrics of the service', async () => {
        const answer = await fetch(`http://127.0.0.1:${port}/metrics`).catch(() => undefined);
        return (await answer?.text())?.includes('pbx_up{pbx="hq"} 0') === true;
      });
      const documented = await fetch(`http://127.0.0.1:${port}/family?name=asterisk`);
      expect(documented.status).toBe(200);
    } finally {
      service.kill('SIGTERM');
    }
    expect(await once(service, 'exit')).toEqual([0, null]);
  });
});
