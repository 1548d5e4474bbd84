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

test('types that cannot be read cost what they tell, and nothing else', async () => {
  const { bench, simulator } = await setUp({}, { collect: ['trunks'] });
  await simulator.faults.set({ kind: 'status', status: 401, body: '' }, { call: 'GET /providers/{id}' });
  const record = await bench.rounds(5);
  expect(record.collectors.trunks).toMatchObject({ success: true });
  expect(record.retained.trunks?.value.map(({ state }) => state)).toEqual([
    'unmonitored',
    'unmonitored',
    'unknown',
    'unknown',
    'unmonitored',
    'unmonitored',
    'unmonitored',
    'disabled',
  ]);
  expect(record.retained.trunks?.value.some((trunk) => 'kind' in trunk)).toBe(false);
  expect(simulator.ledger.loginsGood).toBe(1);
});

test('not a single state that could be read: the last ones stay until stale_after, then the trunks are unknown', async () => {
  const { bench, simulator } = await setUp({}, { collect: ['trunks', 'system'] });
  await bench.poll();
  await simulator.faults.set({ kind: 'html', status: 502 }, { call: 'GET /providers/{id}/status' });
  const record = await bench.rounds(1);
  expect(record.collectors.trunks).toMatchObject({ success: false, reason: 'service_unavailable' });
  expect(record.retained.trunks?.value.map(({ state }) => state)).toContain('registered');
  const later = await bench.rounds(3);
  expect(later.collectors.trunks).toMatchObject({ success: false, reason: 'service_unavailable' });
  expect(new Set(later.retained.trunks?.value.map(({ state }) => state))).toEqual(new Set(['unknown', 'disabled']));
  expect(await bench.page()).not.toContain('pbx_trunk_up');
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
  expect(record.retained.trunks?.value.map((trunk) => trunk.id)).not.toContain(id);
});
