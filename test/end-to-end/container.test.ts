import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { accounts, type AsteriskPair, pbxUrl, startAsteriskPair } from './asterisk-pair.ts';
import { soon } from './eventually.ts';
import { freePort, projectFolder, run, testbed, testbedOutput } from './testbed.ts';
import { nativeParts } from './native-parts.ts';

const { asterisk, container } = inject('unavailable');

const image = 'localhost/pbx-exporter:end-to-end';
const name = 'pbx-exporter-end-to-end';

/** Splits a command line whose words contain no quotes or spaces. */
const words = (commandLine: string): string[] => commandLine.split(' ');

/** Runs a podman command that must succeed; returns its output. */
const podman = async (...commandArguments: string[]): Promise<string> =>
  (await testbedOutput('container', ['podman', ...commandArguments])).trim();

describe.skipIf(asterisk !== '' || container !== '')('the container image', () => {
  let pair: AsteriskPair;
  let folder: string;
  let address: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'end-to-end-container-'));
    await chmod(folder, 0o755);
    address = `127.0.0.1:${await freePort()}`;
    await writeFile(join(folder, 'exporter.yml'), exporterFile);
    await testbed('container', ['podman', 'rm', '--force', '--ignore', name]);
    pair = await startAsteriskPair();
    const registry = (await run('npm', ['config', 'get', 'registry'])).stdout.trim();
    await testbedOutput('container', [
      'build',
      projectFolder,
      image,
      '--build-arg',
      `NPM_CONFIG_REGISTRY=${registry}`,
      '--build-arg',
      'REVISION=end-to-end',
    ]);
    const safe = '--read-only --read-only-tmpfs=false --cap-drop=ALL --security-opt=no-new-privileges';
    const health = `--env PBX_EXPORTER_HEALTH_URL=http://${address}/-/healthy`;
    const volume = `--volume ${folder}/exporter.yml:/etc/pbx-exporter/exporter.yml:ro`;
    const command = `serve --config.file /etc/pbx-exporter/exporter.yml --web.listen-address ${address}`;
    await podman(...words(`run --detach --name ${name} ${safe} ${health} ${volume} ${image} ${command}`));
    return async () => {
      await testbed('container', ['podman', 'rm', '--force', '--ignore', name]);
      await testbed('container', ['end']);
      await pair.close();
      await rm(folder, { recursive: true });
    };
  }, 600_000);

  test('answers /metrics with what it read from a real Asterisk', async () => {
    await expect.poll(() => metrics(address), soon).toMatch(/^pbx_peer_reachable\{pbx="lab",peer="1001"\} 1$/mu);
    expect(await metrics(address)).toMatch(/^pbx_up\{pbx="lab"\} 1$/mu);
  });

  test('its health check succeeds while it runs', async () => {
    expect(await podman('inspect', '--format', '{{.State.Status}}', name)).toBe('running');
    await podman('healthcheck', 'run', name);
  });

  test('its health check fails when nobody answers', async () => {
    const closed = `PBX_EXPORTER_HEALTH_URL=http://127.0.0.1:${await freePort()}/-/healthy`;
    const check = await podman('inspect', '--format', '{{json .Config.Healthcheck.Test}}', name);
    const [, ...command] = z.array(z.string()).parse(JSON.parse(check));
    expect(command[0]).toBe('node');
    const result = await testbed('container', ['podman', 'exec', '--env', closed, name, ...command]);
    expect(result.code).toBe(1);
  });

  test('runs as user 1000 without capabilities on a file system that cannot be written', async () => {
    const status = await podman('exec', name, 'node', '-p', 'require("fs").readFileSync("/proc/1/status", "utf8")');
    expect(status).toMatch(/^Uid:\s+1000\s+1000\s+1000\s+1000$/mu);
    expect(status).toMatch(/^CapEff:\s+0{16}$/mu);
    expect(status).toMatch(/^CapBnd:\s+0{16}$/mu);
    const write = await testbed('container', [
      'podman',
      'exec',
      name,
      'node',
      '-e',
      'require("fs").writeFileSync("/tmp/x", "")',
    ]);
    expect(write.code).not.toBe(0);
    expect(write.stderr).toContain('EROFS');
  });

  test('holds the run-time dependencies only, and no package manager', async () => {
    const list = 'console.log(require("fs").readdirSync("node_modules").join("\\n"))';
    const packages = (await podman('exec', name, 'node', '-e', list)).split('\n');
    expect(packages).toEqual(expect.arrayContaining(['got', 'p-limit', 'prom-client', 'yaml', 'zod']));
    expect(packages).not.toEqual(expect.arrayContaining(['node']));
    expect(packages).not.toEqual(expect.arrayContaining(['vitest']));
    expect(packages).not.toEqual(expect.arrayContaining(['typescript']));
    const npm =
      'console.log(["npm", "npx"].filter((tool) => require("fs").existsSync("/usr/local/bin/" + tool)).length)';
    expect(await podman('exec', name, 'node', '-e', npm)).toBe('0');
  });

  test('its native parts load: what was left out of them was not needed', async () => {
    expect(await podman('exec', name, 'node', '--input-type=module', '--eval', nativeParts('/opt/pbx-exporter'))).toBe(
      'yes',
    );
  });

  test('the configuration inside the image is one that the exporter accepts', async () => {
    const command = 'check --config.file /etc/pbx-exporter/exporter.yml';
    const result = await testbed('container', words(`podman run --rm --read-only --cap-drop=ALL ${image} ${command}`));
    expect(result).toMatchObject({ code: 0 });
  });

  test('SIGTERM ends it with exit code 0 within 10 s, logged out', async () => {
    const startedAt = Date.now();
    await podman('kill', '--signal', 'TERM', name);
    expect(await podman('wait', name)).toBe('0');
    expect(Date.now() - startedAt).toBeLessThan(10_000);
    expect(await pair.pbxConsole('manager show connected')).toContain('0 users connected');
  });
});

async function metrics(address: string): Promise<string> {
  try {
    return await (await fetch(`http://${address}/metrics`)).text();
  } catch (error) {
    return String(error);
  }
}

const exporterFile = `
scrape: { interval: 1s, timeout: 20s }
targets:
  - name: lab
    family: asterisk
    url: ${pbxUrl}
    username: ${accounts.exporter.username}
    password: ${accounts.exporter.password}
`;
