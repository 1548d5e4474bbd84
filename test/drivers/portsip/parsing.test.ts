import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readAnswer, readApiError, readInt64Json } from '../../../src/drivers/portsip/errors.ts';
import { readLogin, readLoginStatus, readRenewal } from '../../../src/drivers/portsip/token-answers.ts';
import { portsip } from '../../../src/drivers/portsip/index.ts';
import { readPage } from '../../../src/drivers/portsip/pagination.ts';
import { callsPart, readTotals, systemPart } from '../../../src/drivers/portsip/collect.ts';
import { Failure } from '../../../src/transport/failure.ts';
import type { ApiAnswer } from '../../../src/transport/request.ts';

function answerOf(status: number, body: string): ApiAnswer {
  return { status, body, headers: {}, cookies: new Map() };
}

function reasonOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown.reason;
    throw thrown;
  }
}

const unauthorized = '{"errors":[{"code":"UNAUTHORIZED","message":"Login failed, authentication error"}]}';
const denied = '{"errors":[{"code":"DENIED","message":"the client IP address 192.0.2.9 has been blocked until ..."}]}';

describe('answers to a login', () => {
  test.each([
    [400, unauthorized, 'bad_credentials'],
    [401, unauthorized, 'bad_credentials'],
    [500, unauthorized, 'bad_credentials'],
    [200, unauthorized, 'bad_credentials'],
    [401, '', 'bad_credentials'],
    [403, '', 'bad_credentials'],
    [403, denied, 'locked_out'],
    [400, denied, 'locked_out'],
    [400, '{"errors":[{"code":"UNKNOWN","message":"192.0.2.9 has been blocked until noon"}]}', 'locked_out'],
    [404, '{"errors":[{"code":"X","message":"no such user"}]}', 'bad_credentials'],
    [408, '', 'http_status'],
    [404, '{"errors":[{"code":"X","message":"No tenant information found by the provided SIP domain"}]}', 'config'],
    [400, '{"errors":[{"code":"VALIDATE_FAILED","message":"username"}]}', 'config'],
    [429, '', 'rate_limited'],
    [302, '', 'redirect'],
    [500, '{"errors":[{"code":"UNKNOWN","message":"disk full"}]}', 'http_status'],
    [502, '<html></html>', 'service_unavailable'],
    [200, '<html>portal</html>', 'protocol'],
    [200, '[]', 'protocol'],
    [200, '{"two_factor_enabled":true,"token":"abc"}', 'two_factor_required'],
    [200, '{"access_token":"line\\nbreak"}', 'protocol'],
  ])('%i %s is %s', (status, body, reason) => {
    expect(reasonOf(() => readLogin(answerOf(status, body)))).toBe(reason);
  });

  test.each([
    [404, '404 page not found'],
    [404, '{"message":"no route"}'],
    [405, ''],
    [501, '<html></html>'],
  ])('%i %s is a path that does not exist', (status, body) => {
    expect(readLogin(answerOf(status, body))).toBe('path missing');
  });

  test.each([
    [200, ''],
    [204, ''],
    [200, ' \n'],
    [200, '{}'],
    [200, '{"role":"Admin"}'],
    [200, '{"access_token":null}'],
    [200, '{"two_factor_enabled":false}'],
  ])('%i %j is a login without a token', (status, body) => {
    expect(readLogin(answerOf(status, body))).toBe('no token');
  });

  test.each([
    ['"7C1E0AB45D2F4E6E9A3B1C0D8E7F6A55."', '1800', 1800],
    ['"AB.CD.EF"', '"3600"', 3600],
    ['"x"', '0', 1800],
    ['"x"', '-5', 1800],
    ['"x"', 'null', 1800],
    ['"x"', '"soon"', 1800],
  ])('token %s with expires_in %s', (token, expiresIn, seconds) => {
    const body = `{"access_token":${token},"expires_at":"1999-01-01T00:00:00.123456Z","expires_in":${expiresIn}}`;
    expect(readLogin(answerOf(200, body))).toEqual({ token: JSON.parse(token), expiresInSeconds: seconds });
  });

  test('GET /login without a session, or without the path, has no token and is no refusal', () => {
    for (const status of [400, 401, 403, 404, 405])
      expect(readLoginStatus(answerOf(status, unauthorized))).toBe('no token');
    expect(reasonOf(() => readLoginStatus(answerOf(403, denied)))).toBe('locked_out');
    expect(reasonOf(() => readLoginStatus(answerOf(503, '')))).toBe('service_unavailable');
  });

  test('a renewal that is refused means that the session is lost, never that the password is wrong', () => {
    for (const status of [400, 401, 403, 404])
      expect(reasonOf(() => readRenewal(answerOf(status, unauthorized)))).toBe('session_lost');
    expect(reasonOf(() => readRenewal(answerOf(200, '')))).toBe('session_lost');
    expect(reasonOf(() => readRenewal(answerOf(502, '')))).toBe('service_unavailable');
  });
});

test.each([
  [401, '', 'session_lost'],
  [403, '', 'forbidden'],
  [403, denied, 'locked_out'],
  [404, '', 'config'],
  [404, '{"errors":[]}', 'http_status'],
  [400, '{"errors":[{"code":"VALIDATE_FAILED"}]}', 'http_status'],
  [429, '', 'rate_limited'],
  [504, '', 'service_unavailable'],
  [200, '<!DOCTYPE html>', 'protocol'],
  [200, '', 'protocol'],
  [204, '', 'protocol'],
  [200, '{"count":1,"items":[{"id":', 'protocol'],
])('a question answered with %i %j is %s', (status, body, reason) => {
  expect(reasonOf(() => readAnswer(answerOf(status, body)))).toBe(reason);
});

test('error codes that are not codes are not repeated', () => {
  const body = '{"errors":[{"code":"<script> secret","message":"m"}]}';
  expect(readApiError(answerOf(400, body))).toEqual({ code: 'UNKNOWN', blocked: false, isAboutDomain: false });
  expect(readApiError(answerOf(400, '{"errors":[7]}'))).toEqual({
    code: 'UNKNOWN',
    blocked: false,
    isAboutDomain: false,
  });
  expect(readApiError(answerOf(400, '{"errors":"x"}'))).toBeUndefined();
});

describe('exact JSON', () => {
  test('whole numbers of any size keep their digits, everything else is as usual', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), fc.jsonValue(), (id, other) => {
        const read = readInt64Json(answerOf(200, `{"id":${id},"other":${JSON.stringify(other)}}`));
        const { id: readId } = read as { id: unknown };
        expect(String(readId)).toBe(String(id));
      }),
    );
  });

  test('digits in a text stay a text', () => {
    expect(readInt64Json(answerOf(200, '{"a":"904417235518029824","b":1.5,"c":12}'))).toEqual({
      a: '904417235518029824',
      b: 1.5,
      c: 12,
    });
  });
});

test('pages: entries and count, or a Failure', () => {
  expect(readPage({ count: '3', items: [1] })).toEqual({ items: [1], count: 3 });
  fc.assert(
    fc.property(fc.anything(), (value) => {
      const reason = reasonOf(() => readPage(value));
      return reason === undefined || reason === 'protocol';
    }),
  );
});

test.each([
  ['22.3.11.2295 Release', '22.3.11.2295'],
  ['v16.4', '16.4'],
  [' 22.0 (Build 7)', '22.0'],
  ['PortSIP PBX', undefined],
  [null, undefined],
  [22, '22'],
])('version %j is %j', (version, expected) => {
  expect(readTotals({ version }).version).toBe(expected);
});

test('a number of calls that was not told is a failure, not 0', () => {
  expect(reasonOf(() => callsPart(readTotals({ version: '22.0' })))).toBe('protocol');
  expect(callsPart(readTotals({ current_calls: '4' }))).toEqual({ ok: true, value: { all: 4 } });
  expect(reasonOf(() => callsPart(readTotals({ current_calls: -1 })))).toBe('protocol');
});

test('use and limits are those that are told; a limit of 0 is none', () => {
  const tenant = { current_calls: 2, current_users: 8, online_users: 0, current_trunks: '3', licensed_users: 500 };
  expect(systemPart(readTotals(tenant)).value).toEqual({
    used: { calls: 2, users: 8, online_users: 0, trunks: 3 },
    limits: { users: 500 },
  });
  expect(systemPart(readTotals({ max_concurrent_calls: 100, licensed_users: 0 })).value).toEqual({
    limits: { calls: 100 },
  });
  expect(systemPart(readTotals({})).value).toEqual({});
});

test.each([
  ['2027-01-01T00:00:00Z', 1_798_761_600],
  ['2027-01-01T00:00:00.123456+02:00', 1_798_754_400],
  ['0001-01-01T00:00:00Z', undefined],
  ['2027', undefined],
  ['', undefined],
  [1_798_761_600, undefined],
])('maintenance until %j ends at %j', (told, seconds) => {
  expect(systemPart(readTotals({ maintenance_expires_at: told })).value?.licenseExpiries?.maintenance).toBe(seconds);
});

test.each([
  ['https://pbx.example.org:8887', '/api'],
  ['https://pbx.example.org:8887/', '/api'],
  ['https://pbx.example.org:8887/api', '/api'],
  ['https://pbx.example.org:8887/api/', '/api'],
  ['https://proxy.example.org/pbx7', '/pbx7/api'],
])('%s is asked below %s', (configured, path) => {
  expect(portsip.baseUrl?.(new URL(configured)).pathname).toBe(path);
});

test('requests that give away passwords or change something are not in the list', () => {
  const paths = portsip.requests.map(({ method, path }) => `${method} ${path}`);
  for (const path of ['GET /users/{id}', 'GET /phones', 'GET /key', 'POST /tenants/switch', 'POST /auth/send_otp'])
    expect(paths).not.toContain(path);
});
