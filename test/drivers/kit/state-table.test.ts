import { describe, expect, test } from 'vitest';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';
import { StateTable, UnknownStates } from '../../../src/drivers/kit/state-table.ts';
import { silentLog } from '../../../src/log.ts';
import { withoutRows } from '../../../src/snapshot/skipped-rows.ts';

const table = new StateTable({ Registered: { state: 'registered' }, 'power off': { state: 'failed' } });

function recordingLog() {
  const lines: unknown[] = [];
  return { lines, log: { ...silentLog, warn: (...line: unknown[]) => void lines.push(line) } };
}

describe('a table of state words', () => {
  test('is looked up in any case and with any spaces', () => {
    expect([table.find('REGISTERED '), table.find('Power  Off')]).toEqual([
      { state: 'registered' },
      { state: 'failed' },
    ]);
  });

  test.each(['', 'busy', 'constructor', '__proto__'])('does not know %j', (word) => {
    expect(table.find(word)).toBeUndefined();
  });

  test('makes one word of all its spellings where a family says how', () => {
    const letters = new StateTable({ 'Not in use': true }, (word) => word.replaceAll(/[^a-z]/g, ''));
    expect(letters.find('NOT_INUSE')).toBe(true);
  });

  test('means the same however often and in how many spellings a word comes', () => {
    const counters = new StateTable({ ok: 'good', lagged: 'slow' }, (word) => word.replace(/ \(\d+ ms\)$/, ''));
    for (let ms = 0; ms < 300; ms += 1) {
      expect(counters.find(`OK (${ms} ms)`)).toBe('good');
      expect(counters.find('Lagged')).toBe('slow');
      expect(counters.find(`none (${ms} ms)`)).toBeUndefined();
    }
  });

  test('counts an unknown word with its row, so that it goes with a row that is excluded', () => {
    const skipped = new SkipCounter();
    table.read('Registered', skipped.of('a'));
    table.read('Dozing', skipped.of('b'));
    expect(skipped.counts()).toEqual({ unknown_state: 1 });
    expect(withoutRows(skipped.counts(), (id) => id === 'b')).toEqual({});
  });
});

describe('unknown words', () => {
  test('are logged once as sent, with the list', () => {
    const { lines, log } = recordingLog();
    const words = new UnknownStates(log);
    for (const word of ['Dozing', 'Dozing', 'Yawning']) table.read(word, words.counter('trunks').of('1'));
    table.read('Dozing', words.counter('extensions'));
    expect(lines).toEqual([
      ['unknown status word', { list: 'trunks', word: 'Dozing' }],
      ['unknown status word', { list: 'trunks', word: 'Yawning' }],
      ['unknown status word', { list: 'extensions', word: 'Dozing' }],
    ]);
  });

  test('are cut short, and come to an end', () => {
    const { lines, log } = recordingLog();
    const counter = new UnknownStates(log).counter('trunks');
    counter.unknownState('x'.repeat(1_000));
    for (let number = 0; number < 500; number += 1) counter.unknownState(`word ${number}`);
    expect(lines).toHaveLength(100);
    expect(lines[0]).toEqual(['unknown status word', { list: 'trunks', word: 'x'.repeat(40) }]);
    expect(counter.counts()).toEqual({ unknown_state: 501 });
  });
});
