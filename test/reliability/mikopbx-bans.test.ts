import { describe, expect, test } from 'vitest';
import { makeWorld } from '../../src/simulator/kit/make-world.ts';
import type { MikoOptions } from '../../src/simulator/mikopbx/settings.ts';
import { bench, type MikoBench } from '../drivers/mikopbx/support.ts';

const legacy = ['2020.2.857', '2023.1.223', '2023.2.206', '2024.1.114'] as const;
const v3 = ['2025.1.158-dev', '2026.1.223'] as const;

/** A small world that needs few requests, for tests with many rounds. */
const small = (): Partial<MikoOptions> => ({ world: makeWorld({ peers: 1, trunks: 1 }) });

describe('over 200 rounds there is one login', () => {
  test.each(['2023.1.223', '2024.1.114', '2025.1.158-dev', '2026.1.223'] as const)('%s', async (release) => {
    const { rounds, pbx } = await bench(release, small(), { options: { details_per_round: 1 } });
    const record = await rounds(200);
    expect(record.up).toBe(true);
    expect(pbx.ledger).toMatchObject({ loginsGood: 1, loginsRefused: 0, sessionsPeak: 1, bans: 0 });
    expect(pbx.refusals).toBe(0);
  });
});

/** Ends all sessions just before the given request (counted from 1) of the next round. */
async function killBefore({ pbx }: MikoBench, request: number): Promise<void> {
  let seen = 0;
  await pbx.faults.set(
    { kind: 'delay', delayMs: 0 },
    {
      matches: () => {
        seen += 1;
        if (seen === request) pbx.endSessions();
        return false;
      },
    },
  );
}

describe('a session killed before any request of a round costs one refused request and one login', () => {
  test.each([...legacy, ...v3])('%s', async (release) => {
    const counted = await bench(release);
    await counted.rounds(1);
    const before = counted.pbx.ledger.requestsTotal;
    await counted.rounds(1);
    const requests = counted.pbx.ledger.requestsTotal - before;
    expect(requests).toBeGreaterThan(2);
    for (let request = 1; request <= requests; request += 1) {
      const one = await bench(release);
      await one.rounds(1);
      await killBefore(one, request);
      const record = await one.rounds(1);
      expect(record.lastRound).not.toHaveProperty('reason');
      expect(Object.values(record.collectors).every(({ success }) => success)).toBe(true);
      // A request about one phone does not justify a login. The next round notices the lost session, without another refusal.
      if (one.pbx.ledger.loginsGood === 1) await one.rounds(1);
      expect(one.pbx.refusals).toBe(1);
      expect(one.pbx.ledger).toMatchObject({ loginsGood: 2, bans: 0 });
      await one.target.stop();
      await one.pbx.stop();
    }
  });
});

test.each(legacy)('sessions that die all the time never bring %s to ban us', async (release) => {
  const one = await bench(release, small());
  for (let round = 0; round < 130; round += 1) {
    await one.rounds(1);
    if (round % 3 === 0) one.pbx.endSessions();
  }
  expect(one.pbx.ledger.bans).toBe(0);
  expect(one.pbx.ledger.refusedWhileLocked).toBe(0);
  // Every half hour, one refused request reveals that the session is lost; after that, a page that costs no refusal is requested first.
  expect(one.pbx.refusals).toBeLessThanOrEqual(3);
  expect(one.target.record.counters.roundFailures).toEqual({});
});

test.each(legacy)('where %s has no such page, two refused requests in half an hour are the last', async (release) => {
  const one = await bench(release, { ...small(), switches: { proofPageMissing: true } });
  for (let round = 0; round < 120; round += 1) {
    await one.rounds(1);
    if (round % 3 === 0) one.pbx.endSessions();
  }
  expect(one.pbx.ledger.bans).toBe(0);
  expect(one.target.record.lastRound?.reason).toBe('session_lost');
  expect(one.target.record.lastRound?.detail).toContain('may lock the address of the exporter');
});

test.each(legacy)('a lost session, then a changed password: no ban of %s', async (release) => {
  const one = await bench(release);
  await one.rounds(2);
  one.pbx.switches.password = 'changed-in-the-meantime';
  one.pbx.endSessions();
  await one.rounds(500);
  expect(one.pbx.ledger.bans).toBe(0);
  expect(one.target.record.lastRound?.reason).toBe('bad_credentials');
});

test.each([...legacy, ...v3])('a wrong password for a whole day: no ban of %s', async (release) => {
  const account = { kind: 'password', username: 'exporter', password: 'wrong' } as const;
  const one = await bench(release, small(), { account });
  await one.rounds(2_880);
  expect(one.pbx.ledger.bans).toBe(0);
  expect(one.pbx.ledger.loginsRefused).toBeGreaterThan(20);
  expect(one.target.record.lastRound?.reason).toBe('bad_credentials');
});
