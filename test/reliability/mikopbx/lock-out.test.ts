import { describe, expect, test } from 'vitest';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import type { MikoOptions } from '../../../src/simulator/mikopbx/settings.ts';
import { bench, type MikoBench } from '../../drivers/mikopbx/support.ts';

const minute = 60_000;
const legacy = ['2020.2.857', '2023.1.223', '2023.2.206', '2024.1.114'] as const;
const v3 = ['2025.1.158-dev', '2026.1.223'] as const;

/** A small world that needs few requests, for tests with many rounds. */
const small = (): Partial<MikoOptions> => ({ world: makeWorld({ peers: 1, trunks: 1 }) });

test('where this address is never banned the guard can be switched off', async () => {
  const one = await bench('2024.1.114', { switches: { fail2ban: false } }, { options: { ban_guard: false } });
  for (let round = 0; round < 12; round += 1) {
    expect((await one.rounds(1)).up).toBe(true);
    one.pbx.endSessions();
    one.clock.advance(minute);
  }
});

test('versions up to 2023.1 throw session files away: after the first one sessions are replaced in time', async () => {
  const one = await bench(
    '2023.1.223',
    { ...small(), switches: { sessionFileLifeMs: 24 * minute } },
    { intervalMs: 2 * minute, staleAfterMs: 6 * minute },
  );
  await one.rounds(60);
  expect(one.target.record.up).toBe(true);
  expect(one.pbx.refusals).toBe(1);
  expect(one.pbx.ledger.loginsGood).toBeGreaterThan(5);
  expect(one.pbx.ledger.bans).toBe(0);
});

test('logins of others use up the nine of 2024.1: we wait and come back', async () => {
  const one = await bench('2024.1.114');
  const url = new URL('admin-cabinet/session/start', await one.pbx.start());
  for (let login = 0; login < 9; login += 1)
    await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-requested-with': 'XMLHttpRequest' },
      body: `login=exporter&password=made-up-password`,
    });
  const refused = await one.rounds(1);
  expect(refused.lastRound?.reason).toBe('locked_out');
  expect(refused.suspendedUntilWall - one.clock.wallTime()).toBeGreaterThanOrEqual(5 * minute);
  // The refused login counts towards a ban, so the next login waits until the PBX no longer counts it.
  const after = await one.rounds(70);
  expect(after.up).toBe(true);
  expect(one.pbx.refusals).toBe(1);
  expect(one.pbx.ledger.bans).toBe(0);
});

describe('what counts towards the ban by a login', () => {
  /** Logs in `count` times as another client with the exporter's address. */
  async function others(one: MikoBench, count: number, password = 'made-up-password'): Promise<void> {
    const url = new URL('admin-cabinet/session/start', await one.pbx.start());
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-requested-with': 'XMLHttpRequest' };
    for (let login = 0; login < count; login += 1)
      await fetch(url, { method: 'POST', headers, body: `login=exporter&password=${password}` });
  }
  const spentOf = ({ target }: MikoBench): number | undefined => target.record.refusals?.used;

  test('a wrong password up to 2023.2, and where the version is not known', async () => {
    const account = { kind: 'password', username: 'exporter', password: 'wrong' } as const;
    for (const release of ['2023.2.206', '2024.1.114'] as const) {
      const one = await bench(release, small(), { account });
      await one.rounds(1);
      expect(spentOf(one)).toBe(1);
    }
  });

  test('not a wrong password where the version is known to be 2024.1', async () => {
    const one = await bench('2024.1.114', small());
    await one.rounds(1);
    one.pbx.switches.password = 'changed';
    one.pbx.endSessions();
    const record = await one.rounds(2);
    expect(record.lastRound?.reason).toBe('bad_credentials');
    // One refusal for the lost session, none for the wrong password.
    expect(one.pbx.refusals).toBe(1);
    expect(spentOf(one)).toBe(1);
  });

  test('a login of 2024.1 that came after all were used up', async () => {
    const one = await bench('2024.1.114', small());
    await others(one, 9);
    expect((await one.rounds(1)).lastRound?.reason).toBe('locked_out');
    expect(one.pbx.refusals).toBe(1);
    expect(spentOf(one)).toBe(1);
  });

  test('none where 2024.1 tells that none is left: it is asked before each login', async () => {
    const one = await bench('2024.1.114', small());
    await one.rounds(1);
    await others(one, 8);
    one.pbx.endSessions();
    const record = await one.rounds(1);
    expect(record.lastRound?.reason).toBe('locked_out');
    expect(record.suspendedUntilWall).toBeGreaterThan(one.clock.wallTime());
    // One refusal for the lost session, none for a login.
    expect(one.pbx.refusals).toBe(1);
    expect(one.pbx.ledger.loginsRefused).toBe(0);
    expect((await one.rounds(12)).up).toBe(true);
  });

  test('nothing of which nothing was sent: it is no login, and keeps its reason and its time', async () => {
    const one = await bench('2026.1.223');
    await one.rounds(1);
    one.pbx.blockClient('127.0.0.1');
    await one.rounds(1);
    await one.target.poll();
    const before = one.target.record.counters.logins;
    one.pbx.endSessions();
    const sent = one.pbx.ledger.requestsTotal;
    const record = await one.rounds(3);
    expect(one.pbx.ledger.requestsTotal).toBe(sent);
    expect(record.counters.logins).toEqual(before);
    expect(record.lastRound?.reason).toBe('rate_limited');
  });

  test('nor a login while the PBX blocks this address', async () => {
    const one = await bench('2026.1.223');
    one.pbx.blockClient('127.0.0.1');
    const first = await one.rounds(1);
    expect(first.counters.logins.failure).toBe(1);
    const later = await one.rounds(8);
    expect(later.counters.logins.failure).toBe(1);
    expect(later.suspendedUntilWall).toBeGreaterThan(one.clock.wallTime());
    expect((await one.rounds(8)).up).toBe(true);
  });
});

test('an API key that was deleted is checked once, and then shown as rarely as a wrong password', async () => {
  const one = await bench('2026.1.223', { useApiKey: true });
  await one.rounds(2);
  one.pbx.switches.apiKeys = [];
  const first = await one.rounds(1);
  expect(first.lastRound?.reason).toBe('bad_credentials');
  expect(first.suspendedUntilWall).toBeGreaterThan(one.clock.wallTime());
  const refused = one.pbx.refusals;
  expect(refused).toBeLessThanOrEqual(4);
  const later = await one.rounds(60);
  expect(one.pbx.refusals).toBe(refused);
  expect(later.counters.roundFailures).toMatchObject({ bad_credentials: 1, suspended: 60 });
});

test('an API key that lost one right loses that one only, and is not logged in anew in every round', async () => {
  const one = await bench('2026.1.223', { useApiKey: true });
  await one.rounds(2);
  const [key] = one.pbx.switches.apiKeys;
  if (key === undefined) throw new Error('there is one key');
  key.rights = key.rights.filter((right) => right !== 'sip');
  const record = await one.rounds(20);
  expect(record.collectors).toMatchObject({
    peers: { success: false, reason: 'forbidden' },
    trunks: { success: true },
  });
  expect(one.pbx.refusals).toBeLessThanOrEqual(6);
});

test('failed logins of others lock 2026.1 for the rest of five minutes: we wait and come back', async () => {
  const one = await bench('2026.1.223');
  const url = new URL('pbxcore/api/v3/auth:login', await one.pbx.start());
  const headers = { 'content-type': 'application/json' };
  for (let login = 0; login < 10; login += 1)
    await fetch(url, { method: 'POST', headers, body: JSON.stringify({ login: 'admin', password: 'x' }) });
  expect((await one.rounds(1)).lastRound?.reason).toBe('locked_out');
  expect((await one.rounds(14)).up).toBe(true);
});

describe('the request limit of 2025.1 and newer', () => {
  test.each(['password', 'key'] as const)('a block is waited out without a request, with a %s', async (kind) => {
    const one = await bench('2026.1.223', { useApiKey: kind === 'key' });
    await one.rounds(1);
    one.pbx.blockClient('127.0.0.1');
    expect((await one.rounds(1)).lastRound?.reason).toBe('rate_limited');
    const refused = one.pbx.ledger.refusedWhileLocked;
    const during = await one.rounds(9);
    expect(during.up).toBe(false);
    expect(during.lastRound?.reason).toBe('rate_limited');
    expect(one.pbx.ledger.refusedWhileLocked).toBe(refused);
    const after = await one.rounds(2);
    expect(after.up).toBe(true);
    expect(one.pbx.ledger.loginsGood).toBe(kind === 'key' ? 0 : 1);
  });

  test('a second block within a day is taken to last twice as long', async () => {
    const one = await bench('2026.1.223', { useApiKey: true });
    await one.rounds(1);
    one.pbx.blockClient('127.0.0.1');
    await one.rounds(12);
    expect(one.target.record.up).toBe(true);
    one.pbx.blockClient('127.0.0.1');
    await one.rounds(1);
    const refused = one.pbx.ledger.refusedWhileLocked;
    await one.rounds(19);
    expect(one.pbx.ledger.refusedWhileLocked).toBe(refused);
    await one.rounds(2);
    expect(one.target.record.up).toBe(true);
  });

  test('a block while a token is due for renewal costs no login', async () => {
    const one = await bench('2026.1.223');
    await one.rounds(22);
    one.pbx.blockClient('127.0.0.1');
    await one.rounds(20);
    expect(one.target.record.up).toBe(true);
    expect(one.pbx.ledger).toMatchObject({ loginsGood: 1, loginsRefused: 0 });
    expect(one.pbx.ledger.refusedWhileLocked).toBe(1);
  });

  test('rounds in quick succession never reach the limit', async () => {
    const one = await bench('2026.1.223', small(), { intervalMs: 500 });
    // A little longer than the minute within which the PBX counts requests.
    await one.rounds(140);
    expect(one.pbx.ledger.bans).toBe(0);
    expect(one.target.record.counters.requests['v3_peers_statuses']).not.toHaveProperty('rate_limited');
  });
});

test('a 401 that only means a missing right starts no login loop', async () => {
  const key = { key: 'cd34'.repeat(16), rights: ['providers'] as const };
  const one = await bench('2026.1.223', { useApiKey: true, switches: { apiKeys: [key] } });
  const record = await one.rounds(50);
  expect(record.up).toBe(true);
  expect(record.collectors).toMatchObject({
    peers: { success: false, reason: 'forbidden' },
    trunks: { success: true },
    system: { success: true },
  });
  expect(one.pbx.ledger.requestsOf('auth:login')).toBe(0);
});

test('a 401 that comes back after a login for one call only is taken for a missing right', async () => {
  const one = await bench('2026.1.223');
  await one.rounds(1);
  const body = JSON.stringify({ result: false, data: [], messages: { error: ['no'] } });
  await one.pbx.faults.set({ kind: 'status', status: 401, body }, { call: 'providers:getStatuses' });
  const record = await one.rounds(60);
  expect(one.pbx.ledger.loginsGood).toBeLessThanOrEqual(3);
  expect(record.collectors).toMatchObject({ peers: { success: true } });
});

test.each(['2024.1.114', '2026.1.223'] as const)(
  'a role without the right is forbidden, not a lost session: %s',
  async (release) => {
    const forbiddenCalls =
      release === '2024.1.114'
        ? ['sip/getRegistry']
        : ['providers:getStatuses', 'sip-providers:getStatuses', 'sip:getRegistry'];
    const one = await bench(release, { switches: { forbiddenCalls } });
    const record = await one.rounds(3);
    expect(record.collectors).toMatchObject({
      peers: { success: true },
      trunks: { success: false, reason: 'forbidden' },
    });
    expect(one.pbx.ledger.loginsGood).toBe(1);
  },
);

test.each([...legacy, ...v3])('never more than one request in flight towards %s', async (release) => {
  const one = await bench(release, {}, { requestsPerTarget: 8, collect: ['peers', 'trunks', 'calls', 'system'] });
  await one.rounds(3);
  expect(one.pbx.ledger.requestsInFlightPeak).toBe(1);
});
