import { describe, expect, test } from 'vitest';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import { setExtension, type World } from '../../../src/simulator/kit/world.ts';
import type { TargetRecord } from '../../../src/snapshot/record.ts';
import { bench, peerStates, pollSlowly, trunkId, trunkStates } from '../../drivers/mikopbx/support.ts';

const legacy = ['2020.2.857', '2024.1.114'] as const;
const v3 = ['2025.1.158-dev', '2026.1.223'] as const;

/** Asserts that a PBX without Asterisk does not show phones or trunks as down: the last good values remain until they are stale. */
function expectAway(record: TargetRecord): void {
  expect(record.up).toBe(false);
  expect(record.lastRound?.reason).toBe('service_unavailable');
  expect(record.retained.peers?.value.find(({ id }) => id === '201')?.state).toBe('reachable');
}

describe('Asterisk is down behind an API that is well', () => {
  test.each([...legacy, ...v3])('%s', async (release) => {
    const one = await bench(release);
    await one.poll();
    one.pbx.switches.asterisk = 'down';
    one.clock.advance(30_000);
    expectAway(await pollSlowly(one));
    one.clock.advance(30_000);
    expectAway(await pollSlowly(one));
    expect(one.target.record.lastRound?.detail).toContain('Asterisk');
    one.pbx.switches.asterisk = 'up';
    one.clock.advance(30_000);
    expect((await pollSlowly(one)).up).toBe(true);
  });

  test.each([...legacy, ...v3])('%s, from the very first round on', async (release) => {
    const one = await bench(release, { switches: { asterisk: 'down' } });
    const record = await pollSlowly(one);
    expect(record.lastRound?.reason).toBe('service_unavailable');
    expect(record.retained).toEqual({});
    expect(one.pbx.ledger.requestsOf('sip:getStatuses')).toBe(0);
  });
});

describe('Asterisk hangs', () => {
  test.each([...legacy, ...v3])('%s', async (release) => {
    const one = await bench(release);
    await one.poll();
    one.pbx.switches.asterisk = 'hung';
    one.clock.advance(30_000);
    expectAway(await pollSlowly(one));
    // Lists that block a process of the PBX for long are not requested while it hangs.
    expect(one.pbx.ledger.requestsOf('sip:getStatuses')).toBeLessThanOrEqual(1);
    expect(one.pbx.ledger.requestsOf('sip/getRegistry')).toBeLessThanOrEqual(1);
  });
});

test('a PBX whose Asterisk comes back partly is not shown as down, and is whole again after its first minute', async () => {
  const one = await bench('2026.1.223');
  await one.poll();
  one.pbx.restartAsterisk();
  for (let round = 0; round < 5; round += 1) {
    one.clock.advance(30_000);
    const record = await pollSlowly(one);
    const states = peerStates(record);
    expect(states['201']).not.toBe('unreachable');
    expect(states['201']).not.toBe('unregistered');
    expect(trunkStates(record)[trunkId(1)]).not.toBe('unregistered');
  }
  expect(one.target.record.up).toBe(true);
  expect(peerStates(one.target.record)['201']).toBe('reachable');
});

test('one process of the PBX that says "no phones" after a restart is asked again at once', async () => {
  const one = await bench('2026.1.223');
  await one.poll();
  const alter = (body: string): string => body.replace(/"data":\[.*?\],"messages"/, '"data":[],"messages"');
  await one.pbx.faults.set({ kind: 'altered-body', alter }, { call: 'sip:getPeersStatuses', times: 1 });
  const before = one.pbx.ledger.requestsOf('sip:getPeersStatuses');
  const record = await one.rounds(1);
  expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
  expect(one.pbx.ledger.requestsOf('sip:getPeersStatuses') - before).toBe(2);
});

test('right after a start a phone whose contact was not checked is unknown, also where the PBX calls it available', async () => {
  const one = await bench('2026.1.223');
  const contact = one.pbx.world.extensions[0]?.contacts[0];
  if (contact === undefined) throw new Error('the first extension has a contact');
  contact.state = 'unasked';
  expect(peerStates(await one.poll())).toMatchObject({ 201: 'unknown', 206: 'reachable' });
  one.pbx.switches.qualifyFrequency = 0;
  expect(peerStates(await one.rounds(1))['201']).toBe('reachable');
});

test('after a start a phone of 2024.1 that waits for its first check is unknown, and never checked ones are reachable', async () => {
  const one = await bench('2024.1.114');
  one.pbx.restartAsterisk();
  const first = await one.poll();
  expect(peerStates(first)).toMatchObject({ 201: 'unknown', 202: 'unregistered', 203: 'unknown' });
  one.pbx.switches.qualifyFrequency = 0;
  expect(peerStates(await one.rounds(1))).toMatchObject({ 201: 'reachable', 202: 'unregistered' });
});

function allDown(): World {
  const world = makeWorld({ peers: 3, trunks: 2 });
  for (const { number } of world.extensions) setExtension(world, number, { state: 'unregistered' });
  return world;
}

test.each([...legacy, ...v3])(
  'phones that are all down at once are shown as down when a second round agrees, %s',
  async (release) => {
    const one = await bench(release, { world: allDown() });
    const first = await one.poll();
    expect(first.collectors.peers).toMatchObject({ success: false, reason: 'service_unavailable' });
    expect(first.retained.peers).toBeUndefined();
    expect(first.collectors.trunks?.success).toBe(true);
    const second = await one.rounds(1);
    expect(second.collectors.peers).toEqual({ success: true });
    expect(Object.values(peerStates(second))).toEqual(['unregistered', 'unregistered', 'unregistered']);
  },
);

test('a PBX without any phone is read as such as long as a trunk proves that Asterisk is there', async () => {
  for (const release of ['2024.1.114', '2025.1.158-dev'] as const) {
    const one = await bench(release, { world: makeWorld({ peers: 0, trunks: 2 }) });
    const record = await one.poll();
    expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
    expect(record.retained.peers?.value).toEqual([]);
  }
});

test('a list of phones that hung is left alone for five minutes, and the plain list speaks meanwhile', async () => {
  const one = await bench('2026.1.223');
  await one.poll();
  const envelope = { result: false, data: [], messages: { error: ['Request timeout or worker not responding'] } };
  const hung = { kind: 'status', status: 400, body: JSON.stringify(envelope) } as const;
  await one.pbx.faults.set(hung, { call: 'sip:getStatuses', times: 1 });
  const first = await one.rounds(1);
  expect(first.collectors.peers).toMatchObject({ success: false, reason: 'service_unavailable' });
  expect(peerStates(first)).toMatchObject({ 201: 'reachable', 203: 'unreachable', 206: 'reachable' });
  // The list also contains trunks; those that register with the PBX appear under their user names.
  expect(Object.keys(peerStates(first))).toEqual(['201', '202', '203', '205', '206', '207', '208', '0204']);
  // Values read earlier remain until they are stale.
  expect(first.retained.peers?.value.find(({ id }) => id === '202')).toMatchObject({ state: 'unregistered' });
  const roundtripOf = (record: TargetRecord) =>
    record.retained.peers?.value.find(({ id }) => id === '201')?.roundtripMicroseconds;
  expect(roundtripOf(first)).toBe(5_870);
  const asked = one.pbx.ledger.requestsOf('sip:getStatuses');
  const later = await one.rounds(9);
  expect(roundtripOf(later)).toBeUndefined();
  expect(one.pbx.ledger.requestsOf('sip:getStatuses')).toBe(asked);
  expect((await one.rounds(1)).collectors.peers).toEqual({ success: true });
});

test('a list of phones that is merely slow is asked again in the next round, and costs nothing that was known', async () => {
  const one = await bench('2026.1.223', {}, { timeoutMs: 8_000 });
  await one.rounds(1);
  await one.pbx.faults.set({ kind: 'hang' }, { call: 'sip:getStatuses', times: 1 });
  one.clock.advance(30_000);
  const slow = await pollSlowly(one);
  expect(slow.collectors.peers).toMatchObject({ success: false, reason: 'timeout' });
  const known = slow.retained.peers?.value.find(({ id }) => id === '202');
  expect(known).toMatchObject({ state: 'unregistered', registered: false });
  expect((await one.rounds(1)).collectors.peers).toEqual({ success: true });
});

test('a list of phones for which the exporter waited ten seconds is left alone', async () => {
  const one = await bench('2026.1.223', {}, { timeoutMs: 25_000 });
  await one.rounds(1);
  await one.pbx.faults.set({ kind: 'hang' }, { call: 'sip:getStatuses', times: 1 });
  one.clock.advance(30_000);
  await pollSlowly(one);
  const asked = one.pbx.ledger.requestsOf('sip:getStatuses');
  await one.rounds(3);
  expect(one.pbx.ledger.requestsOf('sip:getStatuses')).toBe(asked);
});

test('an old list full of "Unavailable" does not make phones down that the fresh list knows to be well', async () => {
  const one = await bench('2026.1.223');
  one.pbx.switches.asterisk = 'down';
  // Another client's request fills the cache while Asterisk is away; then Asterisk comes back.
  const key = one.pbx.switches.apiKeys[0]?.key ?? '';
  const url = new URL('pbxcore/api/v3/sip:getStatuses', await one.pbx.start());
  const late = fetch(url, { headers: { authorization: `Bearer ${key}` } });
  await one.clock.waitFor(2);
  one.clock.advance(20_000);
  await late;
  one.pbx.switches.asterisk = 'up';
  const record = await pollSlowly(one);
  expect(record.collectors.peers).toEqual({ success: true });
  expect(peerStates(record)).toMatchObject({ 201: 'reachable', 206: 'reachable', 208: 'reachable' });
  expect(record.retained.peers?.value.find(({ id }) => id === '201')).not.toHaveProperty('registered');
});

test('a phone that went is down at once, although the list with its devices is half a minute old', async () => {
  const one = await bench('2026.1.223', {}, { intervalMs: 10_000 });
  expect(peerStates(await one.rounds(1))['201']).toBe('reachable');
  setExtension(one.pbx.world, '201', { state: 'unregistered' });
  const cached = await one.rounds(1);
  const peer = cached.retained.peers?.value.find(({ id }) => id === '201');
  expect(peer).toMatchObject({ state: 'unreachable' });
  expect(peer).not.toHaveProperty('registered');
  expect(peer).not.toHaveProperty('roundtripMicroseconds');
  expect(peerStates(await one.rounds(2))['201']).toBe('unregistered');
});

test('a restart of Asterisk while the list with the devices is kept makes nobody down', async () => {
  const one = await bench('2026.1.223', {}, { intervalMs: 5_000 });
  await one.rounds(1);
  one.pbx.restartAsterisk();
  for (let round = 0; round < 14; round += 1) {
    one.clock.advance(5_000);
    const { 201: first, 206: second } = peerStates(await pollSlowly(one));
    expect([first, second]).not.toContain('unreachable');
  }
  expect(one.target.record.collectors.peers).toEqual({ success: true });
});

test('a PBX that says that its list is an old one is not believed', async () => {
  const one = await bench('2026.1.223');
  const alter = (body: string): string =>
    body.replace('"messages":[]', '"messages":{"warning":["Using cached data (stale)"]}');
  await one.pbx.faults.set({ kind: 'altered-body', alter }, { call: 'sip:getStatuses' });
  const record = await one.poll();
  expect(record.collectors.peers).toMatchObject({ success: false, reason: 'service_unavailable' });
});

test.each(['2024.1.114', '2026.1.223'] as const)(
  'no calls are not believed when the records process is silent, %s',
  async (release) => {
    const one = await bench(
      release,
      { switches: { recordsSilent: true } },
      { collect: ['calls', 'peers'], timeoutMs: 40_000 },
    );
    const record = await pollSlowly(one);
    expect(record.collectors.calls).toMatchObject({ success: false, reason: 'service_unavailable' });
    expect(record.retained.calls).toBeUndefined();
  },
);

describe('a records process that is silent is asked rarely, because each question keeps a process of the PBX busy', () => {
  test.each(['2024.1.114', '2026.1.223'] as const)('%s', async (release) => {
    const call = release === '2024.1.114' ? 'cdr/getActiveChannels' : 'pbx-status:getActiveChannels';
    const one = await bench(
      release,
      { switches: { recordsSilent: true } },
      { collect: ['calls', 'peers'], timeoutMs: 25_000 },
    );
    for (let round = 0; round < 9; round += 1) {
      const record = await pollSlowly(one);
      expect(record.collectors).toMatchObject({
        calls: { success: false, reason: 'service_unavailable' },
        peers: { success: true },
      });
      one.clock.advance(30_000);
    }
    expect(one.pbx.ledger.requestsOf(call)).toBe(1);
    one.pbx.switches.recordsSilent = false;
    one.clock.advance(120_000);
    expect((await pollSlowly(one)).collectors.calls).toEqual({ success: true });
  });

  test('also where a round is shorter than the wait: after two in a row', async () => {
    const one = await bench(
      '2026.1.223',
      { switches: { recordsSilent: true } },
      { collect: ['calls', 'peers'], timeoutMs: 10_000 },
    );
    for (let round = 0; round < 6; round += 1) {
      await pollSlowly(one);
      one.clock.advance(30_000);
    }
    expect(one.pbx.ledger.requestsOf('pbx-status:getActiveChannels')).toBe(2);
  });

  test('an empty list of 2026.1 that took three seconds on a busy machine is one', async () => {
    const one = await bench(
      '2026.1.223',
      { switches: { workerDelayMs: 3_000 } },
      { collect: ['calls'], timeoutMs: 60_000 },
    );
    one.pbx.world.calls = [];
    const record = await pollSlowly(one);
    expect(record.retained.calls?.value).toEqual({ all: 0 });
  });
});

describe('services behind nginx that are not well', () => {
  test.each([
    ['trace-500', 'service_unavailable'],
    ['trace-500-as-json', 'service_unavailable'],
    ['fatal-200', 'service_unavailable'],
    ['gone-502', 'service_unavailable'],
    ['starting-html', 'protocol'],
  ] as const)('%s', async (services, reason) => {
    for (const release of ['2023.1.223', '2024.1.114', '2026.1.223'] as const) {
      const one = await bench(release);
      await one.rounds(1);
      one.pbx.switches.services = services;
      expect((await one.rounds(1)).lastRound?.reason).toBe(reason);
      one.pbx.switches.services = 'running';
      expect((await one.rounds(1)).up).toBe(true);
      expect(one.pbx.ledger).toMatchObject({ loginsGood: 1, loginsRefused: 0 });
    }
  });

  test.each(['2023.1.223', '2024.1.114'] as const)('API processes of %s that do not answer', async (release) => {
    const one = await bench(release, {}, { timeoutMs: 60_000 });
    await one.poll();
    one.pbx.switches.workerDelayMs = 20_000;
    one.clock.advance(30_000);
    const record = await pollSlowly(one, 90);
    expect(record.lastRound?.reason).toBe('service_unavailable');
  });

  test('a full queue of 2026.1', async () => {
    const one = await bench('2026.1.223');
    await one.rounds(1);
    one.pbx.switches.queueFull = true;
    expect((await one.rounds(1)).lastRound?.reason).toBe('service_unavailable');
  });
});
