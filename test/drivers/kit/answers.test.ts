import fc from 'fast-check';
import { expect, test } from 'vitest';
import { longestCall, parseJson, readJson, sentAt, statusFailure, tryJson } from '../../../src/drivers/kit/answers.ts';
import type { ApiAnswer } from '../../../src/transport/request.ts';

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

const mark = '\uFEFF';
const programError =
  'the PBX wrote an error message of its own program before the JSON, or instead of it: this is a fault of the PBX';

test.each([
  ['', 'the answer is empty instead of JSON'],
  [`${mark}\0\0 \n`, 'the answer is empty instead of JSON'],
  ['<!DOCTYPE html><title>Login</title>', 'the answer is a web page instead of JSON: check the base URL'],
  [`${mark}<html>`, 'the answer is a web page instead of JSON: check the base URL'],
  ['{"a":1', 'the answer is not valid JSON'],
  ['{"a":1\t', 'the answer is not valid JSON'],
  ['{"a":"\t', 'the answer is not valid JSON'],
  ['{"a":1}\0{"geheim":2}', 'the answer is not valid JSON'],
  ['Fatal error: geheim', programError],
  ['<br />\n<b>Notice</b>:  Undefined index: geheim in <b>/x.php</b> on line <b>5</b><br />\n{"a":1}', programError],
  ['\nWarning: Undefined variable $geheim in /x.php on line 5\n{"a":1}', programError],
  ['PHP Deprecated:  geheim in /x.php on line 5\n{"a":1}', programError],
  ["<br />\n<font size='1'><table class='xdebug-error xe-notice'><tr><td>geheim</table></font>\n{}", programError],
])('%j is a protocol failure that shows nothing of the body', (body, message) => {
  expect(() => readJson(answer({ body }))).toThrow(expect.objectContaining({ reason: 'protocol', message }));
  expect(tryJson(body)).toBeUndefined();
});

test.each([
  [`${mark}{"a":1}`, { a: 1 }],
  ['{"a":1}\0\0\0', { a: 1 }],
  ['{"a":1} \r\n\0\v\f \u001A', { a: 1 }],
  ['{"a":"Front\tdesk"}', { a: 'Front\tdesk' }],
  ['{"a\u0001":"x\0y\nz", "b":\t2}', { 'a\u0001': 'x\0y\nz', b: 2 }],
  ['{"a":"\\"\t\\\\","b":"\t"}', { a: '"\t\\', b: '\t' }],
  ['{"a":"C:\\\tx"}', { a: 'C:\\\tx' }],
])('%j is read as other clients read it', (body, value) => {
  expect(readJson(answer({ body }))).toEqual(value);
});

test('any value is read back, with any mark, tail and raw control characters, and any text is read or refused', () => {
  const tail = fc.string({ unit: fc.constantFrom('\0', ' ', '\n', '\t') });
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom('', mark), tail, (value, front, behind) => {
      const text = JSON.stringify(value);
      const raw = text.replaceAll(
        /(?<!\\)((?:\\\\)*)\\([tnrbf])/g,
        (_all, slashes: string, letter: string) => `${slashes}${JSON.parse(`"\\${letter}"`) as string}`,
      );
      expect(parseJson(`${front}${raw}${behind}`)).toEqual(JSON.parse(text));
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('"', '\\', '\t', '{', '}', ':', 'a', '\0') }), (text) => {
      expect(() => tryJson(text)).not.toThrow();
    }),
  );
});

function messageOf(status: number, baseUrl: string | undefined, location?: string): string {
  const headers = location === undefined ? {} : { location };
  const answer = { status, headers, cookies: new Map<string, string>(), body: '' };
  return statusFailure(baseUrl === undefined ? answer : { ...answer, baseUrl })?.message ?? 'none';
}

test.each([
  [
    'only the scheme differs',
    'http://pbx.example.org/prefix',
    'https://pbx.example.org/login?token=hunter2',
    'the PBX redirects to https://pbx.example.org (HTTP 302): write url: https://pbx.example.org/prefix',
  ],
  [
    'only the scheme differs, with a port',
    'http://192.0.2.1:8088',
    'https://192.0.2.1:8088/',
    'the PBX redirects to https://192.0.2.1:8088 (HTTP 302): write url: https://192.0.2.1:8088',
  ],
  [
    'another port',
    'http://pbx.example.org',
    'https://pbx.example.org:8443/hunter2',
    'the PBX redirects to https://pbx.example.org:8443 (HTTP 302)',
  ],
  [
    'an account in the address',
    'http://pbx.example.org',
    'https://api:hunter2@portal.example.org/',
    'the PBX redirects to https://portal.example.org (HTTP 302)',
  ],
  ['a path', 'http://pbx.example.org', '/login?hunter2', 'the PBX redirects to another page of its own (HTTP 302)'],
  ['no address', 'http://pbx.example.org', undefined, 'the PBX redirects to another address (HTTP 302)'],
  ['another scheme', 'http://pbx.example.org', 'ftp://hunter2', 'the PBX redirects to another address (HTTP 302)'],
  ['nothing known', undefined, '/login', 'the PBX redirects to another address (HTTP 302)'],
])('a redirect, %s', (_what, baseUrl, location, message) => {
  expect(messageOf(302, baseUrl, location)).toBe(message);
});

test.each([
  [404, 'https://pbx.example.org/webclient', ': the url ends in /webclient, is that the address of the web page?'],
  [404, 'https://pbx.example.org', ''],
  [404, undefined, ''],
  [500, 'https://pbx.example.org/webclient', ''],
])('HTTP %i below %s', (status, baseUrl, tail) => {
  expect(messageOf(status, baseUrl)).toBe(`unexpected answer (HTTP ${status})${tail}`);
});

test.each([
  ['Sat, 28 Nov 2026 11:45:00 GMT', Date.UTC(2026, 10, 28, 11, 45)],
  ['soon', undefined],
  [undefined, undefined],
])('a PBX says with %j when it sent the answer', (date, at) => {
  expect(sentAt({ headers: date === undefined ? {} : { date } })).toBe(at);
});

test.each([
  [[1_000, 940, 990], 1_000_500, { longestSeconds: 60 }],
  [[1_000], 990_000, { longestSeconds: 0 }],
  [[], 1_000_000, {}],
  [[1_000], undefined, {}],
  // A call without a start time may be the longest one.
  [[1_000, undefined], 1_000_000, {}],
  [[0], 1_000_000, {}],
])('calls begun at %j, seen at %j', (begun, sent, expected) => {
  expect(longestCall(begun, sent)).toEqual(expected);
});
