import { expect, test } from 'vitest';
import { counts, peerStates, roundsInTime, setUp } from '../drivers/portsip/support.ts';

const seconds = 1000;

test(
  'a thousand extensions: ten requests a second, every one again within two minutes, trunks and totals in every round',
  { timeout: 120_000 },
  async () => {
    const portsipTenant = await setUp({ peers: 1000 }, { collect: ['peers', 'trunks', 'calls', 'system'] });
    const { simulator, clock } = portsipTenant;
    const readAt = new Map<string, number>();
    const gaps: number[] = [];
    const requestTimes: number[] = [];
    simulator.switches.userAnswers.get = (number) => {
      const now = clock.monotonicTime();
      const last = readAt.get(number);
      if (last !== undefined) gaps.push(now - last);
      readAt.set(number, now);
      requestTimes.push(now);
      return undefined;
    };
    simulator.switches.userAnswers.has = (number) => {
      simulator.switches.userAnswers.get(number);
      return false;
    };
    const startedAt = clock.monotonicTime();
    const records = await roundsInTime(portsipTenant, 7, 30 * seconds);
    expect(records.map(({ lastRound }) => lastRound?.reason)).toEqual(records.map(() => undefined));
    expect(records.every(({ collectors }) => collectors.peers?.success === true)).toBe(true);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(120 * seconds);
    expect(readAt.size).toBe(simulator.world.extensions.filter(({ state }) => state !== 'disabled').length);
    expect(simulator.ledger.requestsOf('GET /tenant/status')).toBe(7);
    expect(simulator.ledger.requestsOf('GET /providers/{id}/status')).toBe(49);
    expect(simulator.ledger.requestsInFlightPeak).toBeLessThanOrEqual(2);
    const elapsed = clock.monotonicTime() - startedAt;
    expect(simulator.ledger.requestsTotal).toBeLessThanOrEqual(100 + (10 * elapsed) / seconds);
    expect(mostWithin(requestTimes, 60 * seconds)).toBeLessThanOrEqual(700);
    expect(records.map((record) => counts(peerStates(record))['unknown'] ?? 0).slice(4)).toEqual([0, 0, 0]);
  },
);

function mostWithin(times: readonly number[], windowMs: number): number {
  let most = 0;
  for (let from = 0, to = 0; to < times.length; to += 1) {
    while ((times[to] ?? 0) - (times[from] ?? 0) >= windowMs) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
