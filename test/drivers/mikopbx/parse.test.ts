import { describe, expect, test } from 'vitest';
import { messagesOf } from '../../../src/drivers/mikopbx/errors.ts';
import { readEnvelope } from '../../../src/drivers/mikopbx/shared/answers.ts';
import { readCalls } from '../../../src/drivers/mikopbx/shared/calls.ts';
import { readExtensionNames } from '../../../src/drivers/mikopbx/legacy/names.ts';
import { readEmployees } from '../../../src/drivers/mikopbx/v3/collect-peers.ts';
import { Failure } from '../../../src/transport/failure.ts';
import { answer, reasonOf } from './answer.ts';

const envelope = (data: unknown, notices: readonly string[] = []) => ({ data, notices });

describe('which answers count', () => {
  test.each([
    ['an answer', 200, { result: true, data: [1], messages: [] }, 'suspended'],
    ['no result', 200, { data: [1], messages: [] }, 'protocol'],
    ['a result that is no truth', 200, { result: 'true', data: [1] }, 'protocol'],
    ['a refusal', 200, { result: false, data: [], messages: { error: ['no'] } }, 'service_unavailable'],
    ['an unknown action', 200, { result: false, messages: ['Unknown action - foo in x'] }, 'config'],
    ['an unknown action of 2024.1', 200, { result: false, messages: { error: ['Unknown action - foo'] } }, 'config'],
    ['a fatal error', 200, 'Fatal error: Uncaught PDOException: x', 'service_unavailable'],
    ['a web page', 200, '<!DOCTYPE html><html>exception</html>', 'protocol'],
    ['a cut answer', 200, '{"result":true,"data":[{"id":"20', 'protocol'],
    ['nothing', 200, '', 'protocol'],
    ['null', 200, 'null', 'protocol'],
    ['a name that sounds like an error', 200, { result: true, data: ['Fatal error: Uncaught'] }, 'suspended'],
    [
      'gave up',
      400,
      { result: false, messages: { error: ['Request timeout or worker not responding'] } },
      'service_unavailable',
    ],
    ['an id is missing', 400, { result: false, messages: { error: ['id required'] } }, 'http_status'],
    ['the role', 403, { errors: ['The route is not allowed'] }, 'forbidden'],
    ['a ban', 403, 'Access denied', 'locked_out'],
    ['the filter', 403, 'Security violation detected', 'config'],
    ['an old path', 404, { success: false, messages: { error: ['Endpoint not found: /x'] }, data: null }, 'config'],
    ['a verb', 405, { result: false, messages: {}, meta: {} }, 'config'],
    ['a PHP warning', 422, { result: false, messages: ['Undefined array key "Addr"'], data: [] }, 'http_status'],
    ['the limit', 429, 'Too many requests\n', 'rate_limited'],
    ['no process answered', 500, { jsonapi: {}, errors: ['500 (Internal Server Error) '] }, 'service_unavailable'],
    ['a trace', 500, 'Exception: x\nStack trace:\n#0 {main}', 'service_unavailable'],
    ['something else', 500, 'oops', 'http_status'],
    [
      'the queue',
      503,
      { result: false, messages: { error: ['Service temporarily unavailable'] } },
      'service_unavailable',
    ],
    ['a redirect', 301, '', 'redirect'],
  ])('%s (HTTP %s)', (_name, status, body, reason) => {
    const read = () => {
      readEnvelope(answer(status, body));
      throw new Failure('suspended', 'the answer counts');
    };
    expect(reasonOf(read)).toBe(reason);
  });

  test('messages in all their shapes', () => {
    expect(messagesOf({ messages: [] })).toEqual([]);
    expect(messagesOf({ messages: ['One'] })).toEqual(['one']);
    expect(messagesOf({ messages: { info: ['Using cached data (fresh)'], error: 'x' } })).toEqual([
      'info: using cached data (fresh)',
      'error: x',
    ]);
    expect(messagesOf({ message: 'Page not found - 404' })).toEqual(['page not found - 404']);
    expect(messagesOf({})).toEqual([]);
  });
});

describe('calls, names, employees', () => {
  test('channels of one call share their linkedid', () => {
    expect(readCalls(envelope([{ linkedid: 'a' }, { linkedid: 'b' }, { linkedid: 'a' }]), false)).toEqual({ all: 2 });
    expect(readCalls(envelope([]), false)).toEqual({ all: 0 });
    const rows = ['mikopbx-1769990000.12', 'mikopbx-1769990030.14', '1769989990.7'].map((linkedid) => ({ linkedid }));
    const sentAt = 1_769_990_060_000;
    expect(readCalls({ ...envelope(rows), sentAt }, false)).toEqual({ all: 3, longestSeconds: 70 });
    expect(readCalls({ ...envelope([...rows, { linkedid: 'a' }]), sentAt }, false)).toEqual({ all: 4 });
  });

  test('no calls after two seconds of waiting are no answer', () => {
    expect(reasonOf(() => readCalls(envelope([]), true))).toBe('service_unavailable');
    expect(readCalls(envelope([{ linkedid: 'a' }]), true)).toEqual({ all: 1 });
    expect(reasonOf(() => readCalls(envelope(['[]']), false))).toBe('protocol');
    expect(reasonOf(() => readCalls(envelope({}), false))).toBe('protocol');
  });

  test('names without their HTML and number', () => {
    const row = (name: string, value: string, type = 'USER') => ({ name, value, type });
    const names = readExtensionNames(
      envelope([
        row('<i class="icons"><i class="user icon"></i></i> Anna &amp; Co &lt;201&gt;', '201'),
        row('Plain', '0202'),
        row('Queue &lt;2200100&gt;', '2200100', 'QUEUE'),
        'x',
      ]),
    );
    expect([...names]).toEqual([
      ['201', 'Anna & Co'],
      ['0202', 'Plain'],
    ]);
  });

  test('switched-off employees in every way that PHP writes a truth', () => {
    const row = (number: string, disabled: unknown) => ({ number, user_username: `N${number}`, disabled });
    const rows = [row('201', '0'), row('202', '1'), row('203', true), row('204', false), row('205', 1), row('', true)];
    const page = readEmployees(envelope({ data: rows, recordsTotal: 6 }));
    expect([...page.disabled.keys()]).toEqual(['202', '203', '205']);
    expect(page).toMatchObject({ rows: 6, total: 6 });
  });
});
