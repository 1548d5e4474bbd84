import { describe, expect, test } from 'vitest';
import { LoginGuard, longestTroublePauseMs } from '../../src/target/login-guard.ts';
import { Failure } from '../../src/transport/failure.ts';
import { createHandClock } from '../simulator/hand-clock.ts';

const minute = 60_000;
const refused = new Failure('bad_credentials', 'refused');
const unreachable = new Failure('connect', 'refused');

describe('after refusals', () => {
  test('the pauses of the family follow each other and the last one repeats', () => {
    const clock = createHandClock();
    const guard = new LoginGuard({ pauses: { bad_credentials: [0, minute, 10 * minute] } }, clock, 30_000);
    guard.failed(refused);
    expect(guard.permission()).toBe('free');
    expect(guard.suspendedUntilWall()).toBe(0);
    for (const pause of [minute, 10 * minute, 10 * minute]) {
      guard.failed(refused);
      expect(guard.suspendedUntilWall()).toBe(clock.wallTime() + pause);
      clock.advance(pause - 1);
      expect(guard.permission()).toBe('suspended');
      expect(() => guard.enter()).toThrow('waiting before the next login');
      clock.advance(1);
      expect(guard.permission()).toBe('free');
    }
  });

  test('fifteen minutes where the family is silent', () => {
    const clock = createHandClock();
    const guard = new LoginGuard({}, clock, 30_000);
    guard.failed(new Failure('two_factor_required', 'code wanted'));
    clock.advance(15 * minute - 1);
    expect(guard.permission()).toBe('suspended');
    clock.advance(1);
    expect(guard.permission()).toBe('free');
  });

  test('what the PBX asks for counts when it is longer', () => {
    const clock = createHandClock();
    const guard = new LoginGuard({ pauses: { rate_limited: [minute] } }, clock, 30_000);
    guard.failed(new Failure('rate_limited', 'slow down', { retryAfterMs: 40 * minute }));
    expect(guard.suspendedUntilWall()).toBe(clock.wallTime() + 40 * minute);
  });

  test('a login that works begins the count anew', () => {
    const clock = createHandClock();
    const guard = new LoginGuard({ pauses: { bad_credentials: [0, minute] } }, clock, 30_000);
    guard.failed(refused);
    guard.succeeded();
    guard.failed(refused);
    expect(guard.permission()).toBe('free');
  });
});

describe('after trouble on the way', () => {
  test('the next round, then twice as long each time, up to five minutes, and no suspension', () => {
    const clock = createHandClock();
    const guard = new LoginGuard({}, clock, 30_000);
    for (const pause of [30_000, 60_000, 120_000, 240_000, longestTroublePauseMs, longestTroublePauseMs]) {
      guard.failed(unreachable);
      expect(guard.suspendedUntilWall()).toBe(0);
      clock.advance(pause - 30_000);
      expect(guard.permission()).toBe(pause === 30_000 ? 'pausing' : 'pausing');
      clock.advance(30_000);
      expect(guard.permission()).toBe('free');
    }
  });

  test('only a session that served a call ends the row; a login alone does not', () => {
    const clock = createHandClock();
    const guard = new LoginGuard({}, clock, 30_000);
    guard.failed(unreachable);
    guard.succeeded();
    guard.failed(unreachable);
    clock.advance(30_000);
    expect(guard.permission()).toBe('pausing');
    guard.proven();
    clock.advance(30_000);
    guard.failed(unreachable);
    clock.advance(30_000);
    expect(guard.permission()).toBe('free');
  });
});

test('the limit of a family bounds all logins of a window, good ones too', () => {
  const clock = createHandClock();
  const guard = new LoginGuard({ limit: { logins: 3, windowMs: 5 * minute } }, clock, 30_000);
  for (let login = 0; login < 3; login += 1) {
    guard.enter();
    guard.succeeded();
    clock.advance(minute);
  }
  expect(() => guard.enter()).toThrow('waiting');
  clock.advance(2 * minute - 1);
  expect(() => guard.enter()).toThrow('waiting');
  clock.advance(1);
  guard.enter();
});
