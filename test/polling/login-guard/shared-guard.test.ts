import { describe, expect, test } from 'vitest';
import type { LoginGuard as GuardRules } from '../../../src/drivers/driver.ts';
import { LoginGuards } from '../../../src/polling/login-guard/login-guards.ts';
import { Failure } from '../../../src/transport/failure.ts';
import { createHandClock } from '../../simulator/hand-clock.ts';
import { fail, guardFor, type LoginChanges, plentyOfTime, succeed } from '../../support/guard-bench.ts';

const minute = 60_000;
const hour = 60 * minute;
/** The PBX locks the address after five refusals in an hour. */
const rules: GuardRules = {
  pauses: { bad_credentials: [minute, 5 * minute, 10 * hour] },
  refusals: { most: 4, windowMs: hour, by: 'address' },
};
const endless: GuardRules = { ...rules, refusals: { most: 4, by: 'address' } };

function setUp() {
  const clock = createHandClock();
  const guards = new LoginGuards(clock);
  return { clock, guard: (changes: LoginChanges = {}) => guardFor(clock, { rules, ...changes }, guards) };
}

const secret = (password: string): LoginChanges => ({ account: { kind: 'password', username: 'user', password } });

describe('several targets at one address', () => {
  test('share the row: three may be refused, the fourth refusal is left for who corrects it', async () => {
    const { guard, clock } = setUp();
    const targets = Array.from({ length: 8 }, (_, index) =>
      guard({ target: `t${index}`, ...secret(`wrong ${index}`) }),
    );
    const outcomes = await Promise.all(targets.map((target) => fail(target, 'bad_credentials')));
    expect(outcomes.filter((outcome) => outcome === 'bad_credentials')).toHaveLength(3);
    const suspension = targets[5]?.suspension();
    expect(suspension).toMatchObject({
      until: clock.monotonicTime() + hour,
      reason: 'bad_credentials',
      detail: expect.stringMatching(/refused 3 requests of the targets t0, t1, t2.*number 5/),
    });
    clock.advance(1);
    expect(await succeed(guard(secret('right')))).toBe('good');
  });

  test('wait for each other, so that logins under way count', async () => {
    const { guard } = setUp();
    const ends: (() => void)[] = [];
    let sent = 0;
    const logins = Array.from({ length: 8 }, (_, index) =>
      guard(secret(`wrong ${index}`))
        .login(plentyOfTime, () => {
          sent += 1;
          return new Promise((_resolve, reject) => ends.push(() => reject(new Failure('bad_credentials', 'no'))));
        })
        .catch(() => {}),
    );
    for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
    expect(sent).toBe(1);
    for (let done = 0; done < 8; done += 1) {
      ends.shift()?.();
      for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
    }
    await Promise.all(logins);
    expect(sent).toBe(3);
  });

  test('one that waits gives up when half of its time is gone, costs nobody a turn, and is not counted', async () => {
    const { guard, clock } = setUp();
    let end = (): void => {};
    const first = guard().login(plentyOfTime, () => new Promise<void>((resolve) => (end = resolve)));
    const waiting = guard(secret('other'));
    const second = waiting.login(plentyOfTime, () => Promise.resolve()).catch((thrown: unknown) => String(thrown));
    clock.advance(9_999);
    await Promise.resolve();
    clock.advance(1);
    expect(await second).toMatch(/only one is sent at a time/);
    expect(waiting.permission()).toBe('free');
    end();
    await first;
    expect(await succeed(waiting)).toBe('good');
  });

  test('a lock holds back all of them, but who was configured after it may know that it was lifted', async () => {
    const { guard, clock } = setUp();
    const other = guard({ target: 'other', ...secret('other') });
    await fail(guard(), 'locked_out', { retryAfterMs: 30 * minute });
    expect(other.suspension()).toMatchObject({ reason: 'locked_out', until: clock.monotonicTime() + 30 * minute });
    clock.advance(1);
    expect(await succeed(guard(secret('new')))).toBe('good');
    expect(other.permission()).toBe('free');
  });

  test('two ports and two names are two addresses', async () => {
    const { guard } = setUp();
    await fail(guard({ url: 'http://192.0.2.1' }), 'locked_out');
    expect(guard({ url: 'http://192.0.2.1:80/pbx', ...secret('x') }).permission()).toBe('suspended');
    expect(guard({ url: 'http://192.0.2.1:8088' }).permission()).toBe('free');
    expect(guard({ url: 'https://192.0.2.1' }).permission()).toBe('free');
    expect(guard({ url: 'http://pbx.example.org' }).permission()).toBe('free');
  });
});

describe('a reload', () => {
  test('with nothing changed is no new chance', async () => {
    const { guard, clock } = setUp();
    await fail(guard(), 'bad_credentials');
    clock.advance(1);
    expect(guard({ target: 'renamed', timing: { intervalMs: 5_000 } }).permission()).toBe('suspended');
  });

  test.each([
    ['url', { url: 'http://192.0.2.1/pbx' }],
    ['secret', secret('other')],
    ['account', { account: { kind: 'password', username: 'other', password: 'geheim' } }],
    ['tls', { tls: { insecureSkipVerify: true } }],
    ['options', { options: { domain: 'example.org' } }],
  ] as const)('with another %s is one, while the row has room', async (_what, changes) => {
    const { guard, clock } = setUp();
    await fail(guard(), 'bad_credentials');
    clock.advance(1);
    expect(guard(changes).permission()).toBe('free');
  });

  test('after three refusals and one of a corrected secret that was wrong too nothing is tried before the first is forgotten', async () => {
    const { guard, clock } = setUp();
    const start = clock.monotonicTime();
    for (const wait of [minute, 5 * minute, minute]) {
      expect(await fail(guard({ rules: endless }), 'bad_credentials')).toBe('bad_credentials');
      clock.advance(wait);
    }
    const next = guard({ rules: endless, ...secret('also wrong') });
    expect(await fail(next, 'bad_credentials')).toBe('bad_credentials');
    expect(next.usedRefusals()).toEqual({ used: 4, most: 4, windowMs: 24 * hour, by: 'address', targets: ['hq'] });
    clock.advance(1);
    const last = guard({ rules: endless, ...secret('right') });
    expect(last.suspension()).toMatchObject({ until: start + 24 * hour, reason: 'bad_credentials' });
    clock.advance(start + 24 * hour - clock.monotonicTime());
    expect(await succeed(last)).toBe('good');
  });

  test('a login that was accepted in between ends a row without a window, and does not end one with a window', async () => {
    for (const [numbers, spent] of [
      [endless, 0],
      [rules, 1],
    ] as const) {
      const { guard } = setUp();
      await fail(guard({ rules: numbers }), 'bad_credentials');
      const other = guard({ rules: numbers, ...secret('right') });
      await succeed(other);
      expect(other.usedRefusals()).toMatchObject({ used: spent });
    }
  });
});

test('where the PBX counts by account one account does not hold back another', async () => {
  const { guard } = setUp();
  const byAccount: GuardRules = { refusals: { most: 2, windowMs: hour, by: 'account' } };
  await fail(guard({ rules: byAccount }), 'bad_credentials');
  expect(guard({ rules: byAccount, ...secret('first seen now') }).usedRefusals()).toMatchObject({ used: 1 });
  const other = guard({ rules: byAccount, account: { kind: 'password', username: 'other', password: 'x' } });
  expect(other.usedRefusals()).toMatchObject({ used: 0 });
  expect(other.permission()).toBe('free');
});

test('a refused account whose next login is not answered will have been refused again; of another nothing is known', async () => {
  const { guard, clock } = setUp();
  const known = guard();
  await fail(known, 'bad_credentials');
  clock.advance(minute);
  expect(await fail(known, 'timeout')).toBe('timeout');
  expect(known.usedRefusals()).toMatchObject({ used: 2 });
  expect(known.suspension()).toMatchObject({ reason: 'bad_credentials', until: clock.monotonicTime() + 5 * minute });
  const other = guard(secret('other'));
  await fail(other, 'timeout');
  expect(other.usedRefusals()).toMatchObject({ used: 2 });
});

test('refused requests of a PBX that counts them fill the row like logins', async () => {
  const { guard } = setUp();
  const watched = guard();
  await succeed(watched);
  for (let times = 0; times < 3; times += 1) watched.count('session_lost');
  expect(() => watched.check()).not.toThrow();
  watched.count('session_lost');
  expect(() => watched.check()).toThrow(/refused 4 requests.*waiting 60 min/);
  expect(watched.permission()).toBe('suspended');
});
