import { describe, expect, test } from 'vitest';
import { LoginGuard } from '../../src/target/login-guard.ts';
import { Failure } from '../../src/transport/failure.ts';
import { createHandClock } from '../simulator/hand-clock.ts';

const minute = 60_000;

/** The reason with which the guard forbids a login; undefined when it does not. */
function forbids(guard: LoginGuard): string | undefined {
  try {
    guard.enter();
    return undefined;
  } catch (thrown) {
    return thrown instanceof Failure ? thrown.reason : 'not a failure';
  }
}

test.each(['bad_credentials', 'locked_out', 'rate_limited', 'two_factor_required', 'redirect', 'config'] as const)(
  '%s suspends for a quarter of an hour, to the millisecond',
  (reason) => {
    const clock = createHandClock();
    const guard = new LoginGuard({}, clock, 30_000);
    guard.failed(new Failure(reason, 'no'));
    clock.advance(15 * minute - 1);
    expect(guard.permission()).toBe('suspended');
    expect(forbids(guard)).toBe('suspended');
    clock.advance(1);
    expect(guard.permission()).toBe('free');
    expect(forbids(guard)).toBeUndefined();
  },
);

describe('a pause after trouble', () => {
  test('forbids logins too, and gives in two seconds early', () => {
    const clock = createHandClock();
    const guard = new LoginGuard({}, clock, 30_000);
    guard.failed(new Failure('connect', 'no'));
    expect(forbids(guard)).toBe('suspended');
    clock.advance(27_999);
    expect(guard.permission()).toBe('pausing');
    expect(forbids(guard)).toBe('suspended');
    clock.advance(1);
    expect(guard.permission()).toBe('free');
    expect(guard.suspendedUntilWall()).toBe(0);
  });
});

describe('a limit of logins in a window', () => {
  test('counts those that the guard let in, and forgets them to the millisecond', () => {
    const clock = createHandClock();
    const guard = new LoginGuard({ limit: { logins: 2, windowMs: minute } }, clock, 1_000);
    expect(forbids(guard)).toBeUndefined();
    clock.advance(10_000);
    expect(forbids(guard)).toBeUndefined();
    clock.advance(10_000);
    expect(forbids(guard)).toBe('suspended');
    clock.advance(39_999);
    expect(forbids(guard)).toBe('suspended');
    clock.advance(1);
    expect(forbids(guard)).toBeUndefined();
    expect(forbids(guard)).toBe('suspended');
    clock.advance(10_000);
    expect(forbids(guard)).toBeUndefined();
  });

  test('is none where the family names none', () => {
    const guard = new LoginGuard({}, createHandClock(), 1_000);
    for (let login = 0; login < 100; login += 1) expect(forbids(guard)).toBeUndefined();
  });
});
