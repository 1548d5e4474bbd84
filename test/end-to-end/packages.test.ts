import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { soon } from './eventually.ts';
import { nativeParts } from './native-parts.ts';
import { copySources, git } from './source-copy.ts';
import { type CommandResult, freePort, projectFolder, run, testbed, testbedOutput } from './testbed.ts';

const unavailable = inject('unavailable')['debian-root'];
const root = 'end-to-end-packages';
const rpmRoot = 'end-to-end-packages-rpm';
const library = '/usr/lib/pbx-exporter';
const unit = '/usr/lib/systemd/system/pbx-exporter.service';
const configuration = '/etc/pbx-exporter/exporter.yml';

const inside = (name: string, ...command: string[]): Promise<CommandResult> =>
  testbed('debian-root', ['run', name, ...command]);
const asService = (...command: string[]): Promise<CommandResult> =>
  testbed('debian-root', ['run-as', root, 'pbx-exporter', ...command]);

/** Returns the value of a key in the systemd unit. */
async function unitLine(folder: string, key: string): Promise<string> {
  const text = await readFile(join(folder, unit), 'utf8');
  return new RegExp(`^${key}=(.*)$`, 'mu').exec(text)?.[1] ?? '';
}

describe.skipIf(unavailable !== '')('the packages on a bare Debian 12', () => {
  let out: string;
  let files: readonly string[];
  let folder: string;
  let copy: string;
  let revision: string;

  /** The copy is not a git repository: the commit comes from the environment. */
  const pack = async (...words: string[]): Promise<CommandResult> =>
    run('npm', ['--prefix', copy, 'run', '--silent', 'package', '--', ...words], {
      environment: { REVISION: revision, SOURCE_DATE_EPOCH: await git('log', '-1', '--format=%ct') },
      timeoutMs: 900_000,
    });

  const packageFile = (ending: string): string => {
    const found = files.find((file) => file.endsWith(ending));
    if (found === undefined) throw new Error(`no ${ending} among ${files.join(', ')}`);
    return join(out, found);
  };

  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'end-to-end-packages-'));
    copy = join(out, 'copy');
    await copySources(copy);
    revision = await git('rev-parse', 'HEAD');
    const built = await pack('--out', out, '--fast');
    if (built.code !== 0) throw new Error(`npm run package failed: ${built.stdout}${built.stderr}`);
    files = await readdir(out);
    folder = (await testbedOutput('debian-root', ['new', root])).trim();
    return async () => {
      await testbed('debian-root', ['rm', root]);
      await testbed('debian-root', ['rm', rpmRoot]);
      await rm(out, { recursive: true });
    };
  }, 900_000);

  describe('the .deb', () => {
    test('has no Node.js, no npm and no network to rely on, and installs', async () => {
      expect((await inside(root, 'sh', '-c', 'command -v node npm curl')).stdout).toBe('');
      await copyFile(packageFile('.deb'), join(folder, 'tmp/pbx-exporter.deb'));
      const installed = await inside(root, 'dpkg', '-i', '/tmp/pbx-exporter.deb');
      expect(installed).toMatchObject({ code: 0 });
      expect(installed.stdout).toContain('systemctl enable --now pbx-exporter');
      expect((await inside(root, 'dpkg', '--verify', 'pbx-exporter')).stdout).toBe('');
    });

    test('its configuration belongs to root, and only the service may read it', async () => {
      const { stdout } = await inside(root, 'stat', '-c', '%U:%G %a', '/etc/pbx-exporter', configuration);
      expect(stdout.trim().split('\n')).toEqual(['root:pbx-exporter 750', 'root:pbx-exporter 640']);
    });

    test('says its version and the commit that it was made from', async () => {
      const { version } = JSON.parse(await readFile(join(projectFolder, 'package.json'), 'utf8')) as {
        version: string;
      };
      const { stdout } = await asService('pbx-exporter', '--version');
      expect(stdout).toContain(`pbx-exporter ${version}`);
      expect(stdout).toContain(revision.slice(0, 12));
    });

    test('its native parts load: what was left out of them was not needed', async () => {
      const { stdout } = await asService(`${library}/bin/node`, '--input-type=module', '--eval', nativeParts(library));
      expect(stdout.trim()).toBe('yes');
    });

    test("the unit's check and its start work as its user, /metrics is there, SIGTERM ends it with 0", async () => {
      expect(await unitLine(folder, 'User')).toBe('pbx-exporter');
      const check = (await unitLine(folder, 'ExecStartPre')).split(' ');
      expect(await asService(...check)).toMatchObject({ code: 0 });
      expect(await unitLine(folder, 'Environment')).toBe('LISTEN_ADDRESS=127.0.0.1:10560');
      const port = await freePort();
      const command = (await unitLine(folder, 'ExecStart'))
        .replace('${LISTEN_ADDRESS}', `127.0.0.1:${port}`)
        .split(' ');
      expect(command).toContain(`127.0.0.1:${port}`);
      const service = startService(command);
      try {
        const page = await metricsOf(port);
        expect(page).toMatch(/^pbx_up\{pbx="[^"]+"\} 0$/mu);
        expect(page).toMatch(/^pbx_exporter_build_info\{/mu);
      } finally {
        service.kill('SIGTERM');
      }
      expect(await once(service, 'exit')).toEqual([0, null]);
    });

    test('an upgrade keeps a configuration that was changed', async () => {
      const changed = `${await readFile(join(folder, configuration), 'utf8')}\n# changed by the administrator\n`;
      await writeFile(join(folder, configuration), changed);
      expect(await inside(root, 'dpkg', '-i', '/tmp/pbx-exporter.deb')).toMatchObject({ code: 0 });
      expect(await readFile(join(folder, configuration), 'utf8')).toBe(changed);
      const { stdout } = await inside(root, 'stat', '-c', '%U:%G %a', configuration);
      expect(stdout.trim()).toBe('root:pbx-exporter 640');
    });

    test('remove leaves the configuration, purge leaves nothing', async () => {
      await inside(root, 'mkdir', '-p', '/var/lib/pbx-exporter');
      expect(await inside(root, 'dpkg', '--remove', 'pbx-exporter')).toMatchObject({ code: 0 });
      expect((await stat(join(folder, configuration))).isFile()).toBe(true);
      await expect(stat(join(folder, library))).rejects.toThrow('ENOENT');
      expect(await inside(root, 'dpkg', '--purge', 'pbx-exporter')).toMatchObject({ code: 0 });
      for (const gone of ['/etc/pbx-exporter', '/var/lib/pbx-exporter', unit])
        await expect(stat(join(folder, gone))).rejects.toThrow('ENOENT');
      expect((await inside(root, 'getent', 'passwd', 'pbx-exporter')).stdout).toBe('');
    });
  });

  describe('the .rpm', () => {
    test('lists its files, scripts and requirements', async () => {
      const query = async (...what: string[]): Promise<string> =>
        (await run('rpm', ['-qp', ...what, packageFile('.rpm')])).stdout;
      const list = (await query('--list')).split('\n');
      expect(list).toEqual(
        expect.arrayContaining(['/usr/bin/pbx-exporter', configuration, unit, `${library}/bin/node`]),
      );
      expect((await query('--configfiles')).trim()).toBe(configuration);
      expect(await query('--scripts')).toContain('useradd --system');
      const requirements = (await query('--requires')).split('\n').filter((line) => !line.startsWith('rpmlib('));
      expect(requirements).toEqual(expect.arrayContaining(['glibc >= 2.28', 'libgcc', 'libstdc++', 'shadow-utils']));
      expect(await query('--queryformat', '%{LICENSE} %{ARCH}')).toMatch(/^Apache-2\.0 (x86_64|aarch64)$/u);
    });

    test('installs into an empty root, runs there, and goes again', async () => {
      const target = (await testbedOutput('debian-root', ['new', rpmRoot])).trim();
      // The required packages are installed under their Debian names.
      const rpm = (...what: string[]): Promise<CommandResult> => run('rpm', ['--root', target, '--nodeps', ...what]);
      expect(await rpm('-i', packageFile('.rpm'))).toMatchObject({ code: 0 });
      const version = await testbed('debian-root', ['run-as', rpmRoot, 'pbx-exporter', 'pbx-exporter', '--version']);
      expect(version).toMatchObject({ code: 0 });
      const check = ['run-as', rpmRoot, 'pbx-exporter', 'pbx-exporter', 'check', '--config.file', configuration];
      expect(await testbed('debian-root', check)).toMatchObject({ code: 0 });
      expect(await rpm('-e', 'pbx-exporter')).toMatchObject({ code: 0 });
      await expect(stat(join(target, library))).rejects.toThrow('ENOENT');
    });
  });

  test('the tarball starts from wherever it was unpacked, and holds the licences of all its parts', async () => {
    const tarball = packageFile('.tar.gz');
    await run('tar', ['xzf', tarball, '-C', out]);
    const unpacked = join(out, basename(tarball, '.tar.gz'));
    const version = await run('env', ['-i', join(unpacked, 'pbx-exporter'), '--version']);
    expect(version).toMatchObject({ code: 0 });
    const licences = await readFile(join(unpacked, 'THIRD-PARTY-LICENSES'), 'utf8');
    const { dependencies } = JSON.parse(await readFile(join(projectFolder, 'package.json'), 'utf8')) as {
      dependencies: Readonly<Record<string, string>>;
    };
    for (const name of [...Object.keys(dependencies), 'Node.js']) expect(licences).toContain(`==== ${name} `);
  });

  test('a package for arm64 is made here too: everything compiled in it is for arm64', async () => {
    const folderOfArm = join(out, 'arm64');
    const packed = await pack('--arch', 'arm64', '--only', 'tar', '--fast', '--out', folderOfArm);
    expect(packed).toMatchObject({ code: 0 });
    const tarball = (await readdir(folderOfArm)).find((name) => name.endsWith('linux-arm64.tar.gz')) ?? '';
    expect(await run('tar', ['xzf', join(folderOfArm, tarball), '-C', folderOfArm])).toMatchObject({ code: 0 });
    const entries = await readdir(folderOfArm, { recursive: true });
    const compiled = entries.filter((path) => path.endsWith('.node') || path.endsWith('/bin/node'));
    expect(compiled.map((path) => basename(path)).toSorted()).toEqual(
      expect.arrayContaining(['bcrypt.glibc.node', 'koffi.node', 'node']),
    );
    const machines = await Promise.all(
      compiled.map(async (path) => (await readFile(join(folderOfArm, path))).readUInt16LE(18)),
    );
    expect(new Set(machines)).toEqual(new Set([machineOfArm64]));
  }, 300_000);

  function startService(command: readonly string[]): ChildProcess {
    const script = join(projectFolder, 'test/testbed/debian-root');
    return spawn(script, ['run-as', root, 'pbx-exporter', ...command], { stdio: 'ignore' });
  }
});

/** `e_machine` of ELF files for AArch64. */
const machineOfArm64 = 183;

async function metricsOf(port: number): Promise<string> {
  let page = '';
  await expect
    .poll(async () => {
      page = await fetch(`http://127.0.0.1:${port}/metrics`).then(
        (answer) => answer.text(),
        () => '',
      );
      return page;
    }, soon)
    .toContain('pbx_up');
  return page;
}
