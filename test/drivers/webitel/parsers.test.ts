import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';
import { readAccounts } from '../../../src/drivers/webitel/legacy/peers.ts';
import { isOutage } from '../../../src/drivers/webitel/legacy/errors.ts';
import { readCalls } from '../../../src/drivers/webitel/legacy/collect.ts';
import { readGateways } from '../../../src/drivers/webitel/legacy/trunks.ts';
import { readAgents, readQueueNames, readWaitingCallers } from '../../../src/drivers/webitel/legacy/queues.ts';
import { readIdentity } from '../../../src/drivers/webitel/legacy/rights.ts';
import { readStatus } from '../../../src/drivers/webitel/legacy/system.ts';
import { errorId, readBody } from '../../../src/drivers/webitel/modern/errors.ts';
import { peersFromDevices } from '../../../src/drivers/webitel/modern/peers.ts';
import { trunksFromGateways } from '../../../src/drivers/webitel/modern/trunks.ts';
import { readPage } from '../../../src/drivers/webitel/modern/pagination.ts';
import { queuesFromRows } from '../../../src/drivers/webitel/modern/queues.ts';
import { mayHideRows } from '../../../src/drivers/webitel/modern/collect.ts';
import { decodePercent, sipHost } from '../../../src/drivers/webitel/shared/answers.ts';
import { Failure } from '../../../src/transport/failure.ts';
import type { ApiAnswer } from '../../../src/transport/request.ts';

function answer(body: unknown, status = 200): ApiAnswer {
  return { status, headers: {}, cookies: new Map(), body: typeof body === 'string' ? body : JSON.stringify(body) };
}

/** Returns the value or the failure; any other error is a defect and is rethrown. */
function outcome<T>(work: () => T): T | Failure {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
}

const word = fc.constantFrom(
  'ONHOOK',
  'isbusy',
  'NONREG',
  'REGED',
  'DOWN',
  'FAILED (retry: 3s)',
  '',
  '__proto__',
  'constructor',
);
const cell = fc.oneof(word, fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.double());
const row = fc.record(
  {
    id: cell,
    state: cell,
    name: cell,
    domain: cell,
    Gateway: fc.oneof(fc.constantFrom('external::a', 'a', '::', 'x::'), cell),
    State: cell,
    Data: cell,
    account: cell,
    reged: cell,
    enable: cell,
    register: cell,
    r_state: cell,
    proxy: cell,
    waiting: cell,
    status: cell,
    user: fc.oneof(cell, fc.record({ name: cell })),
  },
  { requiredKeys: [] },
);
const list = fc.array(fc.oneof(row, cell));
const anything = fc.oneof(fc.jsonValue(), list, fc.dictionary(fc.oneof(fc.string(), fc.constant('1001')), row));

test('lists of peers and trunks: only failures are thrown, no row is invented, none without an id', () => {
  fc.assert(
    fc.property(anything, fc.option(fc.constant('pbx.example.org'), { nil: undefined }), (payload, domain) => {
      const rows = Array.isArray(payload) ? payload : [];
      const size = typeof payload === 'object' && payload !== null ? Object.keys(payload).length : 0;
      const results = [
        outcome(() => readAccounts(payload, domain, new SkipCounter())),
        outcome(() => readGateways(payload, { domain }, new SkipCounter())),
        peersFromDevices(rows, new SkipCounter()),
        trunksFromGateways(rows, new SkipCounter()),
        queuesFromRows(rows, new SkipCounter()),
      ];
      for (const result of results) {
        if (result instanceof Failure) continue;
        expect(result.length).toBeLessThanOrEqual(size);
        for (const { id } of result) expect(id).not.toBe('');
      }
    }),
  );
});

test('reachable is said only of the words that mean it', () => {
  fc.assert(
    fc.property(fc.string(), (state) => {
      const payload = { '1001': { id: '1001', state } };
      const [peer] = readAccounts(payload, undefined, new SkipCounter());
      const registered = ['ONHOOK', 'ISBUSY'].includes(state.trim().toUpperCase());
      expect(peer?.state === 'reachable').toBe(registered);
      expect(peer?.registered === true).toBe(registered);
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), (reged) => {
      const [peer] = peersFromDevices([{ id: '1', reged }], new SkipCounter());
      expect(peer?.state === 'reachable').toBe(reged === true);
    }),
  );
});

test('answers of every shape and status: a value or a failure, whose message repeats nothing of the answer', () => {
  const secret = 'tok3n-from-the-answer';
  const body = fc.oneof(
    anything,
    fc.record({ status: fc.constantFrom('OK', 'error'), info: fc.constant(secret) }),
    fc.constant(secret),
  );
  const status = fc.constantFrom(200, 201, 300, 301, 400, 401, 403, 404, 412, 420, 429, 500, 502, 503, 504);
  fc.assert(
    fc.property(body, status, (content, code) => {
      const given = answer(content, code);
      const results = [
        outcome(() => readStatus(given)),
        outcome(() => readCalls(given)),
        outcome(() => readIdentity(given)),
        outcome(() => readBody(given, 'no right')),
        outcome(() => errorId(given)),
      ];
      const messages = results.flatMap((result) => (result instanceof Failure ? [result.message] : []));
      expect(messages.filter((message) => message.includes(secret))).toEqual([]);
    }),
  );
});

test('lists of the call centre: only failures are thrown, nobody is counted twice', () => {
  fc.assert(
    fc.property(anything, list, (payload, rows) => {
      const names = outcome(() => readQueueNames(payload, new SkipCounter()));
      expect(names instanceof Failure || new Set(names).size === names.length).toBe(true);
      const waiting = outcome(() => readWaitingCallers(rows));
      expect(waiting instanceof Failure || waiting <= rows.length).toBe(true);
      const agents = outcome(() => readAgents(rows, new SkipCounter()));
      const counted =
        agents instanceof Failure ? rows.length : Object.values(agents).reduce((sum, count) => sum + count, 0);
      expect(counted).toBe(rows.length);
    }),
  );
});

test('pages: a list or a failure, and rights are told by any answer', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('items', 'next', 'page', 'scope', 'error'), fc.jsonValue()), (body) => {
      const page = outcome(() => readPage(body));
      expect(page instanceof Failure || Array.isArray(page.rows)).toBe(true);
      expect(typeof mayHideRows(body, 'devices')).toBe('boolean');
    }),
  );
});

test.each([
  ['UP 0 years, 0 days, 0 hours, 0 minutes, 7 seconds, 5 milliseconds, 6 microseconds', 7],
  ['UP 1 year, 1 day, 1 hour, 1 minute, 1 second', 31_626_061],
  ['UP since yesterday', undefined],
  ['is ready', undefined],
])('uptime of %s', (freeSWITCH, uptimeSeconds) => {
  const { part } = readStatus(answer({ version: 'v3.11.7#abc', freeSWITCH, wConsole: { status: 'Connected' } }));
  expect(part).toEqual({
    ok: true,
    value: { version: 'v3.11.7', model: 'legacy', ...(uptimeSeconds === undefined ? {} : { uptimeSeconds }) },
  });
});

test('a status must be one', () => {
  expect(outcome(() => readStatus(answer({ version: 'v1' })))).toMatchObject({ reason: 'protocol' });
});

test('calls: the number must be there and be true', () => {
  expect(readCalls(answer({ row_count: 0 }))).toEqual({ all: 0 });
  expect(readCalls(answer({ row_count: '2', rows: [{}, {}] }))).toEqual({ all: 2 });
  const rows = [{ created_epoch: '1769990000' }, { created_epoch: '1769990030' }];
  const sent = { ...answer({ row_count: 2, rows }), headers: { date: new Date(1_769_990_060_000).toUTCString() } };
  expect(readCalls(sent)).toEqual({ all: 2, longestSeconds: 60 });
  expect(outcome(() => readCalls(answer({ row_count: 3, rows: [{}] })))).toMatchObject({ reason: 'protocol' });
  expect(outcome(() => readCalls(answer({ rows: [] })))).toMatchObject({ reason: 'protocol' });
});

test.each([
  ['-ERR: Console connect error', true],
  ['-ERR: FreeSWITCH server connect close!', true],
  ['Bad response console server.', true],
  ['-ERR user [7@d] not found!\n', false],
  ['secret incorrect', false],
  ['', false],
])('%j is an outage: %s', (text, expected) => {
  expect(isOutage(text)).toBe(expected);
});

test.each([
  ['sip:user@sip.example.net', 'sip.example.net'],
  ['sips:sip.example.net:5061;transport=tls', 'sip.example.net'],
  ['<sip:u@[2001:db8::1]:5060>', '[2001:db8::1]'],
  ['sip.example.net', 'sip.example.net'],
  ['', undefined],
  ['sip:user@', undefined],
])('host of %j', (address, host) => {
  expect(sipHost(address)).toBe(host);
});

test('percent signs are decoded where they are an encoding', () => {
  expect(decodePercent('Bob%20B')).toBe('Bob B');
  expect(decodePercent('100%')).toBe('100%');
});
