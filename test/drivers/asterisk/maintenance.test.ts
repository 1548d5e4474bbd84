import { expect, test } from 'vitest';
import { peersOf, setUp, trunksOf, userWith } from './support.ts';

const call = 'PJSIPShowMaintenance';

test('a phone in maintenance keeps its reachability and says so; a trunk in maintenance is disabled', async () => {
  const { bench, simulator } = await setUp();
  const healthy = await bench.poll();
  expect(peersOf(healthy)['1001']).toMatchObject({ state: 'reachable', maintenance: false });
  expect(trunksOf(healthy)['northline']).toMatchObject({ state: 'registered' });
  expect(trunksOf(healthy)['bluewire']).toMatchObject({ state: 'reachable' });
  for (const name of ['1001', 'northline', 'bluewire']) simulator.switches.maintenance.add(name);
  const record = await bench.rounds(1);
  expect(peersOf(record)['1001']).toMatchObject({ state: 'reachable', registered: true, maintenance: true });
  expect(peersOf(record)['1002']).toMatchObject({ maintenance: false });
  for (const name of ['northline', 'bluewire']) {
    expect(trunksOf(record)[name]).toMatchObject({ state: 'disabled', rawState: 'maintenance' });
    expect(trunksOf(record)[name]).not.toHaveProperty('registered');
  }
  const page = await bench.page();
  expect(page).toContain('pbx_peer_maintenance{pbx="test",peer="1001"} 1\n');
  expect(page).toContain('pbx_peer_reachable{pbx="test",peer="1001"} 1\n');
  expect(page).not.toContain('pbx_trunk_up{pbx="test",trunk="northline"}');
  simulator.switches.maintenance.clear();
  expect(trunksOf(await bench.rounds(1))['northline']).toMatchObject({ state: 'registered', registered: true });
  expect(simulator.ledger.requestsOf(call)).toBe(3);
});

test('one lost answer does not bring a trunk back, and it is not believed longer than values are shown', async () => {
  const { bench, simulator } = await setUp();
  simulator.switches.maintenance.add('northline').add('1001');
  await bench.poll();
  await simulator.faults.set({ kind: 'altered-body', alter: () => 'Response: Success\r\n\r\n' }, { call });
  const record = await bench.rounds(1);
  expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
  expect(record.missing).toMatchObject([{ call: 'maintenance', reason: 'protocol' }]);
  expect(trunksOf(record)['northline']).toMatchObject({ state: 'disabled' });
  const later = await bench.rounds(3);
  expect(trunksOf(later)['northline']).toMatchObject({ state: 'registered' });
  expect(peersOf(later)['1001']).not.toHaveProperty('maintenance');
});

test('a version without it is asked once in a while only, and nothing is said', async () => {
  const { bench, simulator } = await setUp({}, { release: 20 });
  const record = await bench.rounds(4);
  expect(peersOf(record)['1001']).not.toHaveProperty('maintenance');
  expect(record.missing).toEqual([]);
  expect(simulator.ledger.requestsOf('unknown action')).toBeLessThanOrEqual(2);
});

test('it is told without the right to list endpoints, too', async () => {
  const { bench, simulator } = await setUp({}, { switches: { users: userWith(['reporting']) } });
  simulator.switches.maintenance.add('1001').add('northline');
  const record = await bench.poll();
  expect(peersOf(record)['1001']).toMatchObject({ maintenance: true });
  expect(trunksOf(record)['northline']).toMatchObject({ state: 'disabled', rawState: 'maintenance' });
});
