import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readExtensions } from '../../../src/drivers/yeastar-s-k2/peers.ts';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';
import { readQueue } from '../../../src/drivers/yeastar-s-k2/queues.ts';
import { readTrunks } from '../../../src/drivers/yeastar-s-k2/trunks.ts';
import { Failure } from '../../../src/transport/failure.ts';

function failureOf(work: () => unknown): Failure {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown;
    throw thrown;
  }
  throw new Error('no failure was thrown');
}

describe('extensions', () => {
  const one = (row: unknown) => readExtensions({ extlist: [row] }, new SkipCounter())[0];

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
      const skipped = new SkipCounter();
      expect(readExtensions({ extlist: [{ extnumber: '1001', status }] }, skipped)).toEqual([
        { id: '1001', state: 'unknown' },
      ]);
      expect(skipped.counts()).toEqual({ unknown_state: 1 });
    },
  );

  test('the name is for people', () => {
    expect(one({ extnumber: '1001', status: 'Registered', username: 'Ana Ruiz' })).toEqual({
      id: '1001',
      name: 'Ana Ruiz',
      state: 'reachable',
      inCall: false,
    });
  });

  test('v2.0.0 calls the number "number"; numbers may be numbers, leading zeros stay', () => {
    expect(one({ number: '0042', status: 'Idle' })).toMatchObject({ id: '0042' });
    expect(one({ extnumber: 1001, status: 'Idle' })).toMatchObject({ id: '1001' });
  });

  test('a number too large for JSON to carry exactly is no id', () => {
    const skipped = new SkipCounter();
    expect(readExtensions({ extlist: [{ extnumber: 1e21 }, { extnumber: 2 ** 53 }] }, skipped)).toEqual([]);
    expect(skipped.counts()).toEqual({ malformed: 2 });
  });

  test('one bad row does not drop its siblings', () => {
    const rows = [null, 7, [], { status: 'Idle' }, { extnumber: '1001', status: 'Idle' }];
    const skipped = new SkipCounter();
    expect(readExtensions({ extlist: rows }, skipped)).toHaveLength(1);
    expect(skipped.counts()).toEqual({ malformed: 4 });
  });

  test.each([{}, { extlist: null }, { extlist: '' }, { extlist: {} }, { trunklist: 'none' }])(
    'no list is not an empty list: %j',
    (fields) => {
      expect(failureOf(() => readExtensions(fields, new SkipCounter())).reason).toBe('protocol');
      expect(failureOf(() => readTrunks(fields, new SkipCounter()).map(String)).reason).toBe('protocol');
    },
  );

  test.each([{ trunklist: null }, { trunklist: '' }, { trunklist: {} }, { trunklist: [] }])(
    'a PBX can be without trunks: %j',
    (fields) => {
      expect(readTrunks(fields, new SkipCounter())).toEqual([]);
    },
  );
});

describe('trunks', () => {
  const one = (row: object) => readTrunks({ trunklist: [{ trunkname: 'a', ...row }] }, new SkipCounter())[0];

  // "Query Trunk List" in the developer guides: type, status, state, and whether the trunk is registered, if this is reported.
  test.each([
    ['SIP', 'Registered', 'registered', { registered: true }],
    ['SIP', 'Registered (Unmonitored)', 'registered', { registered: true }],
    ['SIP', 'registered(unmonitored)', 'registered', { registered: true }],
    ['SIP', 'Registering', 'registering', { registered: false }],
    ['SIP', 'Failure', 'failed', { registered: false }],
    ['SIP', 'Disable', 'disabled', {}],
    ['SIP', 'Unknown', 'unknown', {}],
    ['IAX', 'registered', 'registered', { registered: true }],
    ['IAX', 'failure', 'failed', { registered: false }],
    ['SIP-Register', 'Failure', 'failed', { registered: false }],
    ['FXO', 'Idle', 'reachable', {}],
    ['FXO', 'Busy', 'reachable', {}],
    ['FXO', 'Fault', 'failed', {}],
    ['PSTN', 'Idle', 'reachable', {}],
    ['E1', 'Up', 'reachable', {}],
    ['E1', 'Down', 'failed', {}],
    ['BRI', 'Alarm', 'failed', {}],
    ['T1', 'Fault', 'failed', {}],
    ['GSM', 'Idle', 'reachable', {}],
    ['UMTS', 'Busy', 'reachable', {}],
    ['GSM', 'Power Off', 'failed', {}],
    ['GSM', 'Alarm', 'failed', {}],
    ['GSM', 'No SIM', 'failed', {}],
    ['GSM', 'No  SIM', 'failed', {}],
    ['GSM', 'No Signal', 'failed', {}],
    ['CDMA', 'Pin Error', 'failed', {}],
    ['LTE', 'Unregister', 'unregistered', {}],
    // Not in any guide, but similar to documented words.
    ['SIP', 'Idle', 'reachable', {}],
    ['SIP', 'Busy', 'reachable', {}],
    ['SIP', 'OK', 'reachable', {}],
    ['SIP', 'Reachable', 'reachable', {}],
    ['SIP', 'Unreachable', 'unreachable', {}],
    ['SIP', 'Unavailable', 'unreachable', {}],
    ['SIP', 'Unregistered', 'unregistered', { registered: false }],
    ['SIP', 'Disabled', 'disabled', {}],
    ['SIP', 'Failed', 'failed', { registered: false }],
    ['SIP', 'Abnormal', 'failed', { registered: false }],
    ['E1', 'Malfunction', 'failed', {}],
  ])('%s %s is %s', (type, status, state, registered) => {
    const skipped = new SkipCounter();
    const rows = [{ trunkname: 'a', type, status }];
    expect(readTrunks({ trunklist: rows }, skipped)).toEqual([
      { id: 'a', kind: type.toLowerCase(), state, rawState: status, ...registered },
    ]);
    expect(skipped.counts()).toEqual({});
  });

  test.each(['', 'Not registered', 'Registeredness', 'constructor', '__proto__', 'Idle!'])(
    'a word such as %j is unknown: noted, kept, and never up or down',
    (status) => {
      const words = new Set<string>();
      const skipped = new SkipCounter((word) => words.add(word));
      const trunks = readTrunks({ trunklist: [{ trunkname: 'a', type: 'SIP', status }] }, skipped);
      expect(trunks).toEqual([
        { id: 'a', kind: 'sip', state: 'unknown', ...(status === '' ? {} : { rawState: status }) },
      ]);
      expect([...words]).toEqual([status]);
    },
  );

  test('a row without name and id is malformed and costs no other row', () => {
    const skipped = new SkipCounter();
    const rows = [null, [], { status: 'Up' }, { trunkname: ' ', status: 'Up' }, { trunkname: 7, status: 'Up' }];
    expect(readTrunks({ trunklist: rows }, skipped)).toEqual([{ id: '7', state: 'reachable', rawState: 'Up' }]);
    expect(skipped.counts()).toEqual({ malformed: 4 });
  });

  test('"Unknown" is a word we know: it is not counted as strange, other words are', () => {
    const words = new Set<string>();
    const skipped = new SkipCounter((word) => words.add(word));
    const rows = [
      { trunkname: 'a', status: 'Unknown' },
      { trunkname: 'b', status: 'Thinking' },
    ];
    expect(readTrunks({ trunklist: rows }, skipped).map(({ state }) => state)).toEqual(['unknown', 'unknown']);
    expect(skipped.counts()).toEqual({ unknown_state: 1 });
    expect([...words]).toEqual(['Thinking']);
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
    const skipped = new SkipCounter();
    const fields = answerOf({ [key]: '6700', queuestatus: [{ callercount: '', members }] });
    expect(readQueue(fields, '6700', skipped)).toEqual({
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
    expect(skipped.counts()).toEqual({});
  });

  test('the status may be an object in place of a list of one', () => {
    const fields = answerOf({ number: '6700', queuestatus: { callercount: '2', members: [] } });
    expect(readQueue(fields, '6700', new SkipCounter())).toEqual({ id: '6700', waitingCallers: 2, agents: {} });
  });

  test('an agent whose status is not known is counted as unknown and noted', () => {
    const words = new Set<string>();
    const skipped = new SkipCounter((word) => words.add(word));
    const members = [{ agent: '1001', agentstatus: '11' }, {}, null, { agentstatus: '1' }];
    const fields = answerOf({ number: '6700', queuestatus: [{ callercount: '0', members }] });
    expect(readQueue(fields, '6700', skipped).agents).toEqual({ unknown: 3, available: 1 });
    expect(skipped.counts()).toEqual({ unknown_state: 3 });
    expect([...words]).toEqual(['11', '']);
  });

  test('what is not told is left out, never 0', () => {
    const fields = answerOf({ queuenumber: '6700', queuestatus: [{ callercount: 'many' }] });
    expect(readQueue(fields, '6700', new SkipCounter())).toStrictEqual({ id: '6700' });
  });

  test.each([{}, { queues: [] }, answerOf({ queuenumber: '6701', queuestatus: [{}] }), answerOf({ number: '6700' })])(
    'an answer that tells nothing of the queue fails: %j',
    (fields) => {
      expect(failureOf(() => readQueue(fields, '6700', new SkipCounter())).reason).toBe('protocol');
    },
  );
});

test('the words of the guides mean the same in any case and with any blanks around and between', () => {
  const words = ['Registered', 'Registering', 'Failure', 'Disable', 'Idle', 'Power Off', 'No SIM', 'Pin Error', 'Up'];
  const blanks = fc.constantFrom(' ', '  ', '\t');
  const variant = fc
    .tuple(fc.constantFrom(...words), fc.constantFrom('as is', 'upper', 'lower'), blanks)
    .map(([word, letters, blank]) => {
      const spaced = `${blank}${word.replaceAll(' ', blank)}${blank}`;
      return {
        word,
        sent: letters === 'as is' ? spaced : letters === 'upper' ? spaced.toUpperCase() : spaced.toLowerCase(),
      };
    });
  const stateOf = (status: string) =>
    readTrunks({ trunklist: [{ trunkname: 'a', status }] }, new SkipCounter())[0]?.state;
  fc.assert(
    fc.property(variant, ({ word, sent }) => {
      expect(stateOf(sent)).toBe(stateOf(word));
    }),
  );
});
