import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  amountOf,
  asList,
  asRecord,
  countOf,
  exactTextOf,
  flagOf,
  listOf,
  optional,
  textOf,
} from '../../../src/drivers/kit/fields.ts';

describe('fields of unknown JSON', () => {
  test.each([
    [' 1001 ', '1001'],
    [1001, '1001'],
    [0, '0'],
    ['', ''],
    [1.5, ''],
    [2 ** 53, ''],
    [null, ''],
    [undefined, ''],
    [true, ''],
    [['a'], ''],
  ])('text of %j', (value, text) => {
    expect(textOf(value)).toBe(text);
  });

  test('text that is a secret stays as it was sent', () => {
    expect([exactTextOf(' a '), exactTextOf(1), exactTextOf(null)]).toEqual([' a ', '', '']);
  });

  test.each([
    [7, 7],
    ['007', 7],
    [' 7 ', 7],
    [0, 0],
    ['', undefined],
    [-1, undefined],
    [1.5, undefined],
    ['1e3', undefined],
    [null, undefined],
    [false, undefined],
  ])('count of %j', (value, count) => {
    expect(countOf(value)).toBe(count);
  });

  test.each([
    [12.5, 12.5],
    ['12.5', 12.5],
    [0, 0],
    ['N/A', undefined],
    ['', undefined],
    ['-1', undefined],
    [-1, undefined],
    [Number.NaN, undefined],
    [null, undefined],
  ])('amount of %j', (value, amount) => {
    expect(amountOf(value)).toBe(amount);
  });

  test.each([
    [true, true],
    [false, false],
    [null, false],
    [undefined, false],
    ['true', undefined],
    [1, undefined],
  ])('flag of %j', (value, flag) => {
    expect(flagOf(value)).toBe(flag);
  });

  test('an object is no list, and a list no object', () => {
    expect([asRecord({ a: 1 }), asRecord([1]), asRecord(null)]).toEqual([{ a: 1 }, undefined, undefined]);
    expect([asList([1]), asList({}), listOf([1]), listOf({})]).toEqual([[1], undefined, [1], []]);
  });

  test('an optional field is there, or not', () => {
    expect([optional('name', 'a'), optional('name', ''), optional('count', 0), optional('count', undefined)]).toEqual([
      { name: 'a' },
      {},
      { count: 0 },
      {},
    ]);
  });

  test('never anything else for what is no number, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const count = countOf(value);
        const amount = amountOf(value);
        expect(count === undefined || (Number.isSafeInteger(count) && count >= 0)).toBe(true);
        expect(amount === undefined || (Number.isFinite(amount) && amount >= 0)).toBe(true);
        expect(textOf(value)).toBe(textOf(value).trim());
      }),
    );
  });
});
