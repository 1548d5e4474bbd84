import { expect, test } from 'vitest';
import { readJson, statusFailure } from '../../src/drivers/answers.ts';
import type { ApiAnswer } from '../../src/transport/request.ts';

const answer = (changes: Partial<ApiAnswer>): ApiAnswer => ({
  status: 200,
  headers: {},
  cookies: new Map(),
  body: '',
  ...changes,
});

test.each([
  [200, undefined],
  [204, undefined],
  [301, 'redirect'],
  [308, 'redirect'],
  [403, 'forbidden'],
  [404, 'http_status'],
  [429, 'rate_limited'],
  [500, 'http_status'],
  [502, 'service_unavailable'],
  [503, 'service_unavailable'],
  [504, 'service_unavailable'],
])('HTTP status %i is %s', (status, reason) => {
  expect(statusFailure(answer({ status }))?.reason).toBe(reason);
});

test.each([
  [{ 'retry-after': '30' }, 30_000],
  [{ 'retry-after': 'Fri, 09 Jan 2026 10:00:40 GMT', date: 'Fri, 09 Jan 2026 10:00:00 GMT' }, 40_000],
  [{ 'retry-after': 'Fri, 09 Jan 2026 09:00:00 GMT', date: 'Fri, 09 Jan 2026 10:00:00 GMT' }, undefined],
  [{ 'retry-after': '9999999' }, 86_400_000],
  [{ 'retry-after': 'Fri, 09 Jan 2099 10:00:00 GMT', date: 'Fri, 09 Jan 2026 10:00:00 GMT' }, 86_400_000],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '-5' }, undefined],
  [{}, undefined],
])('Retry-After %o asks for %s ms', (headers, expected) => {
  expect(statusFailure(answer({ status: 429, headers }))?.retryAfterMs).toBe(expected);
});

test('JSON of any shape is read', () => {
  expect(readJson(answer({ body: ' {"a":[1]}\n' }))).toEqual({ a: [1] });
});

test.each([
  ['', 'the answer is empty where JSON was due'],
  ['<!DOCTYPE html><title>Login</title>', 'the answer is a web page where JSON was due: check the base URL'],
  ['{"a":1', 'the answer is not valid JSON'],
  ['Fatal error: geheim', 'the answer is not valid JSON'],
])('%s is a protocol failure that shows nothing of the body', (body, message) => {
  expect(() => readJson(answer({ body }))).toThrow(expect.objectContaining({ reason: 'protocol', message }));
});
