import { describe, expect, test } from 'vitest';
import type { AsteriskSwitches } from '../../../src/simulator/asterisk/settings.ts';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import { makeContact, setExtension } from '../../../src/simulator/kit/world.ts';
import { keepingLog, peersOf, setUp, trunksOf, userWith } from '../../drivers/asterisk/support.ts';

const minuteMs = 60_000;
const reporting = (): Partial<AsteriskSwitches> => ({ users: userWith(['reporting']) });

describe('a user without the right "system"', () => {
  test('is served with device states and registrations, and without roundtrips', async () => {
    const world = makeWorld({ peers: 10, trunks: 4 });
    setExtension(world, '1001', { call: 'talking' });
    setExtension(world, '1006', { contacts: [makeContact('1006', { state: 'unasked' })] });
    const { bench } = await setUp({}, { world, switches: reporting() });
    await bench.poll();
    await expect(await bench.golden()).toMatchFileSnapshot('simulated-reporting-only.prom');
  });

  test('never gets a roundtrip, a registration or a number of contacts that nobody told', async () => {
    const { bench } = await setUp({}, { switches: reporting() });
    const record = await bench.rounds(3);
    expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
    const page = await bench.page();
    expect(page).toContain('pbx_info{pbx="test",version="22.10.1",model="reporting only"} 1\n');
    for (const metric of [
      'peer_roundtrip_microseconds',
      'trunk_roundtrip_microseconds',
      'peer_registered',
      'peer_contacts',
    ])
      expect(page).not.toContain(`pbx_${metric}{`);
  });

  test('sees the same trunks where trunk_pattern tells them; only registrations are told without it', async () => {
    const told = await setUp({ options: { trunk_pattern: '^blue' } }, { switches: reporting() });
    expect(Object.keys(trunksOf(await told.bench.poll())).toSorted()).toEqual(
      ['bluewire', 'harbourtel', 'northline', 'telvia'].toSorted(),
    );
    const untold = await setUp({}, { switches: reporting() });
    const record = await untold.bench.poll();
    expect(peersOf(record)['bluewire']).toMatchObject({ state: 'reachable' });
    expect(trunksOf(record)['northline']).toMatchObject({ state: 'registered' });
  });

  test('is asked for the rest once an hour, not each round, and is told so once', async () => {
    const { log, lines } = keepingLog();
    const { bench, simulator } = await setUp({ log, intervalMs: 50_000 }, { switches: reporting() });
    await bench.rounds(1);
    await bench.rounds(80);
    expect(simulator.ledger.requestsOf('PJSIPShowEndpoints')).toBe(3);
    expect(simulator.ledger.loginsGood).toBe(2);
    expect(simulator.ledger).toMatchObject({ loginsRefused: 0, sessionsPeak: 1 });
    expect(bench.target.record.counters.roundFailures).toEqual({});
    expect(lines.filter((line) => line.includes('may not list endpoints'))).toHaveLength(1);
  });

  test('gets everything within the hour after the right was added, by one new login', async () => {
    const { log, lines } = keepingLog();
    const { bench, simulator } = await setUp(
      { log, intervalMs: 55_000 },
      { switches: { users: userWith(['reporting'], false) } },
    );
    await bench.rounds(2);
    for (const user of simulator.switches.users) user.write = ['system', 'reporting'];
    const record = await bench.rounds(67);
    expect(peersOf(record)['1001']).toHaveProperty('roundtripMicroseconds');
    expect(await bench.page()).not.toContain('reporting only');
    expect(lines.some((line) => line.startsWith('info the user may list endpoints now'))).toBe(true);
    expect(simulator.ledger).toMatchObject({ loginsGood: 2, loginsRefused: 0, sessionsPeak: 1 });
    expect(record.counters.roundFailures).toEqual({});
  });

  test('gets everything in the second round after a restart of the PBX', async () => {
    const { bench, simulator } = await setUp({}, { switches: reporting() });
    await bench.rounds(1);
    for (const user of simulator.switches.users) user.write = ['system', 'reporting'];
    simulator.endSessions();
    expect(peersOf(await bench.rounds(2))['1001']).toHaveProperty('roundtripMicroseconds');
  });

  test('sees roundtrips of chan_sip all the same', async () => {
    const switches: Partial<AsteriskSwitches> = { ...reporting(), technologyOf: () => 'sip' };
    const { bench } = await setUp({}, { release: 16, switches });
    expect(peersOf(await bench.poll())['1001']).toHaveProperty('roundtripMicroseconds');
  });
});

test('"system" alone is enough for everything', async () => {
  const switches = {
    users: userWith(['system']),
    technologyOf: ({ number }: { readonly number: string }) => (number === '1001' ? 'sip' : 'pjsip'),
  } as const;
  const { bench, simulator } = await setUp({ intervalMs: minuteMs / 2 }, { release: 16, switches });
  const record = await bench.rounds(10);
  expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
  expect(peersOf(record)['1001']).toMatchObject({ state: 'reachable', inCall: false });
  expect(peersOf(record)['1004']).toMatchObject({ inCall: false });
  expect(simulator.ledger.requestsOf('DeviceStateList')).toBe(0);
});

test('a right that is taken away is noticed at the next login, when it was refused twice: states stay, roundtrips go', async () => {
  const { bench, simulator } = await setUp();
  await bench.rounds(1);
  for (const user of simulator.switches.users) user.write = ['reporting'];
  simulator.endSessions();
  expect((await bench.rounds(1)).collectors).toMatchObject({ peers: { success: false, reason: 'forbidden' } });
  const record = await bench.rounds(1);
  expect(record.collectors).toMatchObject({ peers: { success: true } });
  expect(peersOf(record)['1001']).not.toHaveProperty('roundtripMicroseconds');
});
