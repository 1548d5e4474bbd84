import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ParallelRequests } from '../../../src/drivers/kit/parallel-requests.ts';
import { Failure } from '../../../src/transport/failure.ts';
import { createHandClock } from '../../simulator/hand-clock.ts';

const broken = new Failure('http_status', 'HTTP 500', { status: 500 });
const timeout = new Failure('timeout', 'no answer');
const entries = [1, 2, 3, 4, 5, 6];

function setUp({ concurrency = 1, remainingMs = 10_000, ended = (): Failure | undefined => undefined } = {}) {
  const clock = createHandClock();
  return { clock, requests: new ParallelRequests({ clock, remainingMs, concurrency, ended }) };
}

describe('many requests of one round', () => {
  test('are asked in their order, each with a fifth of the round at most', async () => {
    const asked: [number, number][] = [];
    const { requests } = setUp();
    const result = await requests.sendAll(entries, async (entry, timeoutMs) => void asked.push([entry, timeoutMs]));
    expect(asked).toEqual(entries.map((entry) => [entry, 2_000]));
    expect(result).toEqual({ answered: 6, left: 0 });
  });

  test('one failure costs its entry only; what was asked before and after is answered', async () => {
    const { requests } = setUp();
    const result = await requests.sendAll(entries, async (entry) => {
      if (entry % 2 === 0) throw broken;
    });
    expect(result).toEqual({ answered: 3, left: 0, failure: broken });
  });

  test('three failures in a row leave the rest', async () => {
    const { requests } = setUp();
    const result = await requests.sendAll(entries, async (entry) => {
      if (entry > 1) throw broken;
    });
    expect(result).toEqual({ answered: 1, left: 2, failure: broken, stopped: broken });
  });

  test('a failure that ends the round leaves the rest at once, and nothing is begun after it', async () => {
    const state: { end?: Failure } = {};
    const { requests } = setUp({ ended: () => state.end });
    const result = await requests.sendAll(entries, async () => {
      state.end = broken;
      throw broken;
    });
    expect(result).toEqual({ answered: 0, left: 5, failure: broken, stopped: broken });
    await expect(requests.sendInTime(async () => 'an answer')).rejects.toBe(broken);
  });

  test('none is begun in the last tenth of the round', async () => {
    const { requests, clock } = setUp();
    const result = await requests.sendAll(entries, async () => clock.advance(4_600));
    expect(result).toEqual({ answered: 2, left: 4 });
  });

  test('one that the end of the round cut short is left; one that had its time has failed', async () => {
    const { requests, clock } = setUp({ remainingMs: 10_000 });
    await expect(requests.sendInTime(async () => Promise.reject(timeout))).rejects.toBe(timeout);
    clock.advance(8_500);
    await expect(requests.sendInTime(async () => Promise.reject(timeout))).resolves.toBe('later');
    await expect(requests.sendInTime(async () => Promise.reject(broken))).rejects.toBe(broken);
  });

  test('a request that may not go out in time is left', async () => {
    const clock = createHandClock();
    const until: number[] = [];
    const admit = async (latest: number): Promise<boolean> => until.push(latest) < 3;
    const requests = new ParallelRequests({ clock, remainingMs: 10_000, concurrency: 1, admit });
    const result = await requests.sendAll(entries, async () => {});
    expect(result).toEqual({ answered: 2, left: 4 });
    expect(until).toEqual(Array.from({ length: 3 }, () => clock.monotonicTime() + 9_000));
  });

  test('never more at a time than concurrency, and every entry is answered, failed or left', async () => {
    const outcomes = fc.array(fc.boolean(), { maxLength: 30 });
    await fc.assert(
      fc.asyncProperty(outcomes, fc.integer({ min: 1, max: 5 }), async (good, concurrency) => {
        const { requests } = setUp({ concurrency });
        const inFlight = { now: 0, most: 0, failed: 0 };
        const { answered, left } = await requests.sendAll(good, async (isGood) => {
          inFlight.now += 1;
          inFlight.most = Math.max(inFlight.most, inFlight.now);
          await Promise.resolve();
          inFlight.now -= 1;
          if (isGood) return;
          inFlight.failed += 1;
          throw broken;
        });
        expect(inFlight.most).toBeLessThanOrEqual(concurrency);
        expect(answered + inFlight.failed + left).toBe(good.length);
      }),
    );
  });
});
