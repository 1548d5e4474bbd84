import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { peerStates } from '../../src/snapshot/reading.ts';
import { emptyRecord } from '../../src/snapshot/record.ts';
import { peers, Rounds, startWall, trunks } from './rounds.ts';

const many = (count: number, state: 'reachable' | 'unregistered') =>
  peers(Object.fromEntries(Array.from({ length: count }, (_, index) => [`p${index}`, state])));

describe('what is told', () => {
  test('the first read of a list tells of no row, the next ones of each row that is different', () => {
    const rounds = new Rounds();
    rounds.round({ ...peers({ 201: 'reachable', 202: 'reachable' }), ...trunks({ city: 'registered' }) });
    rounds.round({
      ...peers({ 201: 'reachable', 202: 'unregistered' }),
      ...trunks({ city: 'rejected' }, '403 Forbidden'),
    });
    expect(rounds.told().filter((text) => !text.startsWith('collector'))).toEqual([
      'pbx ->up',
      'trunk city registered>rejected',
      'peer 202 reachable>unregistered',
    ]);
    const [, trunk, peer] = rounds.journal.events('hq');
    expect(trunk).toMatchObject({ said: '403 Forbidden', atWall: startWall + 60_000 });
    expect(peer).toMatchObject({ name: 'Name of 202', pbx: 'hq' });
  });

  test('rows that come and go, in whatever order the PBX lists them', () => {
    const rounds = new Rounds();
    rounds.round({ ...peers({ a: 'reachable', b: 'reachable', c: 'unknown' }), ...trunks({}) });
    rounds.round({ ...peers({ c: 'disabled', d: 'reachable', a: 'reachable' }), ...trunks({}) });
    expect(rounds.told().slice(1)).toEqual(['peer c unknown>disabled', 'peer d ->reachable', 'peer b reachable>-']);
  });

  test('a partial read tells of no row that it lacks, and of the collector once', () => {
    const rounds = new Rounds();
    const partial = { peers: { ok: false, reason: 'protocol', value: [{ id: 'a', state: 'unreachable' }] } } as const;
    rounds.round({ ...peers({ a: 'reachable', b: 'reachable' }), ...trunks({}) });
    for (let index = 0; index < 5; index += 1) rounds.round({ ...partial, ...trunks({}) });
    expect(rounds.told().slice(1)).toEqual(['collector peers read>failed', 'peer a reachable>unreachable']);
  });

  test('down with its reason, another reason, suspended, allowed again and up', () => {
    const rounds = new Rounds();
    rounds.round({ ...peers({}), ...trunks({}) });
    rounds.round({ reason: 'timeout', detail: 'no answer within 20 s' }, { afterMs: 700_000 });
    rounds.round({ reason: 'timeout', detail: 'no answer within 20 s' });
    rounds.round({ reason: 'bad_credentials', suspendedUntilWall: rounds.wall + 900_000 });
    rounds.round({ kind: 'skipped', suspendedUntilWall: rounds.wall + 870_000 });
    rounds.round({ ...peers({}), ...trunks({}) });
    expect(rounds.told()).toEqual([
      'pbx ->up',
      'pbx up>down',
      'pbx down>down',
      'login allowed>suspended',
      'pbx down>up',
      'login suspended>allowed',
    ]);
    expect(rounds.journal.events('hq')[1]).toMatchObject({ reason: 'timeout', detail: 'no answer within 20 s' });
  });

  test('a change that was seen after a long pause says how old it may be', () => {
    const rounds = new Rounds();
    rounds.round({ ...peers({ a: 'reachable' }), ...trunks({}) });
    rounds.round({ ...peers({ a: 'unregistered' }), ...trunks({}) }, { afterMs: 7_200_000 });
    expect(rounds.journal.events('hq').at(-1)).toMatchObject({
      id: 'a',
      atWall: startWall + 7_230_000,
      notBeforeWall: startWall + 30_000,
    });
  });

  test('a target that a reload made anew is compared with what was known before', () => {
    const rounds = new Rounds();
    rounds.round({ ...peers({ a: 'reachable', b: 'reachable' }), ...trunks({}) });
    rounds.forgetRecord();
    rounds.round({ ...peers({ a: 'reachable', b: 'unreachable' }), ...trunks({}) });
    expect(rounds.told()).toEqual(['pbx ->up', 'peer b reachable>unreachable']);
  });

  test('rows that a reload excludes are in no entry, neither by themselves nor as an example', () => {
    const rounds = new Rounds();
    rounds.round({ ...many(40, 'reachable'), ...trunks({ p1: 'registered' }) });
    rounds.round({ ...many(40, 'unregistered'), ...trunks({ p1: 'rejected' }) });
    expect(rounds.told()).toContain('peer x40 reachable>unregistered');
    rounds.journal.exclude('hq', (kind, id) => kind === 'peer' && id === 'p1');
    expect(rounds.told()).toEqual(['pbx ->up', 'trunk p1 registered>rejected']);
  });
});

describe('since when', () => {
  test('is known for rows that changed, in doubt after a long pause, and before the first read for all others', () => {
    const rounds = new Rounds();
    expect(rounds.journal.since('hq', 'peer', 'a')).toBeUndefined();
    rounds.round({ ...peers({ a: 'reachable', b: 'reachable' }), ...trunks({}) });
    rounds.round({ ...peers({ a: 'unreachable', b: 'reachable' }), ...trunks({}) });
    const firstReadWall = startWall + 30_000;
    expect(rounds.journal.since('hq', 'peer', 'a')).toEqual({ atWall: startWall + 60_000, firstReadWall });
    expect(rounds.journal.since('hq', 'peer', 'b')).toEqual({ firstReadWall });
    rounds.round({ ...peers({ a: 'unreachable', b: 'disabled' }), ...trunks({}) }, { afterMs: 600_000 });
    expect(rounds.journal.since('hq', 'peer', 'b')).toMatchObject({ notBeforeWall: startWall + 60_000 });
    rounds.round({ ...peers({ b: 'disabled' }), ...trunks({}) });
    expect(rounds.journal.since('hq', 'peer', 'a')).toEqual({ firstReadWall });
  });
});

describe('bounds', () => {
  test('a flapping row is one entry from its fourth change on, and pushes out nobody', () => {
    const rounds = new Rounds({ perPbx: 10, total: 100 });
    rounds.round({ ...peers({ a: 'reachable', b: 'reachable' }), ...trunks({}) });
    rounds.round({ ...peers({ a: 'reachable', b: 'disabled' }), ...trunks({}) });
    for (let index = 0; index < 200; index += 1)
      rounds.round({ ...peers({ a: index % 2 === 0 ? 'unreachable' : 'reachable', b: 'disabled' }), ...trunks({}) });
    expect(rounds.told()).toEqual([
      'pbx ->up',
      'peer b reachable>disabled',
      'peer a reachable>unreachable',
      'peer a unreachable>reachable',
      'peer a reachable>reachable (198)',
    ]);
    expect(rounds.journal.events('hq').at(-1)).toMatchObject({ replaces: 201, sequence: 202 });
  });

  test('a row that flaps slowly loses its own oldest entries, not those of others', () => {
    const rounds = new Rounds({ perPbx: 12, total: 100 });
    rounds.round({ ...peers({ a: 'reachable', b: 'reachable' }), ...trunks({}) });
    rounds.round({ ...peers({ a: 'reachable', b: 'disabled' }), ...trunks({}) });
    for (let index = 0; index < 50; index += 1) {
      const a = index % 2 === 0 ? 'unreachable' : 'reachable';
      rounds.round({ ...peers({ a, b: 'disabled' }), ...trunks({}) }, { afterMs: 1_200_000 });
    }
    expect(rounds.told().filter((text) => text.startsWith('peer a'))).toHaveLength(3);
    expect(rounds.told()).toContain('peer b reachable>disabled');
    expect(rounds.journal.lost('hq')).toMatchObject({ id: 'a' });
  });

  test('over all PBXs the oldest of the one with the most go', () => {
    const rounds = new Rounds({ perPbx: 100, total: 10 });
    rounds.round({ ...peers({ quiet: 'reachable' }), ...trunks({}) }, { pbx: 'small' });
    rounds.round({ ...peers({}), ...trunks({}) }, { pbx: 'large' });
    const ids = Array.from({ length: 24 }, (_, index) => `p${index}`);
    rounds.round({ ...peers(Object.fromEntries(ids.map((id) => [id, 'reachable']))), ...trunks({}) }, { pbx: 'large' });
    expect(rounds.told('small')).toEqual(['pbx ->up']);
    expect(rounds.told('large')).toEqual(ids.slice(-9).map((id) => `peer ${id} ->reachable`));
  });

  test('5,000 phones that flip at once share one entry, and the journal looks at each phone once', () => {
    const rounds = new Rounds();
    let looks = 0;
    const watched = (state: 'reachable' | 'unregistered') => {
      const reading = many(5_000, state);
      for (const row of reading.peers?.value ?? [])
        Object.defineProperty(row, 'state', { enumerable: true, get: () => ((looks += 1), state) });
      return reading.peers?.value ?? [];
    };
    const [up, down] = [watched('reachable'), watched('unregistered')];
    const record = (value: typeof up, at: number) => ({
      ...emptyRecord,
      collectors: { peers: { success: true } },
      retained: { peers: { value, readAt: at } },
      clocks: { monotonic: at, wall: startWall + at, gaps: [] },
    });
    const identity = { name: 'hq', staleAfterMs: 90_000 };
    rounds.journal.note({ identity, record: record(up, 1) });
    for (let index = 0; index < 100; index += 1) {
      looks = 0;
      rounds.journal.note({ identity, record: record(index % 2 === 0 ? down : up, 30_000 * (index + 1)) });
      // Each of the 5,000 phones may be read six times: for comparison, entry and chart. More would mean quadratic cost.
      expect(looks).toBeLessThanOrEqual(6 * 5_000);
    }
    expect(rounds.told().filter((text) => text.startsWith('peer'))).toEqual([
      'peer x5000 reachable>unregistered',
      'peer x5000 unregistered>reachable',
      'peer x5000 reachable>reachable (490000)',
    ]);
    expect(JSON.stringify(rounds.journal.events()).length).toBeLessThan(4_000);
  });

  test('whatever happens, nothing exceeds its bound and sequences only grow', () => {
    const state = fc.constantFrom(...peerStates);
    const step = fc.record({
      pbx: fc.constantFrom('a', 'b', 'c'),
      states: fc.dictionary(fc.constantFrom('1', '2', '3', '4', '5', '6', '__proto__'), state),
      afterMs: fc.constantFrom(1_000, 30_000, 900_000),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const rounds = new Rounds({ perPbx: 8, total: 15 });
        for (const { pbx, states, afterMs } of steps)
          rounds.round({ ...peers(states), ...trunks({}) }, { pbx, afterMs });
        const all = rounds.journal.events();
        expect(all.length).toBeLessThanOrEqual(15);
        for (const pbx of ['a', 'b', 'c']) expect(rounds.journal.events(pbx).length).toBeLessThanOrEqual(8);
        expect(all).toEqual(all.toSorted((one, other) => one.sequence - other.sequence));
        expect(new Set(all.map(({ sequence }) => sequence)).size).toBe(all.length);
      }),
      { numRuns: 60 },
    );
  });

  test('other bounds hold at once', () => {
    const rounds = new Rounds();
    const ids = Array.from({ length: 24 }, (_, index) => `p${index}`);
    rounds.round({ ...peers({}), ...trunks({}) });
    rounds.round({ ...peers(Object.fromEntries(ids.map((id) => [id, 'reachable']))), ...trunks({}) });
    rounds.journal.limit({ perPbx: 10, total: 5 });
    expect(rounds.told()).toEqual(ids.slice(-5).map((id) => `peer ${id} ->reachable`));
  });
});
