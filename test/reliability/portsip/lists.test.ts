import { expect, test } from 'vitest';
import { setExtension } from '../../../src/simulator/kit/world.ts';
import { tenantDomain } from '../../../src/simulator/portsip/settings.ts';
import { peerStates, setUp } from '../../drivers/portsip/support.ts';

test('pages are followed by the entries that came, however few the server sends', async () => {
  const { bench, simulator } = await setUp({ peers: 25, switches: { pageLimit: 10 } });
  const record = await bench.poll();
  expect(simulator.ledger.requestsOf('GET /users')).toBe(3);
  expect(record.retained.peers?.value).toHaveLength(25);
  expect(new Set(record.retained.peers?.value.map(({ id }) => id)).size).toBe(25);
});

test('a page that is exactly full is not followed by an empty one', async () => {
  const { bench, simulator } = await setUp({ peers: 20, switches: { pageLimit: 10, administrator: false } });
  expect((await bench.poll()).retained.peers?.value).toHaveLength(20);
  expect(simulator.ledger.requestsOf('GET /users')).toBe(2);
});

test.each([false, true])('ids that differ in the last digit only stay apart (bare numbers: %s)', async (bareIds) => {
  const { bench, simulator } = await setUp({ peers: 6, switches: { bareIds } });
  setExtension(simulator.world, '1001', { state: 'reachable' });
  setExtension(simulator.world, '1004', { state: 'unregistered' });
  const states = peerStates(await bench.poll());
  expect(states).toMatchObject({ '1001': 'reachable', '1002': 'reachable', '1004': 'unregistered' });
  expect(bench.target.record.counters.requests['user_status']).toEqual({ ok: 5 });
  const trunks = bench.target.record.retained.trunks?.value ?? [];
  expect(trunks.map(({ id }) => id)).toContain('878156644691742721');
  expect(trunks.filter(({ name }) => name === 'northline').map(({ id }) => id)).toEqual([
    '878156644691742721',
    '878156644691742728',
  ]);
});

test('leading zeros of an extension stay', async () => {
  const { bench, simulator } = await setUp({ peers: 2 });
  simulator.world.extensions.push({
    number: '0042',
    name: 'Front desk',
    state: 'disabled',
    call: 'idle',
    contacts: [],
  });
  expect(peerStates(await bench.poll())['0042']).toBe('disabled');
});

test('a list that is shorter than its own count is not a good list, and nothing vanishes', async () => {
  const { bench, simulator } = await setUp();
  await bench.poll();
  await simulator.faults.set(
    {
      kind: 'altered-body',
      alter: (body) => {
        const list = JSON.parse(body) as { count: number; items: unknown[] };
        return JSON.stringify({ count: list.count + 5, items: list.items });
      },
    },
    { call: 'GET /providers', times: 2 },
  );
  const record = await bench.rounds(1);
  expect(record.collectors.trunks).toMatchObject({ success: false, reason: 'protocol' });
  expect(record.retained.trunks?.value).toHaveLength(8);
  expect(record.up).toBe(true);
});

test.each(['{"items":null,"count":0}', '{"count":0}', '{"items":[]}'])('%s is an empty list', async (body) => {
  const { bench, simulator } = await setUp();
  await simulator.faults.set({ kind: 'status', status: 200, body }, { call: 'GET /users' });
  const record = await bench.poll();
  expect(record.collectors.peers?.success).toBe(true);
  expect(await bench.page()).toContain('pbx_peers{pbx="test",state="reachable"} 0\n');
});

test.each(['{}', '[]', '"text"', 'null', '{"errors":[]}', '{"items":{"a":1},"count":1}'])(
  '%s is no list, and never an empty one',
  async (body) => {
    const { bench, simulator } = await setUp();
    await bench.poll();
    await simulator.faults.set({ kind: 'status', status: 200, body }, { call: 'GET /providers' });
    const record = await bench.rounds(1);
    expect(record.collectors.trunks).toMatchObject({ success: false, reason: 'protocol' });
    expect(record.retained.trunks?.value).toHaveLength(8);
  },
);

test('when the list of users cannot be read again, the old one serves on and the collector says so', async () => {
  const { bench, simulator } = await setUp();
  await bench.poll();
  await bench.rounds(9);
  await simulator.faults.set({ kind: 'html', status: 502 }, { call: 'GET /users' });
  const record = await bench.rounds(1);
  expect(record.collectors.peers).toMatchObject({ success: false, reason: 'service_unavailable' });
  expect(peerStates(record)['1001']).toBe('reachable');
  expect(record.up).toBe(true);
  await bench.rounds(4);
  expect(await bench.page()).toContain('pbx_peer_reachable{pbx="test",peer="1001"} 1');
  await bench.rounds(8);
  expect(await bench.page()).not.toContain('pbx_peer_reachable{');
  expect(await bench.page()).not.toContain('pbx_peers{');
  await simulator.faults.clear();
  expect((await bench.rounds(1)).collectors.peers?.success).toBe(true);
});

test('an extension that was deleted goes at once, and the list is read anew', async () => {
  const { bench, simulator } = await setUp();
  await bench.poll();
  simulator.switches.deleted.add('1006');
  const record = await bench.rounds(1);
  expect(record.collectors.peers?.success).toBe(true);
  expect(peerStates(record)).not.toHaveProperty('1006');
  expect(simulator.ledger.requestsOf('GET /users')).toBe(1);
  simulator.world.extensions = simulator.world.extensions.filter(({ number }) => number !== '1006');
  await bench.rounds(1);
  expect(simulator.ledger.requestsOf('GET /users')).toBe(2);
});

test('states that are all "not found" are a PBX without the call, not an empty PBX', async () => {
  const { bench, simulator } = await setUp();
  await simulator.faults.set(
    { kind: 'status', status: 404, body: '404 page not found' },
    { call: 'GET /users/{id}/status' },
  );
  const record = await bench.poll();
  expect(record.collectors.peers).toMatchObject({ success: false, reason: 'config' });
  expect(record.retained.peers?.value).toHaveLength(8);
  expect(Object.values(peerStates(record)).filter((state) => state !== 'disabled')).toEqual(
    Array.from({ length: 7 }, () => 'unknown'),
  );
});

test('administrators without an extension are no peers, and no malformed rows either', async () => {
  const { bench } = await setUp();
  const record = await bench.poll();
  expect(record.retained.peers?.value).toHaveLength(8);
  expect(record.counters.rowsSkipped).toEqual({});
});

test.each(['reachable', 'unregistered'])(
  'a sleeping app is %s by the option push; a registration without push that is left over is none',
  async (push) => {
    const { bench, simulator } = await setUp({ peers: 8 }, { options: { domain: tenantDomain, push } });
    setExtension(simulator.world, '1006', { state: 'unreachable' });
    expect(peerStates(await bench.poll())).toMatchObject({
      '1002': push,
      '1003': 'unregistered',
      '1006': 'unregistered',
    });
    expect(await bench.page()).toContain('pbx_peers{pbx="test",state="unreachable"} 0\n');
  },
);

test.each([
  ['users', 'peers', 20],
  ['providers', 'trunks', 4],
] as const)('a page of %s that cannot be read leaves the pages before it', async (path, collector, rows) => {
  const { bench, simulator } = await setUp({ peers: 50, switches: { pageLimit: rows, administrator: false } });
  await simulator.faults.set({ kind: 'html', status: 502 }, { call: `GET /${path}`, after: 1 });
  const record = await bench.poll();
  expect(record.collectors[collector]).toMatchObject({ success: false, reason: 'service_unavailable' });
  expect(record.collectors[collector]?.detail).toContain(`the list ends after ${rows} entries`);
  expect(record.retained[collector]?.value).toHaveLength(rows);
  expect(record.retained[collector]?.value.map(({ state }) => state)).not.toContain('unknown');
  await simulator.faults.clear();
  expect((await bench.rounds(1)).collectors[collector]).toMatchObject({ success: true });
});

test('an old whole list of users is worth more than a new one that is cut', async () => {
  const { bench, simulator } = await setUp({ peers: 20, switches: { pageLimit: 10 } });
  await bench.poll();
  await simulator.faults.set({ kind: 'html', status: 502 }, { call: 'GET /users', after: 1 });
  const record = await bench.rounds(10);
  expect(record.collectors.peers).toMatchObject({ success: false, reason: 'service_unavailable' });
  expect(Object.values(peerStates(record))).toHaveLength(20);
  expect(Object.values(peerStates(record))).not.toContain('unknown');
});
