import { expect, test } from 'vitest';
import type { LoginGuard as GuardRules } from '../../../src/drivers/driver.ts';
import { LoginGuards } from '../../../src/polling/login-guard/login-guards.ts';
import { createHandClock } from '../../simulator/hand-clock.ts';
import { fail, guardFor, guardWith, succeed } from '../../support/guard-bench.ts';

const minute = 60_000;
const hour = 60 * minute;
/** The PBX locks the address after five refusals in an hour. */
const rules: GuardRules = {
  pauses: { bad_credentials: [30 * minute], locked_out: [hour] },
  refusals: { most: 4, windowMs: hour, by: 'address' },
};

test('one try is let through within a pause, and no second one', async () => {
  const guard = guardWith(rules, createHandClock());
  await fail(guard, 'bad_credentials');
  expect(guard.permission()).toBe('suspended');
  expect(guard.allowOneLogin()).toBeUndefined();
  expect(guard.permission()).toBe('free');
  await fail(guard, 'bad_credentials');
  expect(guard.permission()).toBe('suspended');
});

test('a try that the PBX did not answer is over as well, and the pause goes on', async () => {
  const guard = guardWith(rules, createHandClock());
  await fail(guard, 'bad_credentials');
  guard.allowOneLogin();
  await fail(guard, 'connect');
  expect(guard.permission()).toBe('suspended');
  guard.allowOneLogin();
  await fail(guard, 'timeout');
  expect([guard.permission(), guard.usedRefusals()?.used]).toEqual(['suspended', 2]);
});

test('nothing is let through that would complete the row of the vendor; the end of the wait is told', async () => {
  const clock = createHandClock();
  const guard = guardWith(rules, clock);
  for (let refusal = 0; refusal < 4; refusal += 1) {
    expect(guard.allowOneLogin()).toBeUndefined();
    expect(await fail(guard, 'bad_credentials')).toBe('bad_credentials');
    clock.advance(minute);
  }
  expect(guard.allowOneLogin()).toMatchObject({
    until: clock.monotonicTime() + hour - 4 * minute,
    detail: expect.stringContaining('may lock the address of the exporter at number 5'),
  });
  expect(await succeed(guard)).toBe('suspended');
  clock.advance(hour - 4 * minute);
  expect(guard.allowOneLogin()).toBeUndefined();
  expect(await succeed(guard)).toBe('good');
});

test('a lock that the PBX told of, to this target or another one, does not hold it', async () => {
  const clock = createHandClock();
  const guards = new LoginGuards(clock);
  const [locked, other] = [{ target: 'locked' }, { target: 'other', options: { domain: 'b' } }].map((target) =>
    guardFor(clock, { rules, ...target }, guards),
  );
  if (locked === undefined || other === undefined) throw new Error('two guards');
  await fail(locked, 'locked_out');
  expect([locked.permission(), other.permission()]).toEqual(['suspended', 'suspended']);
  other.allowOneLogin();
  expect([locked.permission(), other.permission()]).toEqual(['suspended', 'free']);
  expect(await succeed(other)).toBe('good');
});

test('more logins than the PBX takes are not let through', async () => {
  const clock = createHandClock();
  const guard = guardWith({ limit: { logins: 2, windowMs: hour, by: 'address' } }, clock);
  await succeed(guard);
  await succeed(guard);
  expect(guard.allowOneLogin()).toMatchObject({ reason: 'suspended', until: clock.monotonicTime() + hour });
});

test('pauses after trouble on the way end as well', async () => {
  const guard = guardWith(rules, createHandClock());
  await fail(guard, 'connect');
  expect(guard.permission()).toBe('pausing');
  guard.allowOneLogin();
  expect(guard.permission()).toBe('free');
});
