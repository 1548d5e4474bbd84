import { describe, expect, test } from 'vitest';
import {
  failedPart,
  failedReading,
  goodPart,
  joinLists,
  readInParallel,
  readSequentially,
} from '../../../src/drivers/kit/collectors.ts';
import { Failure } from '../../../src/transport/failure.ts';

const timeout = failedPart(new Failure('timeout', 'no complete answer within 5 s'));

describe('several lists of one collector', () => {
  test('make one list', () => {
    const joined = joinLists([
      { name: 'SIP', part: goodPart([1, 2], { malformed: 1 }) },
      { name: 'IAX2', part: goodPart([3], { malformed: 2, unknown_state: 1 }) },
    ]);
    expect(joined).toEqual({ ok: true, value: [1, 2, 3], skipped: { malformed: 3, unknown_state: 1 } });
  });

  test('of which one failed are a partial read that names it', () => {
    const joined = joinLists([
      { name: 'SIP', part: goodPart([1, 2]) },
      { name: 'IAX2', part: timeout },
    ]);
    expect(joined).toEqual({
      ok: false,
      reason: 'timeout',
      detail: 'not read: IAX2: no complete answer within 5 s',
      value: [1, 2],
    });
  });

  test('of which one was read in part keep its rows', () => {
    const joined = joinLists([
      { name: 'SIP', part: { ...timeout, value: [1], skipped: { limit: 1 } } },
      { name: 'IAX2', part: goodPart([3]) },
    ]);
    expect(joined).toMatchObject({ ok: false, value: [1, 3], skipped: { limit: 1 } });
  });

  test('that all failed are nothing, not an empty list', () => {
    const joined = joinLists([
      { name: 'SIP', part: timeout },
      { name: 'IAX2', part: timeout },
    ]);
    expect(joined).not.toHaveProperty('value');
    expect(joined).toMatchObject({ ok: false, detail: 'not read: SIP, IAX2: no complete answer within 5 s' });
  });

  test('an empty list beside a failed one is a partial read without rows', () => {
    const joined = joinLists([
      { name: 'SIP', part: goodPart([]) },
      { name: 'IAX2', part: timeout },
    ]);
    expect(joined).toMatchObject({ ok: false, value: [] });
  });
});

describe('the wanted collectors', () => {
  const noted = () => {
    const order: string[] = [];
    const reader =
      <T>(name: string, value: T) =>
      async () => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
        return goodPart(value);
      };
    const broken = (): Promise<never> => Promise.reject(new Failure('timeout', 'late'));
    return { order, readers: { calls: reader('calls', { all: 1 }), peers: reader('peers', []), trunks: broken } };
  };
  const wanted = new Set(['peers', 'calls', 'trunks', 'system'] as const);
  const reading = {
    peers: { ok: true, value: [] },
    calls: { ok: true, value: { all: 1 } },
    trunks: { ok: false, reason: 'timeout', detail: 'late' },
  };

  test('are read together, each on its own', async () => {
    const { order, readers } = noted();
    expect(await readInParallel(wanted, readers)).toEqual(reading);
    expect(order.slice(0, 2)).toEqual(['calls begins', 'peers begins']);
  });

  test('are read one after the other, in the order that the family gives', async () => {
    const { order, readers } = noted();
    expect(await readSequentially(wanted, readers)).toEqual(reading);
    expect(order).toEqual(['calls begins', 'calls ends', 'peers begins', 'peers ends']);
  });

  test('and nothing that nobody wants', async () => {
    const { order, readers } = noted();
    expect(await readInParallel(new Set(['peers'] as const), readers)).toEqual({ peers: reading.peers });
    expect(order).toEqual(['peers begins', 'peers ends']);
  });

  test('fail all together where nothing may be asked', () => {
    expect(failedReading(['peers', 'calls'], new Failure('timeout', 'late'))).toEqual({
      peers: reading.trunks,
      calls: reading.trunks,
    });
  });
});
