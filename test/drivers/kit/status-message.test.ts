import { expect, test } from 'vitest';
import { statusFailure } from '../../../src/drivers/kit/answers.ts';

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
  [404, 'https://pbx.example.org/webclient', ": the url ends in /webclient, is that the web page's address?"],
  [404, 'https://pbx.example.org', ''],
  [404, undefined, ''],
  [500, 'https://pbx.example.org/webclient', ''],
])('HTTP %i below %s', (status, baseUrl, tail) => {
  expect(messageOf(status, baseUrl)).toBe(`unexpected answer (HTTP ${status})${tail}`);
});
