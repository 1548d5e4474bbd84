import { describe, expect, test, vi } from 'vitest';
import type { Account } from '../../../src/drivers/driver.ts';
import { LoginGuards } from '../../../src/polling/login-guard/login-guards.ts';
import { createHandClock } from '../../simulator/hand-clock.ts';
import { fail, guardWith, succeed } from '../../support/guard-bench.ts';

const minute = 60_000;
const suspending = [
  'bad_credentials',
  'locked_out',
  'rate_limited',
  'two_factor_required',
  'forbidden',
  'redirect',
  'config',
] as const;

test.each(suspending)('%s suspends for a quarter of an hour, to the millisecond', async (reason) => {
  const clock = createHandClock();
  const guard = guardWith({}, clock);
  expect(await fail(guard, reason)).toBe(reason);
  clock.advance(15 * minute - 1);
  expect(guard.permission()).toBe('suspended');
  expect(await succeed(guard)).toBe('suspended');
  clock.advance(1);
  expect(guard.permission()).toBe('free');
  expect(await succeed(guard)).toBe('good');
});

test('an account is hashed once when its guard is made, and once for each further secret', () => {
  const account = vi.fn<() => Account>(() => ({ kind: 'token', token: 'geheim' }));
  const guard = new LoginGuards(createHandClock()).guardOf({
    target: 'hq',
    url: new URL('http://192.0.2.1'),
    get account() {
      return account();
    },
    options: {},
    tls: {},
    rules: {},
    timing: { intervalMs: 30_000 },
  });
  expect(account).toHaveBeenCalledTimes(1);
  guard.secretChanged();
  expect(account).toHaveBeenCalledTimes(2);
});

describe('a pause after trouble', () => {
  test('forbids logins too, and gives in two seconds early', async () => {
    const clock = createHandClock();
    const guard = guardWith({}, clock);
    await fail(guard, 'connect');
    expect(await succeed(guard)).toBe('suspended');
    clock.advance(27_999);
    expect(guard.permission()).toBe('pausing');
    expect(await succeed(guard)).toBe('suspended');
    clock.advance(1);
    expect(guard.permission()).toBe('free');
    expect(guard.suspendedUntilWall()).toBe(0);
  });
});

describe('a limit of logins in a window', () => {
  const limit = { logins: 2, windowMs: minute, by: 'address' } as const;

  test('counts those that were sent, and forgets them to the millisecond', async () => {
    const clock = createHandClock();
    const guard = guardWith({ limit }, clock, 1_000);
    expect(await succeed(guard)).toBe('good');
    clock.advance(10_000);
    expect(await succeed(guard)).toBe('good');
    clock.advance(10_000);
    expect(await succeed(guard)).toBe('suspended');
    clock.advance(39_999);
    expect(await succeed(guard)).toBe('suspended');
    expect(guard.suspendedUntilWall()).toBe(clock.wallTime() + 1);
    clock.advance(1);
    expect(await succeed(guard)).toBe('good');
    expect(await succeed(guard)).toBe('suspended');
    clock.advance(10_000);
    expect(await succeed(guard)).toBe('good');
  });

  test('is none where the family names none', async () => {
    const guard = guardWith({}, createHandClock(), 1_000);
    for (let login = 0; login < 100; login += 1) expect(await succeed(guard)).toBe('good');
  });
});
