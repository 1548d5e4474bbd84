import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readConfigFile } from '../../src/commands/read-config.ts';
import { checkIntervalMs, createReloading, createWatchedConfig, watchConfig } from '../../src/commands/reloading.ts';
import type { TargetConfig } from '../../src/config/config.ts';
import { createExporter } from '../../src/exporter.ts';
import { metricsRoute } from '../../src/server/metrics.ts';
import { pbxPageRoute } from '../../src/server/status-page.ts';
import { certificate } from '../config/certificate.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { keepingLog } from '../support/exporter-bench.ts';
import { serveRoutes } from '../support/web-bench.ts';

const entry = (name: string): string =>
  `- { name: ${name}, family: asterisk, url: 'http://127.0.0.1:9', username: api, password: x }\n`;

/** Sets up a folder with a configuration and two files of targets, and an exporter for it; no rounds are run. */
async function setUp() {
  const folder = mkdtempSync(join(tmpdir(), 'target-files-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const configFile = join(folder, 'exporter.yml');
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  mkdirSync(join(folder, 'targets.d'));
  write('exporter.yml', `target_files: [targets.d/*.yml]\ntargets:\n  ${entry('own')}`);
  write('targets.d/berlin.yml', entry('berlin'));
  write('targets.d/paris.yml', entry('paris'));
  const source = createWatchedConfig(configFile);
  const first = source.read();
  source.commit();
  if (!first.ok) throw new Error(first.problems);
  const clock = createHandClock();
  const lines: string[] = [];
  const log = keepingLog(lines);
  const exporter = createExporter({ config: first.config, clock, random: () => 0, log, version: 'test' });
  exporter.own.targetFilesRead(first.targetFiles);
  const reload = createReloading({
    exporter,
    source,
    onReload: () => {},
    onTargetFiles: (files) => exporter.own.targetFilesRead(files),
    log,
  });
  const configured = (name: string): TargetConfig | undefined =>
    exporter.config.targets.find((one) => one.name === name);
  const fleet = (): typeof exporter.fleet => exporter.fleet;
  const base = await serveRoutes(
    [
      metricsRoute(fleet, exporter.exposition),
      pbxPageRoute({ fleet, clock, version: 'test', hashName: exporter.hashName, configured }),
    ],
    log,
  );
  return {
    folder,
    configFile,
    source,
    write,
    clock,
    log,
    lines,
    exporter,
    reload,
    page: async (path: string) => (await fetch(`${base}${path}`)).text(),
    names: () => exporter.fleet.targets.map(({ name }) => name),
  };
}

describe('files of targets', () => {
  test('a bad one is an error at the start, with its place', async () => {
    const { configFile, write } = await setUp();
    write('targets.d/paris.yml', '- name: paris\n  famly: asterisk\n');
    const file = readConfigFile(configFile);
    expect(file).toMatchObject({ ok: false, problemCount: 4 });
    expect(file.ok ? '' : file.problems).toContain(
      'targets.d/paris.yml:2:3: unknown key "famly"; did you mean "family"?',
    );
  });

  test('a bad one keeps at a reload what it brought before, the others are taken over; metric, log and page say so', async () => {
    const { write, reload, page, names, lines } = await setUp();
    const metric = 'pbx_exporter_target_file_last_reload_successful';
    expect(await page('/metrics')).toContain(`${metric}{file="targets.d/paris.yml"} 1`);
    write('targets.d/paris.yml', '- name: [\n');
    write('targets.d/berlin.yml', entry('potsdam'));
    const result = await reload();
    expect(result).toMatchObject({ ok: false, problems: expect.stringContaining('targets.d/paris.yml:') });
    expect(names()).toEqual(['own', 'potsdam', 'paris']);
    const text = await page('/metrics');
    expect(text).toContain(`${metric}{file="targets.d/paris.yml"} 0`);
    expect(text).toContain(`${metric}{file="targets.d/berlin.yml"} 1`);
    expect(lines.join('\n')).toContain('target files not reloaded, keeping their previous targets');
    expect(await page('/pbx?target=paris')).toContain('targets.d/paris.yml');
    expect(await page('/pbx?target=own')).not.toContain('targets.d/');
    write('targets.d/paris.yml', entry('lyon'));
    expect(await reload()).toMatchObject({ ok: true });
    expect(names()).toEqual(['own', 'potsdam', 'lyon']);
  });

  test('one that is gone takes its targets and its series with it', async () => {
    const { folder, reload, page, names } = await setUp();
    rmSync(join(folder, 'targets.d/paris.yml'));
    expect(await reload()).toMatchObject({ ok: true });
    expect(names()).toEqual(['own', 'berlin']);
    expect(await page('/metrics')).not.toContain('paris');
  });

  test('a target that moves from one file to another is not touched', async () => {
    const { folder, write, reload, exporter } = await setUp();
    const before = exporter.fleet.get('paris');
    rmSync(join(folder, 'targets.d/paris.yml'));
    write('targets.d/all.yml', entry('berlin') + entry('paris'));
    rmSync(join(folder, 'targets.d/berlin.yml'));
    await reload();
    expect(exporter.fleet.get('paris')).toBe(before);
  });
});

describe('the watch', () => {
  async function watched() {
    const bench = await setUp();
    let reloads = 0;
    let running: Promise<unknown> = Promise.resolve();
    const reload = async (): Promise<void> => {
      reloads += 1;
      running = bench.reload();
      await running;
    };
    const { source, clock, log } = bench;
    const watch = watchConfig(source, { reload, clock, log });
    onTestFinished(() => watch.stop());
    const timers = clock.waiting;
    /** Lets the watch complete one check, after which it waits again. */
    const look = async (): Promise<void> => {
      clock.advance(checkIntervalMs);
      await clock.waitFor(timers);
      await running;
    };
    return { ...bench, watch, look, reloads: () => reloads };
  }

  test('reloads once a change has been still for a second, and not again', async () => {
    const { write, look, reloads, names } = await watched();
    await look();
    expect(reloads()).toBe(0);
    write('targets.d/nice.yml', entry('nice'));
    await look();
    expect(reloads()).toBe(0);
    await look();
    expect([reloads(), names()]).toEqual([1, ['own', 'berlin', 'nice', 'paris']]);
    await look();
    await look();
    expect(reloads()).toBe(1);
  });

  test('waits while a file is still being written', async () => {
    const { write, look, reloads } = await watched();
    for (const name of ['a', 'ab', 'abc']) {
      write('targets.d/growing.yml', entry(name));
      await look();
    }
    expect(reloads()).toBe(0);
    await look();
    expect(reloads()).toBe(1);
  });

  test('sees a folder that is swapped by a symbolic link, as Kubernetes does it', async () => {
    const { folder, write, look, names, reloads } = await watched();
    for (const version of ['v1', 'v2']) {
      mkdirSync(join(folder, version));
      write(`${version}/kube.yml`, entry(`kube-${version}`));
    }
    symlinkSync(join(folder, 'v1'), join(folder, 'data'));
    symlinkSync('../data/kube.yml', join(folder, 'targets.d/kube.yml'));
    await look();
    await look();
    expect(names()).toContain('kube-v1');
    symlinkSync(join(folder, 'v2'), join(folder, 'data-new'));
    renameSync(join(folder, 'data-new'), join(folder, 'data'));
    await look();
    await look();
    expect([reloads(), names()]).toEqual([2, ['own', 'berlin', 'kube-v2', 'paris']]);
  });

  test('a bad configuration file is read again when it changes, and the watch goes on', async () => {
    const { write, look, reloads, names } = await watched();
    write('exporter.yml', 'targets: [\n');
    await look();
    await look();
    expect([reloads(), names()]).toEqual([1, ['own', 'berlin', 'paris']]);
    write('exporter.yml', `target_files: [targets.d/*.yml]\ntargets:\n  ${entry('renamed')}`);
    await look();
    await look();
    expect([reloads(), names()]).toEqual([2, ['renamed', 'berlin', 'paris']]);
  });

  test('leaves alone what a reload by hand has read already', async () => {
    const { write, reload, look, reloads } = await watched();
    write('targets.d/nice.yml', entry('nice'));
    await reload();
    await look();
    await look();
    expect(reloads()).toBe(0);
  });

  test('sees the certificates that the file names, but not passwords and expected peers: those are read before each login or round', async () => {
    const { source, write, look, reloads } = await watched();
    write('secret', 'one');
    write('phones', '1001\n');
    write('authority.pem', certificate);
    const files = 'password_file: secret, tls: { ca_file: authority.pem }, peers: { expected_file: phones }';
    write('exporter.yml', `targets:\n  ${entry('own').replace('password: x', files)}`);
    await look();
    await look();
    expect(reloads()).toBe(1);
    write('secret', 'two');
    write('phones', '1002\n');
    expect(await source.difference()).toBe('');
    await look();
    await look();
    expect(reloads()).toBe(1);
    write('authority.pem', `${certificate}\n`);
    await look();
    await look();
    expect(reloads()).toBe(2);
  });

  test('ends when it is stopped', async () => {
    const { watch, write, clock, reloads } = await watched();
    watch.stop();
    write('targets.d/late.yml', entry('late'));
    clock.advance(3 * checkIntervalMs);
    expect([clock.waiting, reloads()]).toEqual([0, 0]);
  });
});
