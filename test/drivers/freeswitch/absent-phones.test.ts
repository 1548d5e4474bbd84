import { describe, expect, test } from 'vitest';
import { setExtension } from '../../../src/simulator/kit/world.ts';
import { peersOf, setUp } from './support.ts';

const dayMs = 24 * 60 * 60_000;
const absence = { rememberMs: dayMs };
const phone = '1001@pbx.example.org';

describe('a phone that is in no list any more', () => {
  test('is unregistered for a day, then gone', async () => {
    const { bench, simulator, clock } = await setUp({ presentation: { absence }, collect: ['peers'] });
    await bench.poll();
    setExtension(simulator.world, '1001', { state: 'unregistered' });
    const record = await bench.rounds(1);
    expect(record.collectors.peers).toEqual({ success: true });
    expect(peersOf(record)[phone]).toEqual({ id: phone, state: 'unregistered', registered: false, contacts: 0 });
    expect(await bench.page()).toContain('pbx_peers{pbx="test",state="unregistered"} 1\n');
    expect(await bench.page()).toContain(`pbx_peer_registered{pbx="test",peer="${phone}"} 0\n`);
    expect(await bench.page()).toContain(`pbx_peer_reachable_changes_total{pbx="test",peer="${phone}"} 1\n`);
    clock.advance(dayMs);
    expect(peersOf(await bench.poll())[phone]).toBeUndefined();
  });

  test('stays as it was while its profile is not running', async () => {
    const { bench, simulator } = await setUp({ presentation: { absence }, staleAfterMs: 90_000 });
    const before = await bench.poll();
    for (const profile of simulator.switches.profiles) profile.state = 'DOWN';
    const record = await bench.rounds(1);
    expect(record.retained.peers?.value).toEqual(before.retained.peers?.value);
    expect(record.collectors.peers?.success).toBe(false);
  });

  test('comes back as what it is', async () => {
    const { bench, simulator } = await setUp({ presentation: { absence }, collect: ['peers'] });
    await bench.poll();
    setExtension(simulator.world, '1001', { state: 'unregistered' });
    await bench.rounds(3);
    setExtension(simulator.world, '1001', { state: 'reachable' });
    expect(peersOf(await bench.rounds(1))[phone]).toMatchObject({ state: 'reachable', roundtripMicroseconds: 20_000 });
  });
});

test('phones that have to be there are unregistered from the first round on', async () => {
  const expected = () => Promise.resolve(['1003@pbx.example.org', phone]);
  const { bench } = await setUp({ presentation: { absence: { ...absence, expected } }, collect: ['peers'] });
  const peers = peersOf(await bench.poll());
  expect(peers['1003@pbx.example.org']?.state).toBe('unregistered');
  expect(peers[phone]?.state).toBe('reachable');
});

test('phones that are left out are not away either', async () => {
  const exclusions = { peers: /^100[12]@/ };
  const expected = () => Promise.resolve([phone]);
  const { bench } = await setUp({
    presentation: { absence: { ...absence, expected }, exclusions },
    collect: ['peers'],
  });
  expect(Object.keys(peersOf(await bench.rounds(2)))).toEqual(['1004@pbx.example.org']);
});
