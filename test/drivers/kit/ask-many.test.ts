import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ManyRequests } from '../../../src/drivers/kit/ask-many.ts';
import { Failure } from '../../../src/transport/failure.ts';
import { createHandClock } from '../../simulator/hand-clock.ts';

const broken = new Failure('http_status', 'HTTP 500', { status: 500 });
const timeout = new Failure('timeout', 'no answer');
const entries = [1, 2, 3, 4, 5, 6];

function setUp({ width = 1, remainingMs = 10_000, ended = (): Failure | undefined => undefined } = {}) {
  const clock = createHandClock();
  return { clock, many: new ManyRequests({ clock, remainingMs, width, ended }) };
}

describe('many questions of one round', () => {
  test('are asked in their order, each with a fifth of the round at most', async () => {
    const asked: [number, number][] = [];
    const { many } = setUp();
    const result = await many.askAll(entries, async (entry, timeoutMs) => void asked.push([entry, timeoutMs]));
    expect(asked).toEqual(entries.map((entry) => [entry, 2_000]));
    expect(result).toEqual({ answered: 6, left: 0 });
  });

  test('one failure costs its entry only; what was asked before and after is answered', async () => {
    const { many } = setUp();
    const result = await many.askAll(entries, async (entry) => {
      if (entry % 2 === 0) throw broken;
    });
    expect(result).toEqual({ answered: 3, left: 0, failure: broken });
  });

  test('three failures in a row leave the rest', async () => {
    const { many } = setUp();
    const result = await many.askAll(entries, async (entry) => {
      if (entry > 1) throw broken;
    });
    expect(result).toEqual({ answered: 1, left: 2, failure: broken, stopped: broken });
  });

  test('a failure that ends the round leaves the rest at once, and nothing is begun after it', async () => {
    const state: { end?: Failure } = {};
    const { many } = setUp({ ended: () => state.end });
    const result = await many.askAll(entries, async () => {
      state.end = broken;
      throw broken;
    });
    expect(result).toEqual({ answered: 0, left: 5, failure: broken, stopped: broken });
    await expect(many.askInTime(async () => 'an answer')).rejects.toBe(broken);
  });

  test('none is begun in the last tenth of the round', async () => {
    const { many, clock } = setUp();
    const result = await many.askAll(entries, async () => clock.advance(4_600));
    expect(result).toEqual({ answered: 2, left: 4 });
  });

  test('one that the end of the round cut short is left; one that had its time has failed', async () => {
    const { many, clock } = setUp({ remainingMs: 10_000 });
    await expect(many.askInTime(async () => Promise.reject(timeout))).rejects.toBe(timeout);
    clock.advance(8_500);
    await expect(many.askInTime(async () => Promise.reject(timeout))).resolves.toBe('later');
    await expect(many.askInTime(async () => Promise.reject(broken))).rejects.toBe(broken);
  });

  test('a request that may not go out in time is left', async () => {
    const clock = createHandClock();
    const until: number[] = [];
    const admit = async (latest: number): Promise<boolean> => until.push(latest) < 3;
    const many = new ManyRequests({ clock, remainingMs: 10_000, width: 1, admit });
    const result = await many.askAll(entries, async () => {});
    expect(result).toEqual({ answered: 2, left: 4 });
    expect(until).toEqual(Array.from({ length: 3 }, () => clock.monotonicTime() + 9_000));
  });

  test('never more at a time than width, and every entry is answered, failed or left', async () => {
    const outcomes = fc.array(fc.boolean(), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(outcomes, fc.integer({ min: 1, max: 5 }), async (good, width) => {
        const { many } = setUp({ width });
        const inFlight = { now: 0, most: 0, failed: 0 };
        const { answered, left } = await many.askAll(good, async (isGood) => {
          inFlight.now += 1;
          inFlight.most = Math.max(inFlight.most, inFlight.now);
          await Promise.resolve();
          inFlight.now -= 1;
          if (isGood) return;
          inFlight.failed += 1;
          throw broken;
        });
        expect(inFlight.most).toBeLessThanOrEqual(width);
        expect(answered + inFlight.failed + left).toBe(good.length);
      }),
    );
  });
});
