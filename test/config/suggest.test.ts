import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, suggest } from '../../src/config/suggest.ts';

const families = ['mikopbx', 'yeastar-s', 'yeastar-k2', 'yeastar-p', 'portsip', 'webitel', 'asterisk'];

test.each([
  ['asterix', 'asterisk'],
  ['Asterisk', 'asterisk'],
  ['yeastar_k2', 'yeastar-k2'],
  ['protsip', 'portsip'],
])('%s is taken for %s', (written, meant) => {
  expect(suggest(written, families)).toBe(meant);
});

test('of keys that say where something is, the file is meant', () => {
  expect(suggest('hash_key', ['hash_key_env', 'names', 'hash_key_file'])).toBe('hash_key_file');
  expect(suggest('hash_key', ['hash_key_env', 'hash_key_length'])).toBeUndefined();
});

test.each(['', 'x', 'cisco', 'a'.repeat(1000)])('nothing is like %j', (written) => {
  expect(suggest(written, families)).toBeUndefined();
});

test.each([
  ['', 'abc', 3],
  ['abc', 'abc', 0],
  ['abc', 'acb', 1],
  ['kitten', 'sitting', 3],
])('from %j to %j', (from, to, distance) => {
  expect(editDistance(from, to)).toBe(distance);
});

test('the distance is the same both ways, and 0 only between equals', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (one, other) => {
      expect(editDistance(one, other)).toBe(editDistance(other, one));
      expect(editDistance(one, other) === 0).toBe(one === other);
    }),
  );
});
