import { describe, expect, test } from 'vitest';
import type { Family } from '../../src/drivers/driver.ts';
import { goodPart, SkipCounter } from '../../src/drivers/kit/collectors.ts';
import { silentLog } from '../../src/log.ts';
import { type Peer, type Reading, type Trunk, trunkStates } from '../../src/snapshot/reading.ts';
import type { TargetRecord } from '../../src/snapshot/record.ts';
import { boundedReading, longestText, maximumRows } from '../../src/polling/bounded-reading.ts';
import { Target } from '../../src/polling/target.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { fakeFamily, FakeTransport } from '../support/fake-pbx.ts';

/** Returns the record after a round with this reading. */
async function recordOf(reading: Reading): Promise<TargetRecord> {
  const family: Family = fakeFamily({ collect: () => Promise.resolve(reading) });
  const target = new Target({
    identity: { name: 'hq', family: 'fake', labels: {}, peerNames: 'plain', peerLimit: 100, staleAfterMs: 90_000 },
    family,
    account: { kind: 'password', username: 'user', password: 'geheim' },
    options: {},
    url: new URL('http://192.0.2.1'),
    collect: ['peers', 'trunks', 'queues', 'system'],
    intervalMs: 30_000,
    timeoutMs: 20_000,
    requestsPerTarget: 2,
    transport: new FakeTransport(() => ({ body: 'token' })),
    clock: createHandClock(),
    random: () => 0,
    log: silentLog,
    observeRequest: () => {},
    onRecord: () => {},
  });
  await target.poll();
  return target.record;
}

const endless = 'x'.repeat(30_000_000);
const cut = `${'x'.repeat(longestText)}…`;

test('texts of a PBX are cut where nobody reads on, in every part', async () => {
  const { retained } = await recordOf({
    peers: goodPart([{ id: endless, name: endless, state: 'reachable', contacts: 1 }]),
    trunks: goodPart([{ id: endless, name: endless, host: endless, rawState: endless, state: 'registered' }]),
    queues: goodPart([{ id: endless, waitingCallers: 1 }]),
    system: goodPart({ version: endless, model: endless, uptimeSeconds: 1 }),
  });
  expect(retained.peers?.value).toEqual([{ id: cut, name: cut, state: 'reachable', contacts: 1 }]);
  expect(retained.trunks?.value).toEqual([{ id: cut, name: cut, host: cut, rawState: cut, state: 'registered' }]);
  expect(retained.queues?.value).toEqual([{ id: cut, waitingCallers: 1 }]);
  expect(retained.system?.value).toEqual({ version: cut, model: cut, uptimeSeconds: 1 });
});

test('more trunks or queues than any PBX has are a partial read: the first are shown, and it is said', async () => {
  const ids = Array.from({ length: maximumRows + 1 }, (_, index) => ({ id: `${index}` }));
  const { retained, collectors } = await recordOf({
    peers: goodPart([]),
    trunks: goodPart(ids.map(({ id }) => ({ id, state: 'registered' as const }))),
    queues: goodPart(ids),
  });
  const failed = {
    success: false,
    reason: 'protocol',
    detail: 'the list has more than 5000 rows: the rest is left out',
  };
  expect(collectors).toMatchObject({ peers: { success: true }, trunks: failed, queues: failed });
  expect([retained.trunks?.value.length, retained.queues?.value.length]).toEqual([maximumRows, maximumRows]);
});

test('what is usual stays as it is, the same object', () => {
  const reading: Reading = {
    peers: goodPart([{ id: '0100', name: 'Desk', state: 'reachable' }], { malformed: 1 }),
    trunks: { ok: false, reason: 'forbidden', detail: 'no right', value: [] },
    calls: goodPart({ all: 3 }),
    system: { ok: false, reason: 'timeout' },
  };
  const bounded = boundedReading(reading);
  expect(bounded).toEqual(reading);
  expect(bounded.peers?.value?.[0]).toBe(reading.peers?.value?.[0]);
});

test('ids that differ only in halves of characters are one: the worse row is kept, the other counted', async () => {
  const { retained, counters } = await recordOf({
    peers: goodPart([
      { id: 'a\ud800', state: 'reachable' },
      { id: 'a\udc00', state: 'unreachable' },
      { id: 'b', name: `${'x'.repeat(longestText - 1)}\u{1F4DE}`, state: 'reachable' },
    ]),
  });
  expect(retained.peers?.value).toEqual([
    { id: 'a\ufffd', state: 'unreachable' },
    { id: 'b', name: `${'x'.repeat(longestText - 1)}\ufffd…`, state: 'reachable' },
  ]);
  expect(counters.rowsSkipped.peers).toEqual({ malformed: 1 });
});

const phone = (id: string): Peer => ({ id, state: 'reachable' });
const trunk = (id: string): Trunk => ({ id, state: 'registered' });
const only = { peers: /^lift-/u, trunks: /test/u };

describe('rows that the configuration excludes', () => {
  test('are not there, each pattern for its own list', () => {
    const reading = {
      peers: goodPart([phone('lift-1'), phone('1001'), phone('test')]),
      trunks: goodPart([trunk('lift-1'), trunk('my-test')]),
      calls: goodPart({ all: 2 }),
    };
    expect(boundedReading(reading, only)).toEqual({
      peers: goodPart([phone('1001'), phone('test')]),
      trunks: goodPart([trunk('lift-1')]),
      calls: goodPart({ all: 2 }),
    });
    expect(boundedReading(reading)).toEqual(reading);
  });

  test('take their skipped rows along, and no others', () => {
    const skipped = new SkipCounter();
    skipped.of('lift-1').add('unknown_state');
    skipped.of('lift-2').add('malformed', 2);
    skipped.of('1001').add('unknown_state');
    skipped.add('malformed');
    expect(skipped.counts()).toEqual({ unknown_state: 2, malformed: 3 });
    const { peers } = boundedReading({ peers: goodPart([], skipped.counts()) }, only);
    expect(peers?.skipped).toEqual({ unknown_state: 1, malformed: 1 });
    expect(Object.keys(peers?.skipped ?? {}).sort()).toEqual(['malformed', 'unknown_state']);
  });

  test('leave a partial read partial, and one without rows as it is', () => {
    const failed = { ok: false, reason: 'protocol', detail: 'cut off' } as const;
    expect(boundedReading({ peers: { ...failed, value: [phone('lift-1')] }, trunks: failed }, only)).toEqual({
      peers: { ...failed, value: [] },
      trunks: failed,
    });
  });

  test('do not count towards the most trunks that are shown', () => {
    const many = [...Array.from({ length: 10 }, (_, index) => trunk(`test-${index}`)), ...manyTrunks(maximumRows)];
    expect(boundedReading({ trunks: goodPart(many) }).trunks?.ok).toBe(false);
    const { trunks } = boundedReading({ trunks: goodPart(many) }, only);
    expect(trunks?.ok).toBe(true);
    expect(trunks?.value).toHaveLength(maximumRows);
  });
});

function manyTrunks(count: number): readonly Trunk[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `line-${index}`,
    state: trunkStates[index % 3] ?? 'failed',
  }));
}
