import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { PeersConfig } from '../../src/config/config.ts';
import { defaultPeers } from '../../src/config/defaults.ts';
import { Secret } from '../../src/config/secret.ts';
import { NameHashes, targetsWithoutKey } from '../../src/config/name-hashes.ts';

const target = (name: string, key?: string, names: PeersConfig['names'] = 'hash') => ({
  name,
  peers: { ...defaultPeers, names, limit: 10, ...(key === undefined ? {} : { hashKey: new Secret(key) }) },
});

test('a hash depends on the name and the key and on nothing else', () => {
  const hashes = new NameHashes([target('hq', 'key one'), target('branch', 'key one'), target('other', 'key two')]);
  const hash = createHmac('sha256', 'key one').update('Ada Lovelace').digest('hex').slice(0, 16);
  expect(hashes.hash('Ada Lovelace', 'hq')).toBe(hash);
  expect(hashes.hash('Ada Lovelace', 'branch')).toBe(hash);
  expect(hashes.hash('Ada Lovelace', 'other')).not.toBe(hash);
  expect(hashes.hash('Grace Hopper', 'hq')).not.toBe(hash);
  expect(new NameHashes([target('hq', 'key one')]).hash('Ada Lovelace', 'hq')).toBe(hash);
});

test('without a key there is no hash', () => {
  const targets = [target('hq'), target('branch', 'key'), target('plain', undefined, 'plain')];
  expect(new NameHashes(targets).hash('Ada Lovelace', 'hq')).toBeUndefined();
  expect(targetsWithoutKey(targets)).toEqual(['hq']);
});

test('another key is told, other targets and the same key are not', () => {
  const hashes = new NameHashes([target('hq', 'key one')]);
  expect(hashes.replace([target('hq', 'key one')])).toBe(false);
  expect(hashes.replace([target('hq', 'key one'), target('plain', undefined, 'plain')])).toBe(false);
  expect(hashes.replace([target('hq', 'key two')])).toBe(true);
  expect(hashes.replace([target('hq')])).toBe(true);
});
