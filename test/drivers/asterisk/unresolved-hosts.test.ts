import { describe, expect, test } from 'vitest';
import type { AsteriskSwitches } from '../../../src/simulator/asterisk/settings.ts';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import { setTrunk } from '../../../src/simulator/kit/world.ts';
import { setUp, trunksOf } from './support.ts';

const older = (driver: 'sip' | 'iax2', more: Partial<AsteriskSwitches> = {}): Partial<AsteriskSwitches> => ({
  technologyOf: () => driver,
  trunkTechnologyOf: () => driver,
  ...more,
});

describe('a chan_sip trunk by host name', () => {
  test('is one row with its registration: the peer says its host when it is asked, once an hour', async () => {
    const { bench, simulator } = await setUp({}, { release: 16, switches: older('sip') });
    const [trunk] = simulator.world.trunks;
    const account = `${trunk?.username}@northline.example.net`;
    expect(trunksOf(await bench.rounds(1))[account]).toMatchObject({
      state: 'registered',
      host: 'northline.example.net',
      roundtripMicroseconds: expect.any(Number),
    });
    expect(trunksOf(bench.target.record)).not.toHaveProperty('northline');
    const asked = simulator.ledger.requestsOf('SIPshowpeer');
    expect(asked).toBe(4);
    await bench.rounds(10);
    expect(simulator.ledger.requestsOf('SIPshowpeer')).toBe(asked);
  });

  test('whose provider does not answer is out of service, whatever its registration says', async () => {
    const { bench, simulator } = await setUp({}, { release: 16, switches: older('sip') });
    const account = `${simulator.world.trunks[0]?.username}@northline.example.net`;
    delete simulator.world.trunks[0]?.roundtripMicroseconds;
    expect(trunksOf(await bench.poll())[account]).toMatchObject({ state: 'unreachable', rawState: 'Registered' });
  });

  test('costs nothing but the pairing where the peer may not be asked', async () => {
    const { bench, simulator } = await setUp({}, { release: 16, switches: older('sip') });
    await simulator.faults.set({ kind: 'status', status: 403, body: '' }, { call: 'SIPshowpeer' });
    const record = await bench.rounds(3);
    expect(record.collectors).toMatchObject({ trunks: { success: true } });
    expect(trunksOf(record)).toHaveProperty('northline');
    expect(simulator.ledger.loginsGood).toBe(1);
  });

  test('with an IPv6 address keeps all of it', async () => {
    const { bench, simulator } = await setUp({}, { release: 16, switches: older('sip') });
    setTrunk(simulator.world, 'northline', { host: '[2001:db8::5]' });
    const account = `${simulator.world.trunks[0]?.username}@2001:db8::5`;
    const trunks = trunksOf(await bench.poll());
    expect(trunks[account]).toMatchObject({ state: 'registered', host: '2001:db8::5' });
    expect(trunks).not.toHaveProperty('northline');
  });
});

describe('a trunk whose host name was not found', () => {
  const lost = (driver: 'sip' | 'iax2') => older(driver, { resolve: () => undefined });

  test('is unknown in chan_sip, which asks nobody, and has no up series', async () => {
    const { bench } = await setUp({}, { release: 16, switches: lost('sip') });
    const trunks = trunksOf(await bench.poll());
    expect(trunks['bluewire']).toEqual({ id: 'bluewire', kind: 'sip peer', state: 'unknown', rawState: 'UNKNOWN' });
    expect(await bench.page()).not.toContain('pbx_trunk_up{pbx="test",trunk="bluewire"}');
  });

  test('is unknown where qualify is off, too', async () => {
    const { bench, simulator } = await setUp({}, { release: 16, switches: lost('sip') });
    setTrunk(simulator.world, 'bluewire', { state: 'unmonitored' });
    expect(trunksOf(await bench.poll())['bluewire']).toMatchObject({ state: 'unknown', rawState: 'Unmonitored' });
  });

  test('is failed in IAX2, which says that nobody answers; no "(null)" is a host or a name', async () => {
    const { bench, simulator } = await setUp({}, { switches: lost('iax2') });
    const trunks = trunksOf(await bench.poll());
    expect(trunks['bluewire']).toEqual({ id: 'bluewire', kind: 'iax2 peer', state: 'failed', rawState: 'UNREACHABLE' });
    const account = simulator.world.trunks[0]?.username ?? '';
    expect(trunks[account]).toMatchObject({ kind: 'iax2 registration' });
    expect(trunks[account]).not.toHaveProperty('host');
    expect(await bench.page()).not.toContain('null');
  });
});

test('a world with chan_sip trunks alone asks no peer for its host where the names say enough', async () => {
  const world = makeWorld({ peers: 2, trunks: 3 });
  for (const trunk of world.trunks) trunk.host = `192.0.2.${trunk.id}`;
  const { bench, simulator } = await setUp({}, { release: 16, world, switches: older('sip') });
  await bench.poll();
  expect(simulator.ledger.requestsOf('SIPshowpeer')).toBe(0);
});
