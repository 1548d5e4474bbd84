import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type SeenPeersOwner, SeenPeersStore } from '../../src/polling/seen-peers-store.ts';
import { keepingLog } from '../drivers/asterisk/support.ts';
import { createHandClock } from '../simulator/hand-clock.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'seen-peers-'));
  path = join(folder, 'state.seen-peers');
});
afterEach(() => rmSync(folder, { recursive: true }));

const hq: SeenPeersOwner = { name: 'hq', family: 'freeswitch', url: new URL('http://192.0.2.1:8080'), options: {} };
const branch: SeenPeersOwner = { ...hq, name: 'branch' };

function open(clock = createHandClock()) {
  const { log, lines } = keepingLog();
  return { clock, lines, store: new SeenPeersStore({ clock, log, path }) };
}

test('a restart knows who was seen, and when', async () => {
  const before = open();
  const source = before.store.of(hq);
  (await source.load()).learn([['1001@x', before.clock.monotonicTime() - 60_000]]);
  source.changed();
  await before.store.flush();
  const after = open();
  after.clock.advance(600_000);
  const seen = await after.store.of(hq).load();
  expect([...seen.seenAt]).toEqual([['1001@x', after.clock.monotonicTime() - 660_000]]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
});

test('another SIP domain, url or name has peers of its own; what others wrote stays', async () => {
  const { store } = open();
  for (const owner of [hq, branch]) {
    const source = store.of(owner);
    (await source.load()).learn([[owner.name, 0]]);
    source.changed();
  }
  await store.flush();
  const next = open();
  for (const owner of [
    { ...hq, options: { domain: 'x' } },
    { ...hq, url: new URL('http://192.0.2.2') },
  ])
    expect((await next.store.of(owner).load()).seenAt.size).toBe(0);
  const source = next.store.of(hq);
  await source.load();
  source.changed();
  await next.store.flush();
  expect([...(await open().store.of(branch).load()).seenAt.keys()]).toEqual(['branch']);
});

test('is written once a minute while there is something to write', async () => {
  const { store, clock } = open();
  const source = store.of(hq);
  await source.load();
  source.changed();
  source.changed();
  expect(existsSync(path)).toBe(false);
  clock.advance(60_000);
  await expect.poll(() => readFileSync(path, 'utf8').endsWith('\n'), { interval: 5 }).toBe(true);
  await store.flush();
});

test('what a reload leaves the same keeps what is known; what is gone is forgotten', async () => {
  const { store } = open();
  const seen = await store.of(hq).load();
  store.keepOnly([hq]);
  expect(await store.of(hq).load()).toBe(seen);
  store.keepOnly([branch]);
  expect(await store.of(hq).load()).not.toBe(seen);
});

test.each(['{', '[]', '{"version":2,"pbxs":{}}', '{"version":1}'])(
  'a file that holds %s is told of once, and replaced',
  async (text) => {
    writeFileSync(path, text);
    const { store, lines } = open();
    const source = store.of(hq);
    expect((await source.load()).seenAt.size).toBe(0);
    expect(lines).toHaveLength(1);
    source.changed();
    await store.flush();
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ version: 1 });
  },
);

test('single entries of another shape are left out', async () => {
  const { store } = open();
  const source = store.of(hq);
  await source.load();
  source.changed();
  (await source.load()).learn([['a', 0]]);
  await store.flush();
  writeFileSync(path, readFileSync(path, 'utf8').replace('"a":', '"b":"x","a":'));
  expect([...(await open().store.of(hq).load()).seenAt.keys()]).toEqual(['a']);
});

test('a folder that is not there is told of once, and costs nothing else', async () => {
  rmSync(folder, { recursive: true });
  const { store, lines } = open();
  const source = store.of(hq);
  for (let round = 0; round < 3; round += 1) {
    (await source.load()).learn([['a', round]]);
    source.changed();
    await store.flush();
  }
  expect(lines).toHaveLength(1);
  expect((await source.load()).seenAt.get('a')).toBe(2);
  folder = mkdtempSync(join(tmpdir(), 'seen-peers-'));
});
