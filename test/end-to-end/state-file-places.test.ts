import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readState } from '../../src/polling/login-guard/state-format.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { allProducts } from '../support/products.ts';
import { startStepped, type SteppedExporter } from './stepped-process.ts';
import { projectFolder } from './testbed.ts';

const minute = 60_000;
const nobody = 65_534;

const succeeds = (command: string, commandArguments: readonly string[], user?: number): boolean => {
  try {
    execFileSync(command, commandArguments, {
      stdio: 'ignore',
      ...(user === undefined ? {} : { uid: user, gid: user }),
    });
    return true;
  } catch {
    return false;
  }
};

function folderWith(): string {
  const folder = mkdtempSync(join(tmpdir(), 'state-place-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Mounts a separate file system of 16 KiB; undefined if this machine does not permit mounting. */
function smallFileSystem(): string | undefined {
  const folder = folderWith();
  if (!succeeds('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', folder])) return undefined;
  onTestFinished(() => void succeeds('umount', [folder]));
  return folder;
}

/** Starts an exporter with a wrong password and its state file at the given path. */
async function startThere(stateFile: string, user?: number): Promise<SteppedExporter> {
  const product = allProducts.find(({ name }) => name === 'portsip');
  if (product === undefined) throw new Error('there is no such product');
  const clock = createHandClock();
  const simulator = product.simulate({ clock, peers: 2, trunks: 1 });
  const url = await simulator.start();
  const { account, targetOptions = {} } = simulator;
  const username = 'username' in account ? account.username : '';
  const exporter = startStepped(
    {
      family: 'portsip',
      url: url.href,
      username,
      password: 'not the password',
      options: targetOptions,
      intervalMs: minute,
      // Hashing takes real time, during which the clock of the exporter continues.
      timeoutMs: 50 * 60_000,
      stateFile,
      now: clock.monotonicTime(),
    },
    user,
  );
  onTestFinished(async () => {
    await exporter.kill();
    await simulator.stop();
  });
  return exporter;
}

const refusalsIn = (stateFile: string): number => {
  const reading = readState(readFileSync(stateFile, 'utf8'));
  if (!('state' in reading)) return 0;
  return [...reading.state.values()].reduce((sum, { refusals }) => sum + refusals.length, 0);
};

describe('a state file in a bad place is told, stops nothing, and is written once the place is good', () => {
  test('a full disk', async (context) => {
    const folder = smallFileSystem();
    if (folder === undefined) context.skip('this user may not mount a file system');
    const stateFile = join(folder ?? '', 'state.json');
    const filler = join(folder ?? '', 'filler');
    succeeds('dd', ['if=/dev/zero', `of=${filler}`, 'bs=1k', 'count=64']);
    const exporter = await startThere(stateFile);
    expect((await exporter.round(0)).stateProblem).toContain('is not in use: it cannot be used (ENOSPC)');
    rmSync(filler);
    expect((await exporter.round(5 * minute)).stateProblem).toBeUndefined();
    expect(refusalsIn(stateFile)).toBeGreaterThan(0);
    expect(statSync(stateFile).mode & 0o777).toBe(0o600);
  });

  test('a read-only disk', async (context) => {
    const folder = smallFileSystem();
    if (folder === undefined) context.skip('this user may not mount a file system');
    const stateFile = join(folder ?? '', 'state.json');
    succeeds('mount', ['-o', 'remount,ro', folder ?? '']);
    const exporter = await startThere(stateFile);
    expect((await exporter.round(0)).stateProblem).toContain('is not in use: it cannot be used (EROFS)');
    succeeds('mount', ['-o', 'remount,rw', folder ?? '']);
    expect((await exporter.round(5 * minute)).stateProblem).toBeUndefined();
    expect(refusalsIn(stateFile)).toBeGreaterThan(0);
  });

  test('a file of another owner', async (context) => {
    const canBeNobody = succeeds(
      process.execPath,
      ['-e', `require('fs').accessSync(${JSON.stringify(join(projectFolder, 'src/main.ts'))})`],
      nobody,
    );
    if (!canBeNobody) context.skip('this user may not become another one, or another one may not read the project');
    const folder = folderWith();
    const stateFile = join(folder, 'state.json');
    writeFileSync(stateFile, '', { mode: 0o600 });
    succeeds('chmod', ['755', folder]);
    const exporter = await startThere(stateFile, nobody);
    expect((await exporter.round(0)).stateProblem).toContain('is not in use: it cannot be used (EACCES)');
    succeeds('chown', ['-R', String(nobody), folder]);
    expect((await exporter.round(5 * minute)).stateProblem).toBeUndefined();
    expect(refusalsIn(stateFile)).toBeGreaterThan(0);
  });
});
