import { describe, expect, test } from 'vitest';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import { setExtension } from '../../../src/simulator/kit/world.ts';
import { bench, peerStates, pollSlowly } from './support.ts';

const many = () => makeWorld({ peers: 40, trunks: 1 });

test('on a large PBX phones are asked over several rounds, those in doubt first', async () => {
  const one = await bench('2024.1.114', { world: many() }, { options: { details_per_round: 10 } });
  const doubtful = one.pbx.world.extensions.filter(({ state }) => state === 'unreachable' || state === 'unregistered');
  const first = await one.rounds(1);
  expect(one.pbx.ledger.requestsOf('sip/getSipPeer')).toBe(10);
  for (const { number, state } of doubtful) expect(peerStates(first)[number]).toBe(state);
  const withRoundtrip = (): number =>
    (one.target.record.retained.peers?.value ?? []).filter((peer) => peer.roundtripMicroseconds !== undefined).length;
  const before = withRoundtrip();
  await one.rounds(1);
  expect(one.pbx.ledger.requestsOf('sip/getSipPeer')).toBe(20);
  expect(withRoundtrip()).toBeGreaterThan(before);
});

test('a roundtrip goes when it is too old, the state of the list stays', async () => {
  const one = await bench('2024.1.114', { world: many() }, { options: { details_per_round: 40 } });
  await one.rounds(1);
  const body = JSON.stringify({ jsonapi: {}, errors: ['500 (Internal Server Error) '] });
  await one.pbx.faults.set({ kind: 'status', status: 500, body }, { call: 'sip/getSipPeer' });
  const during = await one.rounds(2);
  expect(during.retained.peers?.value[0]).toHaveProperty('roundtripMicroseconds');
  // Every state is known: the list shows the reachable phones, and the others were requested earlier.
  expect(during.collectors.peers).toEqual({ success: true });
  expect(during.counters.requests['sip_peer']?.['service_unavailable']).toBe(6);
  const later = await one.rounds(1);
  expect(later.collectors.peers).toMatchObject({ success: false, reason: 'service_unavailable' });
  expect(later.retained.peers?.value[0]).toMatchObject({ id: '1001', state: 'reachable' });
  expect(later.retained.peers?.value[0]).not.toHaveProperty('roundtripMicroseconds');
  expect(peerStates(later)['1002']).toBe('unknown');
});

test('a phone that drops out is asked at once and never keeps its old verdict', async () => {
  const one = await bench('2024.1.114', { world: many() }, { options: { details_per_round: 5 } });
  await one.rounds(8);
  setExtension(one.pbx.world, '1001', { state: 'unregistered' });
  expect(peerStates(await one.rounds(1))['1001']).toBe('unregistered');
  setExtension(one.pbx.world, '1001', { state: 'unreachable' });
  expect(['unregistered', 'unreachable']).toContain(peerStates(await one.rounds(1))['1001']);
  setExtension(one.pbx.world, '1001', { state: 'reachable' });
  expect(peerStates(await one.rounds(1))['1001']).toBe('reachable');
});

test('an id that the list of trunks has too is no phone, whatever it looks like', async () => {
  const one = await bench('2024.1.114');
  const alter = (body: string): string =>
    body.replaceAll('SIP-TRUNK-AB12C001', '300').replace('"id":"207"', '"id":"300"');
  await one.pbx.faults.set({ kind: 'altered-body', alter });
  const record = await one.rounds(1);
  expect(Object.keys(peerStates(record))).toEqual(['201', '202', '203', '206', '208', '0204']);
  expect(record.retained.trunks?.value.some(({ id }) => id === '300')).toBe(true);
});

test('without questions phone by phone the list alone speaks, and a phone that it does not call OK is unknown', async () => {
  const one = await bench('2024.1.114', {}, { options: { details_per_round: 0 } });
  expect(peerStates(await one.rounds(1))).toEqual({
    201: 'reachable',
    202: 'unknown',
    203: 'unknown',
    '0204': 'reachable',
    206: 'reachable',
    207: 'unknown',
    208: 'reachable',
  });
});

test('old versions call a ringing phone UNKNOWN: its contact says that it is well', async () => {
  const one = await bench('2022.1.99');
  setExtension(one.pbx.world, '201', { call: 'ringing' });
  expect(peerStates(await one.rounds(1))['201']).toBe('reachable');
});

test('up to 2021.2 only the last contact is told: the list wins, and no number of contacts is given', async () => {
  const one = await bench('2021.2.194');
  one.pbx.world.extensions.find(({ number }) => number === '0204')?.contacts.pop();
  const record = await one.rounds(1);
  const peer = record.retained.peers?.value.find(({ id }) => id === '0204');
  expect(peer).toMatchObject({ state: 'reachable', registered: true });
  expect(peer).not.toHaveProperty('contacts');
  expect(peer).not.toHaveProperty('roundtripMicroseconds');
});

describe('an API process that answers the question before (2020.2 to 2021.4)', () => {
  test('answers about another phone are dropped and counted, and the collector says so', async () => {
    const one = await bench('2021.4.175');
    await one.rounds(1);
    one.pbx.desynchroniseAnswers();
    const record = await one.rounds(1);
    expect(record.collectors.peers).toMatchObject({ success: false, reason: 'protocol' });
    expect(record.counters.rowsSkipped.peers?.malformed).toBeGreaterThan(0);
    expect(record.collectors.trunks).toEqual({ success: true });
  });

  test('no phone is given the contacts of another one, and an answer without a name proves nothing', async () => {
    const one = await bench('2021.4.175');
    await one.rounds(1);
    one.pbx.desynchroniseAnswers();
    for (let round = 0; round < 8; round += 1) {
      const { retained } = await one.rounds(1);
      const peers = Object.fromEntries((retained.peers?.value ?? []).map((peer) => [peer.id, peer]));
      expect(peers['201']).toMatchObject({ state: 'reachable' });
      expect([5_871, undefined]).toContain(peers['201']?.roundtripMicroseconds);
      expect([7_000, undefined]).toContain(peers['206']?.roundtripMicroseconds);
      expect(peers['202']?.state).toBe('unknown');
      expect(['unknown', 'unreachable']).toContain(peers['203']?.state);
    }
    expect(one.pbx.ledger.requestsOf('sip/getSipPeer')).toBeLessThan(40);
  });
});

test('questions end before the round does, and one that is not answered in time costs its phone only', async () => {
  const one = await bench('2024.1.114', { world: many() }, { options: { details_per_round: 40 }, timeoutMs: 12_000 });
  await one.rounds(1);
  await one.pbx.faults.set({ kind: 'delay', delayMs: 30_000 }, { call: 'sip/getSipPeer' });
  one.clock.advance(30_000);
  const record = await pollSlowly(one);
  expect(record.up).toBe(true);
  expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
  expect(record.counters.requests['sip_peer']?.['timeout']).toBe(1);
  expect(record.retained.peers?.readAt).toBe(record.retained.trunks?.readAt);
});

test('only numbers of the list are asked for, in JSON, and never a path outside the fixed list', async () => {
  for (const release of ['2021.4.175', '2023.2.206', '2024.1.114'] as const) {
    const asked: string[] = [];
    const one = await bench(release);
    await one.pbx.faults.set(
      { kind: 'delay', delayMs: 0 },
      {
        matches: ({ call, method, body }) => {
          if (call === 'sip/getSipPeer') asked.push(`${method} ${body}`);
          return false;
        },
      },
    );
    await one.rounds(2);
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.every((question) => /^POST \{"peer":"((0?20\d)(-WS)?|SIP-TRUNK-AB12C00\d)"\}$/.test(question))).toBe(
      true,
    );
    const known = [
      'system:ping',
      'session/start',
      'session/index',
      'sip/getPeersStatuses',
      'sip/getSipPeer',
      'sip/getRegistry',
      'iax/getRegistry',
      'extensions/getForSelect',
      'providers/index',
      'call-detail-records/index',
    ];
    expect(Object.keys(one.pbx.ledger.requests).filter((call) => !known.includes(call))).toEqual([]);
  }
});
