import { describe, expect, test } from 'vitest';
import { SkipCounter } from '../../../../src/drivers/kit/collectors.ts';
import { peersFromDevices } from '../../../../src/drivers/webitel/modern/peers.ts';
import { trunksFromGateways } from '../../../../src/drivers/webitel/modern/trunks.ts';
import { queuesFromRows } from '../../../../src/drivers/webitel/modern/queues.ts';

/** `reged`: the registrar has a contact. False, 0 and empty strings are omitted on the wire. */
describe('a device', () => {
  const device = (fields: object) => {
    const skipped = new SkipCounter();
    const peers = peersFromDevices([{ id: '11', name: 'Desk 1001', account: '1001', ...fields }], skipped);
    return { peers, skipped: skipped.counts() };
  };
  const row = { id: '1001', name: 'Desk 1001' };

  test.each([
    [{ reged: true }, { state: 'reachable', registered: true }],
    [{ reged: false }, { state: 'unregistered', registered: false }],
    [{}, { state: 'unregistered', registered: false }],
    // Go writes null for a false that was never set.
    [{ reged: null }, { state: 'unregistered', registered: false }],
  ])('with %j', (fields, expected) => {
    expect(device(fields)).toStrictEqual({ peers: [{ ...row, ...expected }], skipped: {} });
  });

  test.each([
    [{ reged: true, brand: 'Example', model: 'D100', mac: '02:00:00:00:00:01' }, [{ userAgent: 'Example D100' }]],
    [{ reged: true, brand: '', model: 'D100' }, [{ userAgent: 'D100' }]],
    [{ reged: true, model: null }, undefined],
    [{ reged: false, brand: 'Example', model: 'D100' }, undefined],
  ])('registered, by make and model: %j', (fields, devices) => {
    expect(device(fields).peers[0]?.devices).toEqual(devices);
  });

  test.each(['true', 1, {}])('with reged %j is unknown, and counted', (reged) => {
    expect(device({ reged })).toStrictEqual({ peers: [{ ...row, state: 'unknown' }], skipped: { unknown_state: 1 } });
  });

  test.each([
    [{ user: { id: '7', name: 'Ann' } }, 'Ann'],
    // A shared workstation: users come and go.
    [{ user: { id: '7', name: 'Ann' }, hotdesk: true }, 'Desk 1001'],
    [{ user: { id: '7', name: ' ' } }, 'Desk 1001'],
    [{ user: { id: '7' } }, 'Desk 1001'],
    [{ user: 'Ann' }, 'Desk 1001'],
    [{ name: ' Desk ' }, 'Desk'],
  ])('%j is called %s', (fields, name) => {
    expect(device(fields).peers).toMatchObject([{ name }]);
  });

  test('goes by its account, or else by its id; without either it is malformed', () => {
    const skipped = new SkipCounter();
    const rows = [{ id: '12' }, { id: 13, account: '' }, { account: '0042' }, { name: 'Desk' }, null, 'x'];
    expect(peersFromDevices(rows, skipped)).toStrictEqual([
      { id: '12', state: 'unregistered', registered: false },
      { id: '13', state: 'unregistered', registered: false },
      { id: '0042', state: 'unregistered', registered: false },
    ]);
    expect(skipped.counts()).toEqual({ malformed: 3 });
  });
});

describe('a gateway', () => {
  const gateway = (fields: object) => {
    const skipped = new SkipCounter();
    const rows = [{ id: '3', name: 'itsp-a', proxy: 'sip.example.net', ...fields }];
    return { trunks: trunksFromGateways(rows, skipped), skipped: skipped.counts() };
  };
  const row = { id: '3', name: 'itsp-a', host: 'sip.example.net' };

  // States of OpenSIPS' uac_registrant module by number.
  test.each([
    [undefined, 'NOT_REGISTERED', 'unregistered'],
    [0, 'NOT_REGISTERED', 'unregistered'],
    [1, 'REGISTERING', 'registering'],
    [2, 'AUTHENTICATING', 'registering'],
    [3, 'REGISTERED', 'registered'],
    ['3', 'REGISTERED', 'registered'],
    [4, 'REGISTER_TIMEOUT', 'failed'],
    [5, 'INTERNAL_ERROR', 'failed'],
    [6, 'WRONG_CREDENTIALS', 'rejected'],
    [7, 'REGISTRAR_ERROR', 'failed'],
    [8, 'UNREGISTERING', 'unregistered'],
    [9, 'AUTHENTICATING_UNREGISTER', 'unregistered'],
    [null, 'NOT_REGISTERED', 'unregistered'],
  ])('that registers, r_state %j: %s is %s', (r_state, rawState, state) => {
    const fields = { enable: true, register: true, ...(r_state === undefined ? {} : { r_state }) };
    expect(gateway(fields)).toStrictEqual({
      trunks: [{ ...row, kind: 'register', state, rawState, registered: state === 'registered' }],
      skipped: {},
    });
  });

  test.each([
    [10, { rawState: '10' }],
    [-1, {}],
    ['soon', {}],
  ])('that registers, r_state %j: unknown, and counted', (r_state, rawState) => {
    expect(gateway({ enable: true, register: true, r_state })).toStrictEqual({
      trunks: [{ ...row, kind: 'register', state: 'unknown', ...rawState }],
      skipped: { unknown_state: 1 },
    });
  });

  // Webitel's call routing uses such a gateway if it is enabled, regardless of its registration state.
  test.each([{}, { r_state: 0 }, { r_state: null }, { register: false }, { register: null }])(
    'that does not register, %j',
    (fields) => {
      expect(gateway({ enable: true, ...fields })).toStrictEqual({
        trunks: [{ ...row, kind: 'trunk', state: 'unmonitored' }],
        skipped: {},
      });
    },
  );

  test('with a state of a registration registers, also where that is not told', () => {
    for (const register of [undefined, null, false])
      expect(gateway({ enable: true, ...(register === undefined ? {} : { register }), r_state: 4 })).toStrictEqual({
        trunks: [{ ...row, kind: 'register', state: 'failed', rawState: 'REGISTER_TIMEOUT', registered: false }],
        skipped: {},
      });
  });

  test.each([
    [{ register: true, r_state: 3 }, 'register'],
    [{ r_state: 3 }, 'register'],
    [{ enable: null }, 'trunk'],
    [{ enable: false, register: true, r_state: 3 }, 'register'],
    [{}, 'trunk'],
  ])('that is not switched on, %j', (fields, kind) => {
    expect(gateway(fields)).toStrictEqual({ trunks: [{ ...row, kind, state: 'disabled' }], skipped: {} });
  });

  test.each([
    { enable: 'true', register: true },
    { enable: true, register: 1 },
  ])('with %j is unknown, and counted', (fields) => {
    expect(gateway({ ...fields, r_state: 3 })).toStrictEqual({
      trunks: [{ ...row, state: 'unknown' }],
      skipped: { unknown_state: 1 },
    });
  });

  test('without an id is malformed and costs no other row', () => {
    const skipped = new SkipCounter();
    const rows = [null, { name: 'x' }, { id: '', name: 'x' }, { id: 4, enable: true }];
    expect(trunksFromGateways(rows, skipped)).toStrictEqual([{ id: '4', kind: 'trunk', state: 'unmonitored' }]);
    expect(skipped.counts()).toEqual({ malformed: 3 });
  });
});

test('queues: nobody waits where the number is left out; what is no number is left out', () => {
  const skipped = new SkipCounter();
  const rows = [
    { id: '1', name: 'Sales', waiting: 2 },
    { id: '2', name: ' Support ' },
    { id: '3', name: 'Sales', waiting: '4' },
    { id: '4', waiting: 'many' },
    { id: '5', waiting: null },
    { name: 'nobody' },
    null,
  ];
  expect(queuesFromRows(rows, skipped)).toStrictEqual([
    { id: 'Sales (1)', waitingCallers: 2 },
    { id: 'Support', waitingCallers: 0 },
    { id: 'Sales (3)', waitingCallers: 4 },
    { id: '4' },
    { id: '5', waitingCallers: 0 },
  ]);
  expect(skipped.counts()).toEqual({ malformed: 2 });
});
