import { expect, test } from 'vitest';
import { withApiPath, withoutApiPath } from '../../../src/drivers/kit/base-url.ts';

const pathOf = (change: (url: URL) => URL, path: string): string =>
  change(new URL(path, 'https://pbx.example.org')).pathname;

test.each([
  ['/engine/api/v2', '/engine'],
  ['/engine/api/v2//', '/engine'],
  ['/engine', '/engine'],
  ['/api/v2/more', '/api/v2/more'],
  ['/api/v2', '/'],
])('the path of the API is cut off %s', (path, rest) => {
  expect(pathOf(withoutApiPath(/\/api\/v2/), path)).toBe(rest);
});

test.each([
  ['/', '/api'],
  ['/pbx/', '/pbx/api'],
  ['/API/', '/API'],
  ['/pbx/api', '/pbx/api'],
])('the path of the API is added to %s where it is missing', (path, whole) => {
  expect(pathOf(withApiPath('/api'), path)).toBe(whole);
});
