import { describe, expect, test } from 'vitest';
import { fakePbxTarget } from '../support/web-bench.ts';
import { untilAborted } from '../support/fake-pbx.ts';
import { createHandClock } from '../simulator/hand-clock.ts';

describe('a login that the end of the round cut off', () => {
  test('is counted, as a request and as a login', async () => {
    const clock = createHandClock();
    const { target, transport } = fakePbxTarget(clock, 'hq', (_request, signal) => untilAborted(signal));
    const sent = transport.sent('login');
    const round = target.poll();
    await sent;
    clock.advance(20_000);
    await round;
    expect(target.record.lastRound?.reason).toBe('timeout');
    expect(target.record.counters.logins).toEqual({ success: 0, failure: 1 });
    expect(target.record.counters.requests).toEqual({ login: { timeout: 1 } });
  });
});

describe('a session that cannot be sent in a header', () => {
  test.each(['broken\u{fffd}token', 'two\r\nlines', 'nul\0'])(
    '%j is no session: the next good login mends it',
    async (token) => {
      const clock = createHandClock();
      let body = token;
      const { target, transport } = fakePbxTarget(clock, 'hq', ({ call }) => ({ body: call === 'login' ? body : '' }));
      await target.poll();
      expect(target.record.lastRound?.reason).toBe('protocol');
      expect(target.record.lastRound?.detail).not.toContain('broken');
      expect(transport.count('peers')).toBe(0);
      body = 'token';
      clock.advance(30_000);
      await target.poll();
      expect(target.record.up).toBe(true);
    },
  );
});
