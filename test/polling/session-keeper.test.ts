import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Driver, LoginGuard as LoginGuardRules, Session } from '../../src/drivers/driver.ts';
import type { FailureReason } from '../../src/snapshot/failure-reason.ts';
import { type LoginSender, SessionKeeper } from '../../src/polling/session-keeper.ts';
import { Failure } from '../../src/transport/failure.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { guardWith, plentyOfTime } from '../support/guard-bench.ts';

const sender: LoginSender = { ...plentyOfTime, ask: () => Promise.reject(new Error('nothing is sent here')) };
const interval = 30_000;

interface Script {
  /** Fields of every new session. */
  readonly session?: Partial<Session>;
  /** Whether the family can renew sessions. */
  readonly renews?: boolean;
  /** The rules of the family. */
  readonly rules?: LoginGuardRules;
}

/** Sets up a keeper with a scripted driver; logins wait until the test completes them. */
function setUp({ session = {}, renews = false, rules = {} }: Script = {}) {
  const clock = createHandClock();
  const seen = {
    logins: 0,
    renewals: 0,
    logouts: 0,
    inFlight: 0,
    inFlightPeak: 0,
    observed: [] as string[],
    order: [] as string[],
  };
  const next: { login?: FailureReason; renew?: FailureReason } = {};
  const work = async (trouble: FailureReason | undefined): Promise<Session> => {
    seen.inFlight += 1;
    seen.inFlightPeak = Math.max(seen.inFlightPeak, seen.inFlight);
    await Promise.resolve();
    seen.inFlight -= 1;
    if (trouble !== undefined) throw new Failure(trouble, 'as the test says');
    return { headers: { token: `${seen.logins}.${seen.renewals}` }, ...session };
  };
  const driver: Driver = {
    login() {
      seen.logins += 1;
      seen.order.push('login');
      return work(next.login);
    },
    ...(renews
      ? {
          renew() {
            seen.renewals += 1;
            return work(next.renew);
          },
        }
      : {}),
    logout() {
      seen.logouts += 1;
      seen.order.push('logout');
      return Promise.resolve();
    },
    collect: () => Promise.resolve({}),
  };
  const guard = guardWith(rules, clock, interval);
  const keeper = new SessionKeeper(driver, guard, clock);
  const observe = (result: string): void => void seen.observed.push(result);
  return {
    clock,
    seen,
    next,
    guard,
    keeper,
    session: () => keeper.session(sender, observe),
    replace: (lost: Session) => keeper.replace(lost, sender, observe),
    logout: () => keeper.logout(sender),
  };
}

const reason = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'good',
    (thrown: unknown) => (thrown instanceof Failure ? `${thrown.reason}: ${thrown.message}` : 'not a failure'),
  );

describe('one session', () => {
  test('is there after a login and gone after a logout, which is sent once', async () => {
    const { keeper, session, logout, seen } = setUp();
    expect(keeper.hasSession).toBe(false);
    await session();
    expect(keeper.hasSession).toBe(true);
    await logout();
    await logout();
    expect(keeper.hasSession).toBe(false);
    expect(seen).toMatchObject({ logins: 1, logouts: 1, observed: ['success'] });
  });

  test('serves everybody who asks while it is made and after', async () => {
    const { session, seen } = setUp();
    const [one, other] = await Promise.all([session(), session()]);
    expect(other).toBe(one);
    expect(await session()).toBe(one);
    expect(seen.logins).toBe(1);
  });

  test('a refused login is told, counted and held against the next one', async () => {
    const { session, seen, next, guard } = setUp();
    next.login = 'bad_credentials';
    expect(await reason(session())).toMatch(/^bad_credentials/);
    expect(guard.permission()).toBe('suspended');
    expect(await reason(session())).toMatch(/^suspended: as the test says/);
    expect(seen).toMatchObject({ logins: 1, observed: ['failure'] });
  });

  test('a good login ends the row of refusals: the next one costs the first pause again', async () => {
    const rules = { pauses: { bad_credentials: [60_000, 60 * 60_000] } };
    const { session, next, clock, guard, replace, keeper } = setUp({ rules });
    next.login = 'bad_credentials';
    await reason(session());
    clock.advance(60_000);
    delete next.login;
    const good = await session();
    keeper.prove(good);
    next.login = 'bad_credentials';
    await reason(replace(good));
    expect(guard.permission()).toBe('suspended');
    clock.advance(60_000);
    expect(guard.permission()).toBe('free');
  });
});

describe('a lost session', () => {
  test('that has served is replaced once, whoever lost it', async () => {
    const { session, replace, keeper, seen } = setUp();
    const lost = await session();
    keeper.prove(lost);
    const [one, other] = await Promise.all([replace(lost), replace(lost)]);
    expect(other).toBe(one);
    expect(await replace(lost)).toBe(one);
    expect(seen.logins).toBe(2);
  });

  test('that never served is not replaced, and makes the next logins rarer', async () => {
    const { session, replace, keeper, guard, seen } = setUp();
    const lost = await session();
    expect(await reason(replace(lost))).toBe('session_lost: the PBX refused the new session at its first use');
    expect(keeper.hasSession).toBe(false);
    expect(guard.permission()).toBe('pausing');
    expect(seen.logins).toBe(1);
  });

  test('that has served costs no pause when it is dropped', async () => {
    const { session, keeper, guard } = setUp();
    const lost = await session();
    keeper.prove(lost);
    keeper.drop(lost);
    expect(keeper.hasSession).toBe(false);
    expect(guard.permission()).toBe('free');
  });

  test('an older one neither proves nor drops the one in use', async () => {
    const { session, replace, keeper } = setUp();
    const old = await session();
    keeper.prove(old);
    const current = await replace(old);
    keeper.drop(old);
    keeper.prove(old);
    expect(await session()).toBe(current);
    expect(await reason(replace(current))).toMatch(/^session_lost/);
  });

  test('the first call that a session serves ends a row of failures', async () => {
    const { session, keeper, clock, guard, next } = setUp();
    next.login = 'connect';
    await reason(session());
    clock.advance(interval);
    await reason(session());
    clock.advance(2 * interval);
    delete next.login;
    keeper.prove(await session());
    await keeper.logout(sender);
    next.login = 'connect';
    await reason(session());
    clock.advance(interval);
    expect(guard.permission()).toBe('free');
  });
});

describe('renewal', () => {
  const renewable = { renews: true, session: { renewal: 'refresh', renewAt: 61_000 } } as const;

  test('comes at its time and only for a session that has served', async () => {
    const { session, clock, keeper, seen } = setUp(renewable);
    const first = await session();
    clock.advance(60_000);
    expect(await session()).toBe(first);
    keeper.prove(first);
    const [second, same] = await Promise.all([session(), session()]);
    expect(second).not.toBe(first);
    expect(same).toBe(second);
    expect(seen).toMatchObject({ logins: 1, renewals: 1 });
  });

  test('does not come before its time', async () => {
    const { session, clock, keeper, seen } = setUp(renewable);
    keeper.prove(await session());
    clock.advance(59_999);
    await session();
    expect(seen.renewals).toBe(0);
  });

  test.each(['dns', 'connect', 'tls', 'timeout', 'service_unavailable', 'rate_limited', 'locked_out'] as const)(
    'that fails with %s says nothing about the session: it goes on, and is renewed a little later',
    async (trouble) => {
      const { session, clock, keeper, seen, next } = setUp(renewable);
      const first = await session();
      keeper.prove(first);
      clock.advance(60_000);
      next.renew = trouble;
      expect(await session()).toBe(first);
      expect(await session()).toBe(first);
      expect(seen).toMatchObject({ logins: 1, renewals: 1 });
      delete next.renew;
      clock.advance(5_000);
      expect(await session()).not.toBe(first);
      expect(seen).toMatchObject({ logins: 1, renewals: 2 });
    },
  );

  test('of a session that is gone fails with the trouble that it met', async () => {
    const { session, replace, keeper, next, seen } = setUp(renewable);
    const first = await session();
    keeper.prove(first);
    next.renew = 'timeout';
    expect(await reason(replace(first))).toMatch(/^timeout/);
    expect(seen).toMatchObject({ logins: 1, renewals: 1 });
  });

  test.each(['session_lost', 'bad_credentials', 'forbidden', 'protocol', 'http_status'] as const)(
    'that is refused with %s leads to a login',
    async (trouble) => {
      const { session, clock, keeper, seen, next } = setUp(renewable);
      keeper.prove(await session());
      clock.advance(60_000);
      next.renew = trouble;
      await session();
      expect(seen.logins).toBe(2);
    },
  );

  test.each([
    ['the family cannot', { renews: false, session: { renewal: 'refresh', renewAt: 61_000 } }],
    ['the session has nothing to renew with', { renews: true, session: { renewAt: 61_000 } }],
  ] as const)('is a login where %s', async (_why, script) => {
    const { session, clock, keeper, seen } = setUp(script);
    keeper.prove(await session());
    clock.advance(60_000);
    await session();
    expect(seen).toMatchObject({ logins: 2, renewals: 0 });
  });
});

describe('a session that is due and cannot be renewed', () => {
  const due = { session: { renewAt: 61_000 } } as const;

  async function dueSession(script: Script = due) {
    const lab = setUp(script);
    const old = await lab.session();
    lab.keeper.prove(old);
    lab.clock.advance(60_000);
    return { ...lab, old };
  }

  test('has a successor before it is ended', async () => {
    const { session, old, seen } = await dueSession();
    seen.order.length = 0;
    expect(await session()).not.toBe(old);
    expect(seen.order).toEqual(['login', 'logout']);
  });

  test('is ended first where the PBX takes one session of a user at a time', async () => {
    const { session, seen } = await dueSession({ ...due, rules: { oneSession: true } });
    seen.order.length = 0;
    await session();
    expect(seen.order).toEqual(['logout', 'login']);
  });

  test.each(['service_unavailable', 'timeout', 'bad_credentials', 'locked_out'] as const)(
    'goes on when the early login fails with %s, which is not repeated for every call',
    async (trouble) => {
      const { session, old, seen, next, clock, guard } = await dueSession();
      next.login = trouble;
      expect(await session()).toBe(old);
      expect(await session()).toBe(old);
      expect(seen).toMatchObject({ logins: 2, logouts: 0, observed: ['success', 'failure'] });
      expect(guard.permission()).not.toBe('free');
      clock.advance(5_000);
      expect(await session()).toBe(old);
      expect(seen.logins).toBe(2);
    },
  );

  test('that the PBX no longer knows is not used again', async () => {
    const { replace, old, next, keeper } = await dueSession();
    next.login = 'service_unavailable';
    expect(await reason(replace(old))).toMatch(/^service_unavailable/);
    expect(keeper.hasSession).toBe(false);
  });
});

test('whatever happens in whatever order: one login at a time, never a login that the guard forbids', async () => {
  const step = fc.constantFrom(...(Object.keys(steps) as (keyof typeof steps)[]), 'ask' as const);
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.boolean(), async (names, renews) => {
      const walk: Walk = { lab: setUp({ renews, session: { renewal: 'refresh', renewAt: 200_000 } }), open: [] };
      let forbidden = 0;
      for (const name of names) {
        const before = walk.lab.seen.logins;
        const mayLogIn = name === 'wait' || walk.lab.guard.permission() === 'free';
        await steps[name](walk);
        if (!mayLogIn) forbidden += walk.lab.seen.logins - before;
      }
      const results = await Promise.all(walk.open);
      expect(results.filter((result) => result === 'not a failure')).toEqual([]);
      expect(forbidden).toBe(0);
      expect(walk.lab.seen.inFlightPeak).toBeLessThanOrEqual(1);
      expect(walk.lab.seen.inFlight).toBe(0);
    }),
    { numRuns: 200 },
  );
});

interface Walk {
  readonly lab: ReturnType<typeof setUp>;
  readonly open: Promise<string>[];
  last?: Session;
}

function follow(walk: Walk, session: Promise<Session>): void {
  walk.open.push(reason(session.then((one) => (walk.last = one))));
}

/** Possible actions on a keeper. */
const steps = {
  ask: (walk: Walk) => follow(walk, walk.lab.session()),
  lose: (walk: Walk) => walk.last && follow(walk, walk.lab.replace(walk.last)),
  serve: ({ lab, last }: Walk) => last && lab.keeper.prove(last),
  drop: ({ lab, last }: Walk) => last && lab.keeper.drop(last),
  wait: async ({ lab, open }: Walk) => {
    await Promise.all(open);
    lab.clock.advance(interval);
  },
  refuse: ({ lab }: Walk) => void (lab.next.login = 'bad_credentials'),
  break: ({ lab }: Walk) => void (lab.next.login = 'connect'),
  mend: ({ lab }: Walk) => void delete lab.next.login,
  logout: ({ lab }: Walk) => lab.logout(),
} as const;
