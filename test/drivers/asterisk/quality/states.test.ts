import { expect, test } from 'vitest';
import { Journal } from '../../../../src/journal/journal.ts';
import { makeWorld } from '../../../../src/simulator/kit/make-world.ts';
import { setExtension, setTrunk } from '../../../../src/simulator/kit/world.ts';
import type { TargetRecord } from '../../../../src/snapshot/record.ts';
import { setUp } from '../support.ts';

const collect = ['peers', 'trunks', 'quality'] as const;

async function open(changes: { readonly collect?: readonly (typeof collect)[number][] } = {}) {
  const world = makeWorld({ peers: 2, trunks: 4 });
  setExtension(world, '1001', { state: 'reachable' });
  const trunk = world.trunks.find(({ kind }) => kind === 'register')?.name ?? '';
  setTrunk(world, trunk, { state: 'registered', roundtripMicroseconds: 9_000 });
  const pbx = await setUp({ collect, ...changes }, { world });
  const journal = new Journal({ perPbx: 500, total: 1_000 }, 0);
  const round = async (): Promise<TargetRecord> => {
    const record = await pbx.bench.rounds(1);
    journal.note({ identity: pbx.bench.target.identity, record });
    return record;
  };
  await round();
  return { ...pbx, world, trunk, journal, round };
}

type Opened = Awaited<ReturnType<typeof open>>;

function flap({ world, simulator }: Opened): void {
  setExtension(world, '1001', { state: 'unreachable' });
  simulator.noticeChanges();
  setExtension(world, '1001', { state: 'reachable' });
  simulator.noticeChanges();
}

test('a phone that goes and comes back between two rounds has changed twice', async () => {
  const pbx = await open();
  flap(pbx);
  const record = await pbx.round();
  expect(record.counters.peerReachableChanges.get('1001')).toBe(2);
  expect(record.retained.peers?.value.find(({ id }) => id === '1001')?.state).toBe('reachable');
  expect(
    pbx.journal
      .events('test')
      .filter(({ kind }) => kind === 'peer')
      .reduce((sum, { changes }) => sum + changes, 0),
  ).toBe(2);
  const atWall = pbx.journal.events('test').at(-1)?.atWall;
  expect(atWall).toBe(record.lastRound?.endedAtWall);
  const next = await pbx.round();
  expect(next.counters.peerReachableChanges.get('1001')).toBe(2);
});

test('without the collector nobody tells', async () => {
  const pbx = await open({ collect: ['peers', 'trunks'] });
  flap(pbx);
  expect((await pbx.round()).counters.peerReachableChanges.get('1001')).toBe(0);
});

test('a phone that registers anew is no fault, and one that leaves is counted once', async () => {
  const pbx = await open();
  setExtension(pbx.world, '1001', { state: 'unregistered' });
  expect((await pbx.round()).counters.peerReachableChanges.get('1001')).toBe(1);
  expect((await pbx.round()).counters.peerReachableChanges.get('1001')).toBe(1);
  setExtension(pbx.world, '1001', { state: 'reachable' });
  const record = await pbx.round();
  expect(record.counters.peerReachableChanges.get('1001')).toBe(2);
  expect(record.retained.peers?.value.find(({ id }) => id === '1001')).toMatchObject({
    state: 'reachable',
    registered: true,
  });
});

test('a registration that was refused for a moment is counted, found by account and server', async () => {
  const pbx = await open();
  const { world, simulator, trunk } = pbx;
  setTrunk(world, trunk, { state: 'rejected' });
  simulator.noticeChanges();
  setTrunk(world, trunk, { state: 'registered', roundtripMicroseconds: 9_000 });
  simulator.noticeChanges();
  const record = await pbx.round();
  expect(record.counters.trunkStateChanges.get(trunk)).toBe(2);
  expect(record.retained.trunks?.value.find(({ id }) => id === trunk)?.state).toBe('registered');
});

test('the list has the last word, and events about what it does not have are left alone', async () => {
  const pbx = await open();
  const about = (endpoint: string, status: string) =>
    pbx.simulator.happen({
      event: 'ContactStatus',
      readClass: 'system',
      fields: [
        ['URI', 'sip:x@192.0.2.9'],
        ['ContactStatus', status],
        ['AOR', endpoint],
        ['EndpointName', endpoint],
      ],
    });
  about('nobody', 'Unreachable');
  about('1001', 'Odd word');
  const record = await pbx.round();
  expect(record.retained.peers?.value.map(({ id }) => id)).toEqual(['1001', '1002']);
  expect(record.retained.peers?.value[0]?.state).toBe('reachable');
  expect(record.counters.peerReachableChanges.get('1001')).toBe(0);
});

test('a round whose lists failed leaves its events to the next one', async () => {
  const pbx = await open();
  flap(pbx);
  await pbx.simulator.faults.set({ kind: 'altered-body', alter: () => 'nonsense' }, { call: 'PJSIPShowEndpoints' });
  await pbx.round();
  await pbx.simulator.faults.clear();
  expect((await pbx.round()).counters.peerReachableChanges.get('1001')).toBe(2);
});

test('a session that is lost invents no change', async () => {
  const pbx = await open();
  pbx.simulator.endSessions();
  flap(pbx);
  const record = await pbx.round();
  expect(record.counters.peerReachableChanges.get('1001')).toBe(0);
  expect(record.counters.quality?.eventGaps).toBe(1);
});
