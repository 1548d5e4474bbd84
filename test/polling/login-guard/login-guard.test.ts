import { describe, expect, test } from 'vitest';
import { type LoginGuard, longestProblemPauseMs } from '../../../src/polling/login-guard/login-guard.ts';
import { Failure } from '../../../src/transport/failure.ts';
import { createHandClock } from '../../simulator/hand-clock.ts';
import { fail, guardWith, plentyOfTime, succeed } from '../../support/guard-bench.ts';

const minute = 60_000;

describe('after refusals', () => {
  test('the pauses of the family follow each other and the last one repeats', async () => {
    const clock = createHandClock();
    const guard = guardWith({ pauses: { bad_credentials: [0, minute, 10 * minute] } }, clock);
    await fail(guard, 'bad_credentials');
    expect(guard.permission()).toBe('free');
    expect(guard.suspendedUntilWall()).toBe(0);
    for (const pause of [minute, 10 * minute, 10 * minute]) {
      expect(await fail(guard, 'bad_credentials')).toBe('bad_credentials');
      expect(guard.suspendedUntilWall()).toBe(clock.wallTime() + pause);
      clock.advance(pause - 1);
      expect(guard.permission()).toBe('suspended');
      expect(await succeed(guard)).toBe('suspended');
      clock.advance(1);
      expect(guard.permission()).toBe('free');
    }
  });

  test('fifteen minutes where the family is silent', async () => {
    const clock = createHandClock();
    const guard = guardWith({}, clock);
    await fail(guard, 'two_factor_required');
    clock.advance(15 * minute - 1);
    expect(guard.permission()).toBe('suspended');
    clock.advance(1);
    expect(guard.permission()).toBe('free');
  });

  test('a login that works begins the count anew', async () => {
    const clock = createHandClock();
    const guard = guardWith({ pauses: { bad_credentials: [0, minute] } }, clock);
    await fail(guard, 'bad_credentials');
    await succeed(guard);
    await fail(guard, 'bad_credentials');
    expect(guard.permission()).toBe('free');
  });

  test.each([
    ['accepted', 'protocol'],
    [undefined, 'forbidden'],
    [undefined, 'config'],
  ] as const)('what the PBX itself %s pauses like a wrong password, though its reason is %s', async (login, reason) => {
    const clock = createHandClock();
    const guard = guardWith({ pauses: { bad_credentials: [minute, 60 * minute] } }, clock);
    await fail(guard, reason, login === undefined ? {} : { login });
    clock.advance(minute);
    await fail(guard, reason, login === undefined ? {} : { login });
    expect(guard.suspendedUntilWall()).toBe(clock.wallTime() + 60 * minute);
  });

  test.each(['http_status', 'protocol', 'connect', 'service_unavailable', 'session_lost'] as const)(
    'an answer of something else (%s) is trouble on the way',
    async (reason) => {
      const clock = createHandClock();
      const guard = guardWith({}, clock);
      await fail(guard, reason);
      expect(guard.permission()).toBe('pausing');
    },
  );
});

describe('a time that the PBX names', () => {
  test.each([
    ['rate_limited', 40, 40],
    ['rate_limited', 2, 2],
    ['locked_out', 2, 2],
    ['locked_out', 0.1, 1],
    ['locked_out', 60 * 24 * 30, 60 * 24],
    ['forbidden', 70 / 60, 70 / 60],
    ['bad_credentials', 40, 40],
    ['bad_credentials', 2, 15],
  ] as const)('%s for %d min holds back for %d min', async (reason, told, held) => {
    const clock = createHandClock();
    const guard = guardWith({ pauses: { [reason]: [15 * minute] } }, clock);
    await fail(guard, reason, { retryAfterMs: told * minute });
    expect(guard.suspendedUntilWall()).toBe(clock.wallTime() + held * minute);
  });
});

describe('after trouble on the way', () => {
  test('the next round, then twice as long each time, up to five minutes, and no suspension', async () => {
    const clock = createHandClock();
    const guard = guardWith({}, clock);
    for (const pause of [30_000, 60_000, 120_000, 240_000, longestProblemPauseMs, longestProblemPauseMs]) {
      await fail(guard, 'connect');
      expect(guard.suspendedUntilWall()).toBe(0);
      clock.advance(pause - 30_000);
      expect(guard.permission()).toBe('pausing');
      clock.advance(30_000);
      expect(guard.permission()).toBe('free');
    }
  });

  test('only a session that served a call ends the row; a login alone does not', async () => {
    const clock = createHandClock();
    const guard = guardWith({}, clock);
    await fail(guard, 'connect');
    clock.advance(30_000);
    await succeed(guard);
    await fail(guard, 'connect');
    clock.advance(30_000);
    expect(guard.permission()).toBe('pausing');
    guard.proven();
    clock.advance(30_000);
    await fail(guard, 'connect');
    clock.advance(30_000);
    expect(guard.permission()).toBe('free');
  });

  test('a path that has worked before is missing for the moment only; one that never did is a matter of the configuration', async () => {
    const clock = createHandClock();
    const guard = guardWith({ refusals: { most: 2, by: 'address' } }, clock);
    expect(await fail(guard, 'config', { login: 'path_missing' })).toBe('config');
    expect(guard.permission()).toBe('suspended');
    clock.advance(15 * minute);
    await succeed(guard);
    expect(await fail(guard, 'config', { login: 'path_missing' })).toBe('service_unavailable');
    expect(guard.permission()).toBe('pausing');
    expect(guard.usedRefusals()).toMatchObject({ used: 0 });
  });
});

test('the limit of a family bounds all logins of a window, good ones too', async () => {
  const clock = createHandClock();
  const guard = guardWith({ limit: { logins: 3, windowMs: 5 * minute, by: 'account' } }, clock);
  for (let login = 0; login < 3; login += 1) {
    expect(await succeed(guard)).toBe('good');
    clock.advance(minute);
  }
  expect(await succeed(guard)).toBe('suspended');
  clock.advance(2 * minute - 1);
  expect(await succeed(guard)).toBe('suspended');
  clock.advance(1);
  expect(await succeed(guard)).toBe('good');
});

describe('a login that has to be sent twice, because its connection was dead', () => {
  const most = 3;
  const rules = { refusals: { most, by: 'account', windowMs: 60 * minute }, pauses: { bad_credentials: [0] } } as const;
  const twice = async (guard: LoginGuard): Promise<boolean> => {
    let asked = false;
    await guard
      .login(plentyOfTime, (mayRepeat) => {
        asked = mayRepeat();
        return Promise.reject(new Failure('bad_credentials', 'as the test says'));
      })
      .catch(() => {});
    return asked;
  };

  test('counts as two refusals', async () => {
    const guard = guardWith(rules, createHandClock());
    expect(await twice(guard)).toBe(true);
    expect(guard.usedRefusals()?.used).toBe(2);
  });

  test('is not repeated where the second one would be the last that is free', async () => {
    const guard = guardWith(rules, createHandClock());
    await fail(guard, 'bad_credentials');
    expect(await twice(guard)).toBe(false);
  });

  test('counts as two logins of a limit, and is not repeated at its end', async () => {
    const limit = { logins: 3, windowMs: 10 * minute, by: 'account' } as const;
    const guard = guardWith({ limit, pauses: { bad_credentials: [0] } }, createHandClock());
    expect(await twice(guard)).toBe(true);
    expect(guard.permission()).toBe('free');
    expect(await twice(guard)).toBe(false);
    expect(guard.permission()).toBe('suspended');
  });
});
