import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createWebConfigFile, createWebConfigReloader, webCheckIntervalMs } from '../../src/server/web-config/file.ts';
import { openWebConfig, type WebConfig } from '../../src/server/web-config/web-config.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { keepingLog } from '../support/exporter-bench.ts';

const users = (name: string): string => `basic_auth_users:\n  ${name}: $2y$10$${'a'.repeat(53)}\n`;

test('a change of the web configuration is taken over by itself; a bad one is told once and changes nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'web-watch-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'web.yml');
  writeFileSync(path, users('one'));
  const clock = createHandClock();
  const lines: string[] = [];
  const server = {
    config: openWebConfig,
    apply(config: WebConfig): unknown {
      return (server.config = config);
    },
  };
  const file = createWebConfigFile(path);
  file.read();
  file.commit();
  const told: boolean[] = [];
  const reloader = createWebConfigReloader({
    file,
    server: () => server,
    log: keepingLog(lines),
    onReload: (success) => told.push(success),
  });
  const watch = reloader.watch(clock);
  /** Lets the watch complete one check, after which it waits again. */
  const look = async (): Promise<void> => {
    clock.advance(webCheckIntervalMs);
    await clock.waitFor(1);
  };
  const names = (): string[] => [...server.config.users.keys()];

  await look();
  expect([names(), lines]).toEqual([[], []]);

  writeFileSync(path, users('two'));
  await look();
  expect(names()).toEqual(['two']);
  expect(lines.splice(0)).toEqual(['info web configuration reloaded {}']);

  writeFileSync(path, 'basic_auth_users: { three: plain-password }\nbogus: 1\n');
  await look();
  await look();
  await look();
  expect(names()).toEqual(['two']);
  expect(lines.filter((line) => line.startsWith('warn problem in the web configuration'))).toHaveLength(2);
  expect(lines.filter((line) => line.startsWith('error'))).toEqual([
    'error web configuration not reloaded, keeping the current one {"problems":2}',
  ]);
  expect(lines.join('\n')).not.toContain('plain-password');

  writeFileSync(path, users('four'));
  await look();
  expect(names()).toEqual(['four']);

  // A partly written file that is still empty: the users stay.
  writeFileSync(path, '');
  await look();
  await look();
  expect(names()).toEqual(['four']);
  expect(lines.at(-1)).toBe('error web configuration not reloaded, keeping the current one {"problems":1}');
  expect(told).toEqual([true, false, true, false]);

  // A configuration that could not be applied is tried again.
  server.apply = () => {
    throw new Error('no memory');
  };
  writeFileSync(path, users('five'));
  await look();
  server.apply = (config) => (server.config = config);
  await look();
  expect(names()).toEqual(['five']);

  watch.stop();
  expect(clock.waiting).toBe(0);
});
