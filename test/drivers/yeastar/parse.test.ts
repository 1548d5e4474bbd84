import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDevice, uptimeSeconds } from '../../../src/drivers/yeastar/device.ts';
import { errnoFailure } from '../../../src/drivers/yeastar/errors.ts';
import { readExtensions } from '../../../src/drivers/yeastar/extensions.ts';
import { countOf, textOf } from '../../../src/drivers/yeastar/fields.ts';
import { Notes } from '../../../src/drivers/yeastar/notes.ts';
import { readQueue } from '../../../src/drivers/yeastar/queues.ts';
import { optionalList, readResponse, requiredList } from '../../../src/drivers/yeastar/response.ts';
import { readTrunks } from '../../../src/drivers/yeastar/trunks.ts';
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

describe('extensions', () => {
  const one = (row: unknown) => readExtensions({ extlist: [row] }, new Notes())[0];

  test.each([
    ['Registered', 'reachable', false],
    ['REGISTERED', 'reachable', false],
    [' registered ', 'reachable', false],
    ['Idle', 'reachable', false],
    ['Ringing', 'reachable', true],
    ['Busy', 'reachable', true],
    ['Hold', 'reachable', true],
    ['Unavailable', 'unregistered', false],
    ['unavailable', 'unregistered', false],
    ['Unregistered', 'unregistered', false],
    ['Malfunction', 'unreachable', false],
    ['Fxsnoport', 'unreachable', false],
  ])('%s is %s', (status, state, inCall) => {
    expect(one({ extnumber: '1001', status })).toEqual({ id: '1001', state, inCall });
  });

  test.each(['', 'Registering', 'constructor', '__proto__', 'toString', 0, null, true])(
    'a word such as %j is unknown: noted, kept, and never 0 or 1',
    (status) => {
      const notes = new Notes();
      expect(readExtensions({ extlist: [{ extnumber: '1001', status }] }, notes)).toEqual([
        { id: '1001', state: 'unknown' },
      ]);
      expect(notes.counts()).toEqual({ unknown_state: 1 });
    },
  );

  test('v2.0.0 calls the number "number"; numbers may be numbers, leading zeros stay', () => {
    expect(one({ number: '0042', status: 'Idle' })).toMatchObject({ id: '0042' });
    expect(one({ extnumber: 1001, status: 'Idle' })).toMatchObject({ id: '1001' });
  });

  test('a number too large for JSON to carry exactly is no id', () => {
    const notes = new Notes();
    expect(readExtensions({ extlist: [{ extnumber: 1e21 }, { extnumber: 2 ** 53 }] }, notes)).toEqual([]);
    expect(notes.counts()).toEqual({ malformed: 2 });
  });

  test('one bad row does not drop its siblings', () => {
    const rows = [null, 7, [], { status: 'Idle' }, { extnumber: '1001', status: 'Idle' }];
    const notes = new Notes();
    expect(readExtensions({ extlist: rows }, notes)).toHaveLength(1);
    expect(notes.counts()).toEqual({ malformed: 4 });
  });

  test.each([{}, { extlist: null }, { extlist: '' }, { extlist: {} }, { trunklist: {} }])(
    'no list is not an empty list: %j',
    (fields) => {
      expect(failureOf(() => readExtensions(fields, new Notes())).reason).toBe('protocol');
      expect(failureOf(() => readTrunks(fields, new Notes()).map(String)).reason).toBe('protocol');
    },
  );
});

describe('trunks', () => {
  const one = (row: object) => readTrunks({ trunklist: [{ trunkname: 'a', ...row }] }, new Notes())[0];

  test.each([
    ['SIP', 'Registered', 'registered', true],
    ['SIP', 'Registered (Unmonitored)', 'registered', true],
    ['SIP', 'registered(unmonitored)', 'registered', true],
    ['SIP', 'Registering', 'registering', false],
    ['IAX', 'Failure', 'failed', false],
    ['SIP-Register', 'failure', 'failed', false],
    ['SIP', 'Disable', 'disabled', undefined],
    ['SIP', 'Unknown', 'unknown', undefined],
    ['SIP', 'Idle', 'reachable', undefined],
    ['SIP', 'Unreachable', 'unreachable', undefined],
    ['FXO', 'Idle', 'reachable', undefined],
    ['FXO', 'Busy', 'reachable', undefined],
    ['FXO', 'Fault', 'failed', undefined],
    ['E1', 'Up', 'reachable', undefined],
    ['BRI', 'Down', 'failed', undefined],
    ['T1', 'Alarm', 'failed', undefined],
    ['GSM', 'No  SIM', 'failed', undefined],
    ['GSM', 'pin error', 'failed', undefined],
    ['LTE', 'Unregister', 'unregistered', undefined],
  ])('%s %s is %s', (type, status, state, registered) => {
    const trunk = one({ type, status });
    expect(trunk).toMatchObject({ state, rawState: status });
    expect(trunk?.registered).toBe(registered);
  });

  test('"Unknown" is a word we know: it is not counted as strange, other words are', () => {
    const notes = new Notes();
    const rows = [
      { trunkname: 'a', status: 'Unknown' },
      { trunkname: 'b', status: 'Thinking' },
    ];
    expect(readTrunks({ trunklist: rows }, notes).map(({ state }) => state)).toEqual(['unknown', 'unknown']);
    expect(notes.counts()).toEqual({ unknown_state: 1 });
    expect(notes.words()).toEqual(['Thinking']);
  });

  test('the id of v2.0.0 is the key, the name is for people; without an id the name is the key', () => {
    expect(one({ id: '7', status: 'registered', type: 'SIP' })).toMatchObject({ id: '7', name: 'a' });
    expect(one({ status: 'registered', type: 'SIP' })).not.toHaveProperty('name');
  });
});

describe('queues', () => {
  const answerOf = (queue: object) => ({ queues: [queue] });

  test.each(['queuenumber', 'number'])('%s names the queue; blank is nobody', (key) => {
    const members = ['0', '1', 2, '3', '4', '5', '6', '7', '8', '9', '10'].map((agentstatus) => ({ agentstatus }));
    const notes = new Notes();
    const fields = answerOf({ [key]: '6700', queuestatus: [{ callercount: '', members }] });
    expect(readQueue(fields, '6700', notes)).toEqual({
      id: '6700',
      waitingCallers: 0,
      agents: {
        unknown: 2,
        available: 1,
        in_call: 3,
        unavailable: 1,
        ringing: 1,
        on_hold: 1,
        paused: 1,
        wrap_up: 1,
      },
    });
    expect(notes.counts()).toEqual({});
  });

  test('what is not told is left out, never 0', () => {
    const fields = answerOf({ queuenumber: '6700', queuestatus: [{ callercount: 'many' }] });
    expect(readQueue(fields, '6700', new Notes())).toEqual({ id: '6700' });
  });

  test.each([{}, { queues: [] }, answerOf({ queuenumber: '6701', queuestatus: [{}] }), answerOf({ number: '6700' })])(
    'an answer that tells nothing of the queue fails: %j',
    (fields) => {
      expect(failureOf(() => readQueue(fields, '6700', new Notes())).reason).toBe('protocol');
    },
  );
});

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

  test('what is missing is left out; nothing at all is a failure', () => {
    expect(readDevice({ deviceinfo: { firmwarever: '80.1' } })).toEqual({ version: '80.1' });
    expect(failureOf(() => readDevice({})).reason).toBe('protocol');
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
    for (const fields of [{}, { inbound: [] }, { inbound: '' }, { inbound: null }])
      expect(optionalList(fields, 'inbound')).toEqual([]);
    expect(failureOf(() => optionalList({ inbound: { a: 1 } }, 'inbound')).reason).toBe('protocol');
    expect(failureOf(() => requiredList({}, 'inbound')).reason).toBe('protocol');
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
        const notes = new Notes();
        const peers = readExtensions({ extlist: rows }, notes);
        expect(peers.length + (notes.counts().malformed ?? 0)).toBe(rows.length);
        for (const peer of peers) expect(peerStates).toContain(peer.state);
        for (const peer of peers) expect(peer.id).not.toBe('');
      }),
    );
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const notes = new Notes();
        const trunks = readTrunks({ trunklist: rows }, notes);
        expect(trunks.length + (notes.counts().malformed ?? 0)).toBe(rows.length);
        for (const trunk of trunks) expect(trunkStates).toContain(trunk.state);
      }),
    );
  });

  test('nothing but a failure is ever thrown', () => {
    const readers: ((body: string) => unknown)[] = [
      (body) => readExtensions(readResponse(answer(body)), new Notes()),
      (body) => readTrunks(readResponse(answer(body)), new Notes()),
      (body) => readQueue(readResponse(answer(body)), '6700', new Notes()),
      (body) => readDevice(readResponse(answer(body))),
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
