import { expect, test } from 'vitest';
import { readCookieAges, readCookies } from '../../src/transport/headers.ts';

test('cookies with their values as sent, and how long they live where they tell', () => {
  const headers = [
    'mansession_id="5f3a09c1"; Version=1; Max-Age=60',
    'plain=1',
    'session=abc; Path=/; max-age = 3600 ; HttpOnly',
    'negative=1; Max-Age=-1',
    'odd=Max-Age=5; Path=/',
    '=; Max-Age=9',
  ];
  expect([...readCookies(headers)]).toEqual([
    ['mansession_id', '"5f3a09c1"'],
    ['plain', '1'],
    ['session', 'abc'],
    ['negative', '1'],
    ['odd', 'Max-Age=5'],
  ]);
  expect([...readCookieAges(headers)]).toEqual([
    ['mansession_id', 60],
    ['session', 3_600],
  ]);
  expect(readCookieAges(undefined).size).toBe(0);
});
