import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
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
    const folder = mkdtempSync(join(tmpdir(), 'expected-peers-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'phones');
    const write = (text: string): void => writeFileSync(file, text);
    write('1001\n');
    const { log, lines } = keepingLog();
    return { file, write, lines, peers: createReloadedPeers({ file, ids: ['1001'] }, 3, log) };
  }

  test('is read again', async () => {
    const { write, peers } = setUp();
    expect(await peers()).toEqual(['1001']);
    write('1001\n1002\n');
    expect(await peers()).toEqual(['1001', '1002']);
    // The same length as before, written immediately afterwards.
    write('1001\n1003\n');
    expect(await peers()).toEqual(['1001', '1003']);
  });

  test('leaves the list as it was while it cannot be used, and is told of once', async () => {
    const { file, write, lines, peers } = setUp();
    await peers();
    write('10\u000001\n');
    expect(await peers()).toEqual(['1001']);
    expect(await peers()).toEqual(['1001']);
    rmSync(file);
    expect(await peers()).toEqual(['1001']);
    expect(await peers()).toEqual(['1001']);
    expect(lines.map((line) => /the file [a-z ]+/.exec(line)?.[0])).toEqual([
      'the file has a control character in line ',
      'the file does not exist',
    ]);
    write('1003\n');
    expect(await peers()).toEqual(['1003']);
  });
});
