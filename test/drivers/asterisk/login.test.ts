import { describe, expect, test } from 'vitest';
import { keepingLog, setUp, userWith } from './support.ts';

const minuteMs = 60_000;
const wrong = { kind: 'password', username: 'exporter', password: 'not-the-secret' } as const;

describe.each(['plain', 'md5'])('login %s', (auth) => {
  test('a session that runs out between two rounds costs one login, not a round', async () => {
    const { bench, simulator } = await setUp({ options: { auth }, intervalMs: 90_000 });
    const record = await bench.rounds(5);
    expect(record.counters.roundFailures).toEqual({});
    expect(simulator.ledger).toMatchObject({ loginsGood: 5, sessionsPeak: 1 });
  });

  test('a secret that is corrected on the PBX is found at the next try', async () => {
    const { bench, simulator } = await setUp({ options: { auth }, account: wrong });
    await bench.rounds(2);
    simulator.switches.users = [
      { username: 'exporter', secret: wrong.password, write: ['system'], multipleLogin: true },
    ];
    const record = await bench.rounds(2);
    expect(record.up).toBe(true);
    expect(record.suspendedUntilWall).toBe(0);
  });
});

test('login plain sends the secret in the body; login md5 never sends it', async () => {
  for (const [auth, sent] of [
    ['plain', true],
    ['md5', false],
  ] as const) {
    const { bench, simulator } = await setUp({ options: { auth } });
    const seen: string[] = [];
    await simulator.faults.set(
      { kind: 'html', status: 200 },
      {
        matches: (request) => {
          seen.push(request.body);
          expect(request.rawTarget).toBe('/rawman');
          return false;
        },
      },
    );
    await bench.poll();
    expect(seen.some((body) => body.includes('made-up-secret'))).toBe(sent);
    expect(seen.find((body) => body.includes('action=Login'))).toContain('events=off');
  }
});

test('a challenge is answered with its own cookie, though other sessions exist', async () => {
  const { bench, simulator } = await setUp({ options: { auth: 'md5' } });
  await bench.rounds(1);
  simulator.endSessions();
  expect((await bench.rounds(1)).up).toBe(true);
  expect(simulator.ledger.loginsRefused).toBe(0);
  expect(simulator.ledger.requestsOf('Challenge')).toBe(2);
});

test('a user with allowmultiplelogin=no who is logged in elsewhere is named, and tried rarely', async () => {
  const switches = { users: userWith(['system', 'reporting'], false) };
  const { bench, simulator, clock } = await setUp({}, { switches });
  const other = await simulator.start();
  const body = new URLSearchParams({ action: 'login', username: 'exporter', secret: 'made-up-secret' });
  await fetch(new URL('rawman', other), { method: 'POST', body });
  const record = await bench.poll();
  expect(record.lastRound).toMatchObject({ reason: 'forbidden', detail: expect.stringMatching(/allowmultiplelogin/) });
  clock.advance(2 * minuteMs);
  expect((await bench.rounds(1)).up).toBe(true);
});

test('a user with allowmultiplelogin=no gets along with one session for good', async () => {
  const { bench, simulator } = await setUp({}, { switches: { users: userWith(['system'], false) } });
  expect((await bench.rounds(20)).counters.roundFailures).toEqual({});
  expect(simulator.ledger).toMatchObject({ loginsGood: 1, loginsRefused: 0 });
});

describe('7: HTTP is up before the rest', () => {
  test('a refusal right after a start of the PBX is tried again in the next round', async () => {
    const { bench, simulator } = await setUp();
    await bench.rounds(1);
    simulator.restart();
    simulator.switches.bootStage = 'http';
    const refused = await bench.rounds(1);
    expect(refused).toMatchObject({ up: false, suspendedUntilWall: 0 });
    simulator.switches.bootStage = 'complete';
    expect((await bench.rounds(1)).lastRound).toMatchObject({ reason: 'service_unavailable' });
    expect((await bench.rounds(1)).up).toBe(true);
    expect(simulator.ledger.loginsGood).toBe(2);
  });

  test('a path that is not there yet is tried again in the next round', async () => {
    const { bench, simulator } = await setUp({}, { switches: { bootStage: 'paths' } });
    const early = await bench.poll();
    expect(early.lastRound).toMatchObject({ reason: 'config' });
    expect(early.suspendedUntilWall).toBe(0);
    simulator.switches.bootStage = 'complete';
    expect((await bench.rounds(1)).up).toBe(true);
  });

  test.each([
    { collect: ['peers', 'trunks', 'system'], why: 'the start time is read anyway' },
    { collect: ['peers', 'trunks'], why: 'the round before failed' },
  ] as const)(
    'a PBX started anew costs one login, when $why: its modules are asked a round later',
    async ({ collect }) => {
      const { log, lines } = keepingLog();
      const { bench, simulator, clock } = await setUp({ log, collect });
      await bench.rounds(1);
      await simulator.faults.set({ kind: 'close' });
      expect((await bench.rounds(1)).lastRound).toMatchObject({ reason: 'connect' });
      await simulator.faults.clear();
      clock.advance(1_000);
      simulator.restart();
      simulator.switches.bootStage = 'modules';
      expect((await bench.rounds(1)).lastRound).toMatchObject({
        reason: 'service_unavailable',
        detail: 'Asterisk was restarted: its modules are read in the next round',
      });
      simulator.switches.bootStage = 'complete';
      const record = await bench.rounds(1);
      expect(record).toMatchObject({ up: true, counters: { logins: { success: 2, failure: 0 } } });
      expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
      expect(simulator.ledger).toMatchObject({ loginsGood: 2, loginsRefused: 0 });
      expect(lines.join('\n')).not.toContain('may not list endpoints');
    },
  );

  test('a PBX that cannot be reached for a while and was not started anew is read in the first round', async () => {
    const { bench, simulator } = await setUp({ collect: ['peers', 'trunks'] });
    await bench.rounds(1);
    await simulator.faults.set({ kind: 'close' });
    await bench.rounds(3);
    await simulator.faults.clear();
    expect((await bench.rounds(1)).up).toBe(true);
    const asked = simulator.ledger.requestsOf('CoreStatus');
    await bench.rounds(5);
    expect(simulator.ledger.requestsOf('CoreStatus')).toBe(asked);
  });

  test('an action that is refused while its module starts is not taken for a missing right, and the lost session is made good', async () => {
    const { log, lines } = keepingLog();
    const { bench, simulator } = await setUp({ log });
    await bench.rounds(1);
    simulator.switches.bootStage = 'modules';
    const refused = await bench.rounds(1);
    expect(refused.collectors['peers']).toMatchObject({
      reason: 'forbidden',
      detail: expect.stringMatching(/Asterisk is starting, or/),
    });
    simulator.switches.bootStage = 'complete';
    const record = await bench.rounds(1);
    expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
    expect(lines.join('\n')).not.toContain('may not list endpoints');
    expect(await bench.page()).not.toContain('reporting only');
    expect(simulator.ledger.loginsRefused).toBe(0);
    expect(simulator.ledger.loginsGood).toBeLessThanOrEqual(3);
  });

  test('lists that are not known yet fail their collectors; they are no empty lists', async () => {
    const { bench, simulator } = await setUp({}, { switches: { bootStage: 'core' } });
    const record = await bench.poll();
    expect(record.collectors).toMatchObject({ peers: { success: false }, system: { success: true } });
    expect(record.retained).not.toHaveProperty('peers');
    simulator.switches.bootStage = 'complete';
    expect((await bench.rounds(1)).collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
  });
});
