import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { errcodeFailure, tokenFailure } from '../../../src/drivers/yeastar-p/errors.ts';
import { readExtensions } from '../../../src/drivers/yeastar-p/peers.ts';
import { countAgents, readQueueList, readWaitingCallers } from '../../../src/drivers/yeastar-p/queues.ts';
import { optionalData, readResponse, readResponseIfAny } from '../../../src/drivers/yeastar-p/answers.ts';
import { readCapacity, readSystem } from '../../../src/drivers/yeastar-p/system.ts';
import { readTrunks } from '../../../src/drivers/yeastar-p/trunks.ts';
import { errnoFailure } from '../../../src/drivers/yeastar-s-k2/errors.ts';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';
import { peerStates, trunkStates } from '../../../src/snapshot/reading.ts';
import { Failure } from '../../../src/transport/failure.ts';
import type { ApiAnswer } from '../../../src/transport/request.ts';
import { setUp } from './support.ts';

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

describe('responses', () => {
  test.each([
    [-2, 'service_unavailable'],
    [-1, 'protocol'],
    [1, 'protocol'],
    [2, 'service_unavailable'],
    [10001, 'config'],
    [10002, 'config'],
    [10003, 'config'],
    [10004, 'session_lost'],
    [10005, 'forbidden'],
    [10009, 'forbidden'],
    [40001, 'protocol'],
    [40002, 'protocol'],
    [60001, 'protocol'],
    [60002, 'rate_limited'],
    [70004, 'locked_out'],
    [70082, 'service_unavailable'],
    [70084, 'forbidden'],
    [70087, 'config'],
    [99999, 'protocol'],
  ])('errcode %i is %s', (errcode, reason) => {
    for (const code of [errcode, String(errcode)])
      expect(thrownBy(() => readResponse(answer(JSON.stringify({ errcode: code, errmsg: 'X' }))))).toMatchObject({
        reason,
        message: expect.stringContaining(`(errcode ${errcode})`),
      });
  });

  test('10004 is an expired token here and a blank parameter on the S-Series: two tables', () => {
    expect(errcodeFailure('10004').reason).toBe('session_lost');
    expect(errnoFailure('10004').reason).toBe('protocol');
  });

  test.each([
    ['-1', 'bad_credentials'],
    ['10004', 'bad_credentials'],
    ['10005', 'bad_credentials'],
    ['40002', 'bad_credentials'],
    ['77777', 'bad_credentials'],
    ['60002', 'rate_limited'],
    ['70004', 'locked_out'],
    ['70087', 'config'],
    ['10001', 'config'],
    ['-2', 'service_unavailable'],
  ])('errcode %s for a token is %s', (errcode, reason) => {
    expect(tokenFailure(errcode).reason).toBe(reason);
  });

  test.each([
    ['<html></html>', 200, 'protocol'],
    ['{"errmsg":"SUCCESS"}', 200, 'protocol'],
    ['{"errcode":null}', 200, 'protocol'],
    ['{"errcode":"ok"}', 200, 'protocol'],
    ['{"errcode":0.5}', 200, 'protocol'],
    ['[]', 200, 'protocol'],
    ['gone', 404, 'config'],
    ['bad', 502, 'service_unavailable'],
  ])('%j with HTTP %i is %s', (body, status, reason) => {
    expect(thrownBy(() => readResponse(answer(body, status)))).toMatchObject({ reason });
  });

  test('"no data" is nothing where nothing is normal', () => {
    expect(readResponseIfAny(answer('{"errcode":60001}'))).toBeUndefined();
    expect(optionalData(undefined)).toEqual([]);
    expect(optionalData({ data: null })).toEqual([]);
    expect(thrownBy(() => optionalData({ data: 'x' }))).toMatchObject({ reason: 'protocol' });
  });
});

describe('extensions', () => {
  const one = (online: unknown, counted: 'all' | 'phones' = 'all') => {
    const [row] = readExtensions([{ number: '1001', online_status: online }], counted, new SkipCounter());
    const { devices: _left, ...peer } = row ?? { id: 'none', state: 'unknown' };
    return peer;
  };

  test('the SIP list is the truth; its own status alone is taken where there is no list', () => {
    expect(one({ sip_phone: { status: 0, status_list: [{ status: 1 }] } })).toMatchObject({ state: 'reachable' });
    expect(one({ sip_phone: { status: 1 } })).toEqual({ id: '1001', state: 'reachable', registered: true });
    expect(one({ sip_phone: {} })).toEqual({ id: '1001', state: 'unregistered', registered: false, contacts: 0 });
  });

  test('an app makes an extension reachable, but registers no phone', () => {
    const online = { sip_phone: { status_list: [] }, linkus_mobile: { status: 1 } };
    expect(one(online)).toEqual({ id: '1001', state: 'reachable', registered: false, contacts: 0 });
    expect(one(online, 'phones')).toEqual({ id: '1001', state: 'unregistered', registered: false, contacts: 0 });
  });

  test('an analogue phone has no registration', () => {
    expect(one({ fxs_phone: { status: 1 } }, 'phones')).toEqual({ id: '1001', state: 'reachable' });
  });

  test.each([undefined, null, {}, [], 'x', { sip_phone: 'x' }, { sip_phone: { status: 7 } }])(
    'what is not understood is unknown: %j',
    (online) => {
      expect(one(online)).toEqual({ id: '1001', state: 'unknown' });
    },
  );

  test('the presence that a user chose says nothing', () => {
    const row = { number: '1001', presence_status: 'available', online_status: { sip_phone: {} } };
    expect(readExtensions([row], 'all', new SkipCounter())[0]).toMatchObject({ state: 'unregistered' });
  });
});

describe('queues and system', () => {
  test('agents by what they do: a call goes before a pause, a pause before being free', () => {
    const agent = (call_status: unknown, is_login = 1, is_pause = 0) => ({ call_status, is_login, is_pause });
    const rows = [agent(0), agent(1), agent('1'), agent(2), agent(3), agent(4, 1, 1), agent(5), agent(1, 1, 1)];
    const skipped = new SkipCounter();
    expect(countAgents([...rows, agent(1, 0), agent(9), null], skipped)).toEqual({
      unknown: 3,
      available: 2,
      in_call: 2,
      ringing: 1,
      on_hold: 1,
      paused: 1,
      unavailable: 1,
    });
    expect(skipped.counts()).toEqual({ unknown_state: 2 });
  });

  test('waiting callers', () => {
    expect(readWaitingCallers({ waiting_calls: 3 })).toBe(3);
    expect(readWaitingCallers(undefined)).toBe(0);
    expect(thrownBy(() => readWaitingCallers({}))).toMatchObject({ reason: 'protocol' });
  });

  test('system: what is missing is left out', () => {
    expect(readSystem({ data: { firmware_version: '37.1', model_name: 'P560', up_time: 5 } })).toEqual({
      version: '37.1',
      model: 'P560',
      uptimeSeconds: 5,
    });
    expect(readSystem({ data: { up_time: -1 } })).toEqual({});
    expect(thrownBy(() => readSystem({}))).toMatchObject({ reason: 'protocol' });
  });
});

describe('any answer at all', () => {
  const scalar = fc.oneof(fc.string(), fc.integer(), fc.double(), fc.boolean(), fc.constant(null));
  const online = fc.dictionary(
    fc.constantFrom('sip_phone', 'linkus_web', 'fxs_phone', '__proto__'),
    fc.oneof(
      scalar,
      fc.record({ status: scalar, status_list: fc.oneof(scalar, fc.array(fc.record({ status: scalar }))) }),
    ),
  );
  const keys = fc.constantFrom('id', 'number', 'status', 'name', 'type', 'host_port', 'online_status', 'call_status');
  const rows = fc.array(fc.oneof(scalar, fc.dictionary(keys, fc.oneof(scalar, online))));

  test('rows never appear out of nothing, each is a row or counted, and states are of the closed set', () => {
    fc.assert(
      fc.property(rows, (list) => {
        const skipped = new SkipCounter();
        const peers = readExtensions(list, 'all', skipped);
        expect(peers.length + (skipped.counts().malformed ?? 0)).toBe(list.length);
        for (const peer of peers) expect(peerStates).toContain(peer.state);
      }),
    );
    fc.assert(
      fc.property(rows, (list) => {
        const skipped = new SkipCounter();
        const trunks = readTrunks(list, skipped);
        expect(trunks.length + (skipped.counts().malformed ?? 0)).toBe(list.length);
        for (const trunk of trunks) expect(trunkStates).toContain(trunk.state);
      }),
    );
    fc.assert(
      fc.property(rows, (list) => {
        const agents = Object.values(countAgents(list, new SkipCounter()));
        expect(agents.reduce((sum, count) => sum + count, 0)).toBe(list.length);
        expect(readQueueList(list, new SkipCounter()).length).toBeLessThanOrEqual(list.length);
      }),
    );
  });

  test('nothing but a failure is ever thrown', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (body) => {
        for (const text of [body, `{"errcode":0,"data":${body}}`]) {
          expect(thrownBy(() => optionalData(readResponse(answer(text))))).toSatisfy(isFailureOrNothing);
          expect(thrownBy(() => readSystem(readResponse(answer(text))))).toSatisfy(isFailureOrNothing);
        }
      }),
    );
  });
});

describe('capacity', () => {
  test.each([
    [
      { extension_capacity: 50, extension_used: 10, cc_capacity: 25, cc_used: 0, ai_receptionist_pack_used: 7 },
      { used: { extensions: 10, calls: 0 }, limits: { extensions: 50, calls: 25 } },
    ],
    [{ extension_capacity: '50', cc_capacity: -1 }, { limits: { extensions: 50 } }],
    [{}, {}],
    [null, {}],
  ])('%j', (data, usage) => {
    expect(readCapacity({ data })).toEqual(usage);
  });

  test('firmware without it tells no limits, and asks no more for an hour', async () => {
    const { bench, simulator } = await setUp({ collect: ['system'] });
    simulator.switches.callErrors.set('system/capacity', 10001);
    const record = await bench.poll();
    expect(record.collectors.system).toEqual({ success: true });
    expect(record.retained.system?.value).toMatchObject({ model: 'P560' });
    expect(record.retained.system?.value).not.toHaveProperty('limits');
    await bench.rounds(8);
    expect(simulator.ledger.requestsOf('system/capacity')).toBe(1);
  });
});
