import { expect, test } from 'vitest';
import { setUp } from './support.ts';

test('types are asked for once an hour, states in every round', async () => {
  const { bench, simulator } = await setUp({}, { collect: ['trunks'], intervalMs: 5 * 60_000 });
  await bench.poll();
  await bench.rounds(12);
  expect(simulator.ledger.requestsOf('GET /providers/{id}')).toBe(8);
  expect(simulator.ledger.requestsOf('GET /providers/{id}/status')).toBe(13 * 7);
  await bench.rounds(1);
  expect(simulator.ledger.requestsOf('GET /providers/{id}')).toBe(16);
});

test('types that cannot be read make a half answer: what is up is shown, what is down is not known', async () => {
  const { bench, simulator } = await setUp({}, { collect: ['trunks'] });
  await simulator.faults.set({ kind: 'status', status: 403, body: '' }, { call: 'GET /providers/{id}' });
  const record = await bench.poll();
  expect(record.collectors.trunks).toMatchObject({ success: false, reason: 'forbidden' });
  const states = record.held.trunks?.value.map(({ state }) => state);
  expect(states).toEqual([
    'reachable',
    'reachable',
    'unknown',
    'unknown',
    'reachable',
    'reachable',
    'reachable',
    'disabled',
  ]);
});

test('not a single state that could be read: the collector failed, and the last good trunks stay until stale_after', async () => {
  const { bench, simulator } = await setUp({}, { collect: ['trunks', 'system'] });
  await bench.poll();
  await simulator.faults.set({ kind: 'html', status: 502 }, { call: 'GET /providers/{id}/status' });
  const record = await bench.rounds(1);
  expect(record.collectors.trunks).toMatchObject({ success: false, reason: 'service_unavailable' });
  expect(record.held.trunks?.value.map(({ state }) => state)).toContain('registered');
  await bench.rounds(3);
  expect(await bench.page()).not.toContain('pbx_trunk_state');
});

test('a trunk that was deleted between list and state is not an outage', async () => {
  const { bench, simulator } = await setUp({}, { collect: ['trunks'] });
  const id = simulator.trunkId('bluewire');
  await simulator.faults.set(
    { kind: 'status', status: 404, body: '{"errors":[{"code":"NOT_FOUND","message":"gone"}]}' },
    { call: 'GET /providers/{id}/status', matches: (request) => request.rawPath.includes(id) },
  );
  const record = await bench.poll();
  expect(record.collectors.trunks?.success).toBe(true);
  expect(record.held.trunks?.value.map((trunk) => trunk.id)).not.toContain(id);
});
