import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSystem, uptimeSeconds } from '../../../src/drivers/yeastar-s-k2/system.ts';
import { errnoFailure } from '../../../src/drivers/yeastar-s-k2/errors.ts';
import { readExtensions } from '../../../src/drivers/yeastar-s-k2/peers.ts';
import { countOf, textOf } from '../../../src/drivers/kit/fields.ts';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';
import { readQueue } from '../../../src/drivers/yeastar-s-k2/queues.ts';
import { blankableList, optionalList, readResponse, requiredList } from '../../../src/drivers/yeastar-s-k2/answers.ts';
import { readTrunks } from '../../../src/drivers/yeastar-s-k2/trunks.ts';
import { peerStates, trunkStates } from '../../../src/snapshot/reading.ts';
import { Failure } from '../../../src/transport/failure.ts';
import type { ApiAnswer } from '../../../src/transport/request.ts';

const answer = (body: string, status = 200): ApiAnswer => ({ status, headers: {}, cookies: new Map(), body });

function thrownBy(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

const isFailureOrNothing = (thrown: unknown): boolean => thrown === undefined || thrown instanceof Failure;

function failureOf(work: () => unknown): Failure {
  const thrown = thrownBy(work);
  expect(thrown).toBeInstanceOf(Failure);
  return thrown as Failure;
}

describe('device', () => {
  test.each([
    ['03:57:42', 14_262],
    ['3days 03:57:42', 273_462],
    ['1day 00:00:01', 86_401],
    ['1 day 00:00:01', 86_401],
    ['00:00:00', 0],
    ['', undefined],
    ['soon', undefined],
    ['99:99:99', undefined],
    ['-1days 00:00:00', undefined],
  ])('uptime %j is %j seconds', (text, seconds) => {
    expect(uptimeSeconds(text)).toBe(seconds);
  });

  test.each([
    ['42/100', { used: { extensions: 42 }, limits: { extensions: 100 } }],
    ['0 / 100', { used: { extensions: 0 }, limits: { extensions: 100 } }],
    ['42/0', { used: { extensions: 42 } }],
    ['42', {}],
    ['-1/x', {}],
    [42, {}],
  ])('extensionstatus %j', (extensionstatus, usage) => {
    expect(readSystem({ deviceinfo: { extensionstatus } })).toEqual(usage);
  });

  test('what is missing is left out; nothing at all is a failure', () => {
    expect(readSystem({ deviceinfo: { firmwarever: '80.1' } })).toEqual({ version: '80.1' });
    expect(failureOf(() => readSystem({})).reason).toBe('protocol');
  });
});

describe('responses', () => {
  test.each(['Success', 'success', 'SUCCESS'])('%s is success', (status) => {
    expect(readResponse(answer(JSON.stringify({ status, token: 'x' })))).toMatchObject({ token: 'x' });
  });

  test.each([
    ['20004', 'session_lost'],
    ['20005', 'session_lost'],
    ['20006', 'session_lost'],
    ['20002', 'locked_out'],
    ['20003', 'bad_credentials'],
    ['20008', 'config'],
    ['20010', 'service_unavailable'],
    ['30003', 'service_unavailable'],
    ['30001', 'service_unavailable'],
    ['10003', 'config'],
    ['10004', 'protocol'],
    ['20001', 'protocol'],
    ['20015', 'config'],
    ['20011', 'session_lost'],
    ['10013', 'config'],
    ['10025', 'protocol'],
    ['99999', 'protocol'],
  ])('errno %s is %s, as text and as number, whatever the word for failure', (errno, reason) => {
    for (const code of [errno, Number(errno)])
      for (const status of ['Failed', 'Failure', 'failed'])
        expect(failureOf(() => readResponse(answer(JSON.stringify({ status, errno: code }))))).toMatchObject({
          reason,
          message: expect.stringContaining(`(errno ${errno})`),
        });
  });

  test.each([
    ['<html>sign in</html>', 200, 'protocol'],
    ['', 200, 'protocol'],
    ['[]', 200, 'protocol'],
    ['"Success"', 200, 'protocol'],
    ['{}', 200, 'protocol'],
    ['{"status":"Failed"}', 200, 'protocol'],
    ['{"status":"Success","extlist":[{"ext', 200, 'protocol'],
    ['not here', 404, 'config'],
    ['', 302, 'redirect'],
    ['gateway', 504, 'service_unavailable'],
    ['{"status":"Success"}', 500, 'http_status'],
  ])('%j with HTTP %i is %s', (body, status, reason) => {
    expect(failureOf(() => readResponse(answer(body, status))).reason).toBe(reason);
  });

  test('a list that may be left out when it is empty', () => {
    for (const fields of [{}, { inbound: [] }, { inbound: '' }, { inbound: null }, { inbound: {} }])
      expect(optionalList(fields, 'inbound')).toEqual([]);
    expect(failureOf(() => optionalList({ inbound: { a: 1 } }, 'inbound')).reason).toBe('protocol');
    expect(failureOf(() => requiredList({}, 'inbound')).reason).toBe('protocol');
    for (const other of [0, false, 'none', { a: 1 }])
      expect(failureOf(() => blankableList({ inbound: other }, 'inbound')).reason).toBe('protocol');
    for (const blank of [null, '', {}, []]) expect(blankableList({ trunklist: blank }, 'trunklist')).toEqual([]);
    expect(failureOf(() => blankableList({}, 'trunklist')).reason).toBe('protocol');
  });

  test('a failure repeats nothing of what the PBX sent but digits', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (errno) => {
        expect(errnoFailure(errno).message).toMatch(/\(errno \d{1,9}\)$|without an error number$/);
      }),
    );
  });
});

describe('any answer at all', () => {
  const scalar = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.constantFrom('Registered', 'Failure', 'Idle', '1001'),
  );
  const row = fc.oneof(
    fc.dictionary(fc.constantFrom('extnumber', 'number', 'status', 'username', 'trunkname', 'id', 'type'), scalar),
    scalar,
  );

  test('rows never appear out of nothing, each one is a row or counted, and states are of the closed set', () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const skipped = new SkipCounter();
        const peers = readExtensions({ extlist: rows }, skipped);
        expect(peers.length + (skipped.counts().malformed ?? 0)).toBe(rows.length);
        for (const peer of peers) expect(peerStates).toContain(peer.state);
        for (const peer of peers) expect(peer.id).not.toBe('');
      }),
    );
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const skipped = new SkipCounter();
        const trunks = readTrunks({ trunklist: rows }, skipped);
        expect(trunks.length + (skipped.counts().malformed ?? 0)).toBe(rows.length);
        for (const trunk of trunks) expect(trunkStates).toContain(trunk.state);
      }),
    );
  });

  test('nothing but a failure is ever thrown', () => {
    const readers: ((body: string) => unknown)[] = [
      (body) => readExtensions(readResponse(answer(body)), new SkipCounter()),
      (body) => readTrunks(readResponse(answer(body)), new SkipCounter()),
      (body) => readQueue(readResponse(answer(body)), '6700', new SkipCounter()),
      (body) => readSystem(readResponse(answer(body))),
    ];
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), fc.constantFrom(...readers), (body, read) => {
        const wrapped = body.startsWith('{') ? body.replace('{', '{"status":"Success",') : body;
        const parts = `{"status":"Success","extlist":${body},"queues":${body},"deviceinfo":${body}}`;
        for (const text of [body, wrapped, parts]) expect(thrownBy(() => read(text))).toSatisfy(isFailureOrNothing);
      }),
    );
  });

  test.each([undefined, null, true, [], {}, 1.5, Number.NaN, 2 ** 53])('%j is no text and no count', (value) => {
    expect(textOf(value)).toBe('');
    expect(countOf(value)).toBeUndefined();
  });

  test('counts are whole and not negative, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(typeof textOf(value)).toBe('string');
        expect(countOf(value) ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
