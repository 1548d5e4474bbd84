import { describe, expect, test } from 'vitest';
import { goodPart, SkipCounter } from '../../src/drivers/kit/collectors.ts';
import { trunkStates } from '../../src/snapshot/reading.ts';
import type { Peer, Trunk } from '../../src/snapshot/reading.ts';
import { boundedReading, mostRows } from '../../src/polling/bounded-reading.ts';

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
    const many = [...Array.from({ length: 10 }, (_, index) => trunk(`test-${index}`)), ...manyTrunks(mostRows)];
    expect(boundedReading({ trunks: goodPart(many) }).trunks?.ok).toBe(false);
    const { trunks } = boundedReading({ trunks: goodPart(many) }, only);
    expect(trunks?.ok).toBe(true);
    expect(trunks?.value).toHaveLength(mostRows);
  });
});

function manyTrunks(count: number): readonly Trunk[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `line-${index}`,
    state: trunkStates[index % 3] ?? 'failed',
  }));
}
