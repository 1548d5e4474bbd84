import { describe, expect, test } from 'vitest';
import { setUp } from '../../drivers/asterisk/support.ts';

const minuteMs = 60_000;
const wrong = { kind: 'password', username: 'exporter', password: 'not-the-secret' } as const;

describe.each(['plain', 'md5'])('login %s', (auth) => {
  test('one login serves half an hour of rounds, and stop ends its session', async () => {
    const { bench, simulator } = await setUp({ options: { auth }, intervalMs: 50_000 });
    const record = await bench.rounds(36);
    expect(record.up).toBe(true);
    expect(record.counters.roundFailures).toEqual({});
    expect(simulator.ledger).toMatchObject({ loginsGood: 1, loginsRefused: 0, sessionsPeak: 1 });
    await bench.target.stop();
    expect(simulator.ledger.sessionsLive).toBe(0);
  }, 120_000);

  test('a wrong secret is tried at once, after 1 min, 15 min, then once an hour: fail2ban never sees five in ten minutes', async () => {
    const logWatcher = { failures: 5, withinMs: 10 * minuteMs, banMs: 30 * minuteMs };
    const { bench, simulator } = await setUp({ options: { auth }, account: wrong }, { logWatcher });
    const tries: number[] = [];
    for (let minutes = 0; minutes < 24 * 60; minutes += 0.5) {
      const before = simulator.ledger.loginsRefused;
      const record = await bench.rounds(1);
      expect(record.up).toBe(false);
      if (simulator.ledger.loginsRefused > before) tries.push(minutes);
    }
    expect(tries.slice(0, 6)).toEqual([0, 0.5, 1.5, 16.5, 76.5, 136.5]);
    expect(tries.length).toBeLessThanOrEqual(28);
    expect(simulator.ledger.bans).toBe(0);
  }, 120_000);
});
