import { expect, test } from 'vitest';
import { portsip } from '../../../src/drivers/portsip/index.ts';
import { createPortsipSimulator } from '../../../src/simulator/portsip/index.ts';
import { setExtension } from '../../../src/simulator/kit/world.ts';
import { silentLog, type Log } from '../../../src/log.ts';
import { tenantDomain } from '../../../src/simulator/portsip/settings.ts';
import { createHandClock } from '../../simulator/hand-clock.ts';
import { benchTarget } from '../../support/target-bench.ts';
import { counts, peerStates, pollInTime, roundsInTime, setUp } from '../../drivers/portsip/support.ts';

const seconds = 1000;
/** A fifth of the usual request budget, so that few requests are enough for a walk over many rounds. */
const slow = { options: { domain: tenantDomain, requests_per_second: 2 } };

test('a small tenant is read whole in every round, its list once in five minutes', async () => {
  const { bench, simulator } = await setUp({ peers: 12 });
  await bench.poll();
  const disabled = simulator.world.extensions.filter(({ state }) => state === 'disabled').length;
  expect(simulator.ledger.requestsOf('GET /users/{id}/status')).toBe(12 - disabled);
  await bench.rounds(9);
  expect(simulator.ledger.requestsOf('GET /users')).toBe(1);
  expect(simulator.ledger.requestsOf('GET /users/{id}/status')).toBe(10 * (12 - disabled));
  await bench.rounds(1);
  expect(simulator.ledger.requestsOf('GET /users')).toBe(2);
  expect(simulator.ledger.requestsOf('GET /users/{id}')).toBe(0);
});

test('the first rounds show what was read and the rest as unknown, never as zero', async () => {
  const tenant = await setUp({ peers: 80 }, { ...slow, intervalMs: 30 * seconds, timeoutMs: 10 * seconds });
  const states = peerStates(await pollInTime(tenant));
  const { unknown = 0, reachable = 0 } = counts(states);
  expect(unknown).toBeGreaterThan(10);
  expect(reachable).toBeGreaterThan(10);
  const page = await tenant.bench.golden();
  const [firstUnknown] = Object.entries(states).find(([, state]) => state === 'unknown') ?? [];
  expect(page).not.toContain(`pbx_peer_reachable{pbx="test",peer="${firstUnknown}"}`);
  expect(page).toContain(`pbx_peers{pbx="test",state="unknown"} ${unknown}\n`);
});

test('a value older than stale_after goes when the walk is quicker than that', async () => {
  const { bench, simulator } = await setUp({}, { staleAfterMs: 90 * seconds });
  await bench.poll();
  const one = `GET /users/${simulator.userId('1001')}/status`;
  await simulator.faults.set(
    { kind: 'status', status: 500, body: '{"errors":[{"code":"UNKNOWN","message":"disk full"}]}' },
    { matches: (request) => `${request.method} ${request.rawPath.replace('/api', '')}` === one },
  );
  const states = [];
  for (let round = 0; round < 5; round += 1) {
    const record = await bench.rounds(1);
    expect(record.collectors.peers?.success).toBe(true);
    states.push(peerStates(record)['1001']);
  }
  expect(states).toEqual(['reachable', 'reachable', 'reachable', 'unknown', 'unknown']);
  await simulator.faults.clear();
  expect(peerStates(await bench.rounds(1))['1001']).toBe('reachable');
});

test('where the walk is longer than stale_after the log says so, and values stay for the length of the walk', async () => {
  const lines: string[] = [];
  const log: Log = { ...silentLog, warn: (message, fields) => void lines.push(`${message} ${fields?.['seconds']}`) };
  const tenant = await setUp(
    { peers: 40 },
    { ...slow, intervalMs: 10 * seconds, timeoutMs: 5 * seconds, staleAfterMs: 15 * seconds, log },
  );
  const records = await roundsInTime(tenant, 7, 10 * seconds);
  const unknown = records.map((record) => counts(peerStates(record))['unknown'] ?? 0);
  expect(unknown[0]).toBeGreaterThan(0);
  expect(unknown.slice(-3)).toEqual([0, 0, 0]);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/longer than stale_after.* (50|60)$/);
});

test('a change is seen in the round that comes by, and an extension that always fails does not hold up the others', async () => {
  const tenant = await setUp({ peers: 50 }, { ...slow, intervalMs: 10 * seconds, timeoutMs: 5 * seconds });
  const { simulator } = tenant;
  const id = simulator.userId('1001');
  await simulator.faults.set(
    { kind: 'status', status: 500, body: '' },
    { matches: (request) => request.rawPath.includes(id) },
  );
  await roundsInTime(tenant, 4, 10 * seconds);
  setExtension(simulator.world, '1040', { state: 'unregistered' });
  const records = await roundsInTime(tenant, 4, 10 * seconds);
  const last = peerStates(records.at(-1) ?? tenant.bench.target.record);
  expect(last['1040']).toBe('unregistered');
  expect(counts(last)['unknown']).toBe(1);
  expect(last['1001']).toBe('unknown');
});

test('targets on one server share its budget', async () => {
  const clock = createHandClock();
  const simulator = createPortsipSimulator({ clock, peers: 40 });
  const first = { clock, simulator, bench: await benchTarget(portsip, simulator, clock, slow) };
  const second = { clock, simulator, bench: await benchTarget(portsip, simulator, clock, slow) };
  const startedAt = clock.monotonicTime();
  await Promise.all([pollInTime(first), pollInTime(second)]);
  const allowed = 20 + (2 * (clock.monotonicTime() - startedAt)) / seconds;
  expect(simulator.ledger.requestsTotal - simulator.ledger.requestsOf('POST /login')).toBeLessThanOrEqual(allowed);
  expect(first.bench.target.record.up && second.bench.target.record.up).toBe(true);
});

test('targets that want different numbers share one budget: the smallest', async () => {
  const clock = createHandClock();
  const simulator = createPortsipSimulator({ clock, peers: 80 });
  const optionsOf = (requests: number) => ({ domain: tenantDomain, requests_per_second: requests });
  const first = { clock, simulator, bench: await benchTarget(portsip, simulator, clock, { options: optionsOf(50) }) };
  const second = { clock, simulator, bench: await benchTarget(portsip, simulator, clock, { options: optionsOf(4) }) };
  const startedAt = clock.monotonicTime();
  await Promise.all([pollInTime(first), pollInTime(second)]);
  const allowed = 40 + (4 * (clock.monotonicTime() - startedAt)) / seconds;
  expect(simulator.ledger.requestsTotal - simulator.ledger.requestsOf('POST /login')).toBeLessThanOrEqual(allowed);
});

test('requests_per_second is an option', async () => {
  const options = { domain: tenantDomain, requests_per_second: 2 };
  const tenant = await setUp({ peers: 50 }, { options, timeoutMs: 10 * seconds });
  const startedAt = tenant.clock.monotonicTime();
  await pollInTime(tenant);
  const allowed = 20 + (2 * (tenant.clock.monotonicTime() - startedAt)) / seconds;
  expect(tenant.simulator.ledger.requestsTotal - 1).toBeLessThanOrEqual(allowed);
});
