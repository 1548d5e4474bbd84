import { describe, expect, test } from 'vitest';
import { createReloadedPeers, readExpectedIds } from '../../src/config/expected-peers.ts';
import { keepingLog } from '../drivers/asterisk/support.ts';

describe('the text of the file', () => {
  test('one id in a line, comments and spaces left out, each once', () => {
    const text = '\uFEFF# ground floor\r\n1001@pbx.example.org\r\n\r\n  007  # the lift\n#1002\n007\na#b\n';
    expect(readExpectedIds(text, 10)).toEqual({ ok: true, ids: ['1001@pbx.example.org', '007', 'a#b'] });
    expect(readExpectedIds('', 10)).toEqual({ ok: true, ids: [] });
  });

  test.each([
    ['1001\n10\u000002\n', 'has a control character in line 2'],
    ['1001\n10\t02\n', 'has a control character in line 2'],
    ['x'.repeat(257), 'has more than 256 characters in line 1'],
    ['1\n2\n3\n', 'names 3 peers, more than peers.limit (2)'],
  ])('%j is refused', (text, fault) => {
    expect(readExpectedIds(text, 2)).toEqual({ ok: false, fault });
  });
});

describe('a file that changes', () => {
  function setUp() {
    const file = { state: 'first', text: '1001\n', reads: 0 };
    const { log, lines } = keepingLog();
    const look = {
      stateOf: () => (file.state === 'gone' ? Promise.reject(new Error('ENOENT')) : Promise.resolve(file.state)),
      read: () => {
        file.reads += 1;
        return Promise.resolve(file.text);
      },
    };
    return { file, lines, peers: createReloadedPeers({ file: '/phones', ids: ['1001'] }, 10, { log, look }) };
  }

  test('is read again, and only then', async () => {
    const { file, peers } = setUp();
    expect(await peers()).toEqual(['1001']);
    await peers();
    expect(file.reads).toBe(1);
    Object.assign(file, { state: 'second', text: '1001\n1002\n' });
    expect(await peers()).toEqual(['1001', '1002']);
    expect(file.reads).toBe(2);
  });

  test('leaves the list as it was while it cannot be used, and is told of once', async () => {
    const { file, lines, peers } = setUp();
    await peers();
    Object.assign(file, { state: 'second', text: '10\u000001\n' });
    expect(await peers()).toEqual(['1001']);
    expect(await peers()).toEqual(['1001']);
    file.state = 'gone';
    expect(await peers()).toEqual(['1001']);
    expect(await peers()).toEqual(['1001']);
    expect(lines).toHaveLength(2);
    Object.assign(file, { state: 'third', text: '1003\n' });
    expect(await peers()).toEqual(['1003']);
  });
});
