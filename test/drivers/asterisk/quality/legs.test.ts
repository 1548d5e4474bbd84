import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FinishedLeg } from '../../../../src/drivers/asterisk/quality/events.ts';
import { judgeLeg, LegCounter } from '../../../../src/drivers/asterisk/quality/finished-legs.ts';
import type { LegValues } from '../../../../src/drivers/asterisk/quality/leg-values.ts';
import { RunningLegsWatch } from '../../../../src/drivers/asterisk/quality/running-legs.ts';

const startedAt = 1_795_831_000;

function leg(changes: Partial<LegValues> = {}): FinishedLeg {
  const values = { stream: '1', received: 3_000, lost: 0, jitter: 0.01, sent: 3_000, remote: { lost: 0 }, ...changes };
  return { technology: 'pjsip', endpoint: '1001', values, startedAt };
}

describe('what a finished leg is worth', () => {
  test.each([
    ['yes', {}],
    ['yes', { received: 500 }],
    ['short', { received: 499 }],
    ['no_media', { received: 0, sent: 0 }],
    ['one_way', { received: 0 }],
    ['one_way', { sent: 0 }],
    ['short', { received: 0, sent: 100 }],
    ['implausible', { lost: 20_000 }],
    ['implausible', { received: 9_000, sent: 9_000, lost: 4_000 }],
    ['yes', { received: 9_000, sent: 9_000, lost: 3_000 }],
  ] as const)('%s: %o', (outcome, changes) => {
    expect(judgeLeg(leg(changes), startedAt + 60)).toBe(outcome);
  });

  test('without its counts it is implausible', () => {
    expect(judgeLeg({ technology: 'pjsip', endpoint: '1001' }, 0)).toBe('implausible');
  });

  const endless = { received: 9_000_000, sent: 9_000_000 };

  test.each([-3_600, -61, 86_401])('a PBX whose clock is wrong (%d s) loses no leg by it', (seconds) => {
    expect(judgeLeg(leg(endless), startedAt + seconds)).toBe('yes');
  });

  test.each([-60, 0, 30, 86_400])('a leg of %d s has not had time for nine million packets', (seconds) => {
    expect(judgeLeg(leg(endless), startedAt + seconds)).toBe('implausible');
  });

  test('of a leg without a start, no more can be lost than was sent either way', () => {
    const { startedAt: _startedAt, ...without } = leg({ lost: 6_000 });
    expect(judgeLeg(without, 0)).toBe('yes');
    const { startedAt: _start, ...more } = leg({ lost: 6_001 });
    expect(judgeLeg(more, 0)).toBe('implausible');
  });
});

describe('counts of finished legs', () => {
  test('directions, trunks and histograms', () => {
    const counter = new LegCounter();
    expect(counter.hasAny).toBe(false);
    counter.add(
      leg({ received: 2_700, lost: 300, remote: { lost: 30, jitter: 0.02 }, roundtrip: 0.04 }),
      'carrier',
      startedAt + 60,
    );
    counter.add(leg({ received: 100 }), 'carrier', startedAt + 60);
    const { outcomes, packets, trunks, loss, jitter, roundtrip } = counter.value;
    expect(outcomes).toEqual({ yes: 1, short: 1, no_media: 0, one_way: 0, implausible: 0 });
    expect(packets).toEqual({ in: { received: 2_700, lost: 300 }, out: { received: 2_970, lost: 30 } });
    expect([...trunks]).toEqual([
      ['carrier', { packets: { received: 2_700, lost: 300 }, measured: 1, lossy: { '0.01': 1, '0.05': 1 } }],
    ]);
    expect(loss).toEqual({
      in: { counts: [0, 0, 0, 0, 0, 1, 0, 0], sum: 0.1 },
      out: { counts: [0, 0, 1, 0, 0, 0, 0, 0], sum: 0.01 },
    });
    expect([jitter.in.sum, jitter.out.sum, roundtrip.sum]).toEqual([0.01, 0.02, 0.04]);
    expect(counter.hasAny).toBe(true);
    counter.add(leg(), 'other', startedAt + 60);
    counter.keepTrunks((trunk) => trunk !== 'carrier');
    expect([...counter.value.trunks.keys()]).toEqual(['other']);
  });

  test.each([
    [0, { '0.01': 0, '0.05': 0 }],
    [30, { '0.01': 0, '0.05': 0 }],
    [31, { '0.01': 1, '0.05': 0 }],
    [150, { '0.01': 1, '0.05': 0 }],
    [151, { '0.01': 1, '0.05': 1 }],
  ])('%d of 3000 packets lost: lossy is what is above a threshold', (lost, lossy) => {
    const counter = new LegCounter();
    counter.add(leg({ received: 3_000 - lost, lost }), 'carrier', startedAt + 60);
    expect(counter.value.trunks.get('carrier')?.lossy).toEqual(lossy);
  });

  test('what was not measured is in no histogram, and a leg of no trunk at none', () => {
    const counter = new LegCounter();
    counter.add(leg({ sent: 500 }), undefined, startedAt + 60);
    const { packets, trunks, jitter, roundtrip } = counter.value;
    expect(packets.out).toEqual({ received: 500, lost: 0 });
    expect(trunks.size).toBe(0);
    expect(jitter.in.sum).toBe(0.01);
    for (const { counts, sum } of [jitter.out, roundtrip]) {
      expect(sum).toBe(0);
      expect(counts.every((count) => count === 0)).toBe(true);
    }
  });

  test.each([{ remote: undefined }, { sent: 499 }])(
    'nothing is said of the way out where nobody measured it: %o',
    (changes) => {
      const counter = new LegCounter();
      const { values, ...rest } = leg(changes as Partial<LegValues>);
      const { remote, ...others } = values ?? {
        stream: '',
        received: 0,
        lost: 0,
        jitter: 0,
        sent: 0,
        remote: undefined,
      };
      counter.add(
        { ...rest, values: remote === undefined ? others : { ...others, remote } },
        undefined,
        startedAt + 60,
      );
      expect(counter.value.packets.out).toEqual({ received: 0, lost: 0 });
      expect(counter.value.loss.out.counts.every((count) => count === 0)).toBe(true);
      expect(counter.value.loss.in.counts).toEqual([1, 0, 0, 0, 0, 0, 0, 0]);
    },
  );

  test('only grow, and every leg has one outcome', () => {
    const count = fc.integer({ min: 0, max: 40_000 });
    const legs = fc.array(fc.record({ received: count, lost: count, sent: count }), { maxLength: 20 });
    fc.assert(
      fc.property(legs, (all) => {
        const counter = new LegCounter();
        let before = counter.value;
        for (const changes of all) {
          counter.add(leg(changes), undefined, startedAt + 60);
          const after = counter.value;
          expect(after.packets.in.received).toBeGreaterThanOrEqual(before.packets.in.received);
          expect(after.packets.in.lost).toBeGreaterThanOrEqual(before.packets.in.lost);
          before = after;
        }
        expect(Object.values(before.outcomes).reduce((sum, one) => sum + one, 0)).toBe(all.length);
      }),
    );
  });
});

describe('running legs, from two reads', () => {
  function values(received: number, sent: number, changes: Partial<LegValues> = {}): LegValues {
    return { stream: '1', received, sent, lost: 0, jitter: 0, ...changes };
  }

  /** Passes readings of one leg, thirty seconds apart; returns the result of the last one. */
  function judge(...reads: readonly LegValues[]) {
    const watch = new RunningLegsWatch();
    const all = reads.map((one, index) => watch.judge(new Map([['a', { values: one, readAt: index * 30_000 }]]), 0));
    return all.at(-1);
  }

  const alone = { flowing: 0, one_way: 0, none: 0, unknown: 0 };

  test.each([
    ['unknown', 'one read', [values(100, 100)]],
    ['flowing', 'both ways', [values(100, 100), values(1_600, 1_600)]],
    ['flowing', 'the PBX records', [values(100, 100), values(1_600, 100)]],
    ['none', 'hold', [values(100, 100), values(100, 100)]],
    ['none', 'direct media', [values(0, 0, { stream: '0' }), values(0, 0, { stream: '0' })]],
    ['unknown', 'silence, once', [values(100, 100), values(100, 1_600)]],
    ['one_way', 'silence, twice running', [values(100, 100), values(100, 1_600), values(100, 3_100)]],
    [
      'unknown',
      'the same with a word in between',
      [values(1, 1), values(1, 1_600), values(2, 3_100), values(2, 4_600)],
    ],
    ['unknown', 'too few packets sent to say', [values(100, 100), values(100, 200)]],
    ['unknown', 'another stream', [values(100, 100), values(1_600, 1_600, { stream: '2' })]],
    ['unknown', 'the same, twice', [values(100, 100), values(100, 200), values(100, 300)]],
    ['unknown', 'a count that fell', [values(1_600, 100), values(100, 1_600)]],
    ['unknown', 'the same, then silence', [values(1_600, 100), values(100, 1_600), values(100, 3_100)]],
    ['unknown', 'a count of the PBX that fell', [values(100, 1_600), values(1_600, 100)]],
  ] as const)('%s: %s', (media, _why, reads) => {
    expect(judge(...reads)?.media).toEqual({ ...alone, [media]: 1 });
  });

  test('loss of the time in between, not of the whole call', () => {
    expect(judge(values(100, 100, { lost: 90 }), values(1_590, 1_600, { lost: 91 }))?.lossy).toEqual({
      '0.01': 0,
      '0.05': 0,
    });
    expect(judge(values(100, 100), values(1_585, 1_600, { lost: 15 }))?.lossy).toEqual({ '0.01': 0, '0.05': 0 });
    expect(judge(values(100, 100), values(1_580, 1_600, { lost: 20 }))?.lossy).toEqual({ '0.01': 1, '0.05': 0 });
    expect(judge(values(100, 100), values(1_500, 1_600, { lost: 100 }))?.lossy).toEqual({ '0.01': 1, '0.05': 1 });
    expect(judge(values(100, 100, { lost: 2 }), values(1_600, 1_600, { lost: 1 }))?.lossy).toEqual({
      '0.01': 0,
      '0.05': 0,
    });
  });

  test.each([
    ['250 packets', [values(100, 100), values(350, 350)], 0],
    ['lost ones among them', [values(100, 100), values(300, 350, { lost: 60 })], 1],
    ['the most that a phone can send', [values(100, 100), values(3_200, 3_200)], 0],
  ] as const)('a leg that can be judged: %s', (_why, reads, lossy) => {
    expect(judge(...reads)?.lossy).toEqual({ '0.01': lossy, '0.05': lossy });
  });

  test.each([
    ['one read', [values(100, 100)]],
    ['more packets than time allows, later', [values(1, 1), values(100, 100), values(1_600, 1_600, { lost: 5_000 })]],
    ['too few packets', [values(100, 100), values(340, 340)]],
    ['a sender that began its count anew', [values(100, 100), values(1_600, 1_600, { lost: 20_000 })]],
    ['hold', [values(100, 100), values(100, 100)]],
  ] as const)('a leg that cannot be judged is not one without loss: %s', (_why, reads) => {
    expect(judge(...reads)).not.toHaveProperty('lossy');
  });

  test('without legs none is lossy; legs that were not read are unknown', () => {
    const watch = new RunningLegsWatch();
    expect(watch.judge(new Map(), 0)).toEqual({ media: alone, lossy: { '0.01': 0, '0.05': 0 } });
    expect(watch.judge(new Map(), 3)).toEqual({ media: { ...alone, unknown: 3 } });
  });
});
