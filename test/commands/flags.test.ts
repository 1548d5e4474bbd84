import { expect, test } from 'vitest';
import { parseListenAddress } from '../../src/commands/flags.ts';

test.each([
  [':10560', { port: 10_560 }],
  ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
  ['[::1]:8080', { host: '::1', port: 8_080 }],
  ['pbx.example.org:80', { host: 'pbx.example.org', port: 80 }],
  ['10560', undefined],
  ['::1:80', undefined],
  [':70000', undefined],
  ['a b:80', undefined],
  ['', undefined],
])('%s', (text, expected) => {
  expect(parseListenAddress(text)).toEqual(expected);
});
