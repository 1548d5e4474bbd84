import { describe, expect, test } from 'vitest';
import type { Family } from '../../src/drivers/driver.ts';
import { silentLog } from '../../src/log.ts';
import { loginGraceMs, Target } from '../../src/polling/target.ts';
import { Failure } from '../../src/transport/failure.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { type Behaviour, fakeFamily, FakeTransport, untilAborted } from '../support/fake-pbx.ts';

/** A PBX that accepts its last few sessions; `lose()` invalidates all of them. */
function sessionPbx() {
  const state = { issued: 0, known: new Set<string>(), status: 200 };
  const behaviour: Behaviour = ({ call, headers }) => {
    if (call === 'login' || call === 'renew') {
      state.issued += 1;
      state.known.add(`token-${state.issued}`);
      return { body: `token-${state.issued}` };
    }
    return { status: state.known.has(headers?.['token'] ?? '') ? state.status : 401 };
  };
  return { state, behaviour, lose: () => state.known.clear() };
}

function fakeTarget(behaviour: Behaviour, family: Family = fakeFamily(), requestsPerTarget = 2) {
  const clock = createHandClock();
  const transport = new FakeTransport(behaviour);
  const target = new Target({
    identity: { name: 'hq', family: 'fake', labels: {}, peerNames: 'plain', peerLimit: 100, staleAfterMs: 90_000 },
    family,
    account: { kind: 'password', username: 'user', password: 'geheim' },
    options: {},
    url: new URL('http://192.0.2.1'),
    collect: ['peers', 'trunks'],
    intervalMs: 30_000,
    timeoutMs: 20_000,
    requestsPerTarget,
    transport,
    clock,
    random: () => 0,
    log: silentLog,
    observeRequest: () => {},
    onRecord: () => {},
  });
  const rounds = async (count: number): Promise<void> => {
    for (let round = 0; round < count; round += 1) {
      await target.poll();
      clock.advance(30_000);
    }
  };
  return { clock, transport, target, rounds };
}

describe('sessions', () => {
  test('one login serves many rounds, and stop logs out', async () => {
    const { behaviour } = sessionPbx();
    const { target, transport, rounds } = fakeTarget(behaviour);
    await rounds(50);
    expect(target.record.up).toBe(true);
    expect(transport.count('login')).toBe(1);
    expect(transport.count('peers')).toBe(50);
    await target.stop();
    await target.stop();
    expect(transport.count('logout')).toBe(1);
    expect(transport.closed).toBe(true);
  });

  test('calls that wait for the login share one', async () => {
    const { behaviour } = sessionPbx();
    const { target, transport } = fakeTarget(behaviour, fakeFamily(), 10);
    await Promise.all([target.poll(), target.poll(), target.poll()]);
    expect(transport.count('login')).toBe(1);
    expect(transport.count('peers')).toBe(1);
  });

  test('a lost session costs one login and one repeat per call, and the round is good', async () => {
    const { behaviour, lose } = sessionPbx();
    const { target, transport } = fakeTarget(behaviour);
    await target.poll();
    lose();
    await target.poll();
    expect(target.record.up).toBe(true);
    expect(transport.count('login')).toBe(2);
    expect(transport.count('peers')).toBe(3);
    expect(target.record.counters.logins).toEqual({ success: 2, failure: 0 });
  });

  test('a family that can renew does not log in again', async () => {
    const { behaviour, lose } = sessionPbx();
    const { target, transport } = fakeTarget(
      behaviour,
      fakeFamily({ renewable: true, session: { renewal: 'refresh' } }),
    );
    await target.poll();
    lose();
    await target.poll();
    expect(target.record.up).toBe(true);
    expect([transport.count('login'), transport.count('renew')]).toEqual([1, 1]);
  });

  test('a session is renewed when it is due, before it is used', async () => {
    const { behaviour } = sessionPbx();
    const { target, transport, clock } = fakeTarget(
      behaviour,
      fakeFamily({ renewable: true, session: { renewal: 'refresh', renewAt: 100_000 } }),
    );
    await target.poll();
    clock.advance(100_000);
    await target.poll();
    expect([transport.count('login'), transport.count('renew')]).toEqual([1, 1]);
    expect(transport.requests.findIndex(({ call }) => call === 'renew')).toBe(3);
  });

  test('a renewal that is refused leads to one login', async () => {
    const pbx = sessionPbx();
    const { target, transport, clock } = fakeTarget(
      (request, signal) => (request.call === 'renew' ? { status: 401 } : pbx.behaviour(request, signal)),
      fakeFamily({ renewable: true, session: { renewal: 'refresh', renewAt: 10_000 } }),
    );
    await target.poll();
    clock.advance(30_000);
    await target.poll();
    expect(target.record.up).toBe(true);
    expect([transport.count('login'), transport.count('renew')]).toEqual([2, 1]);
  });

  test('sessions that are refused at their first use make logins rarer instead of a login storm', async () => {
    const { target, transport, rounds } = fakeTarget(({ call }) =>
      call === 'login' ? { body: 'worthless' } : { status: 401 },
    );
    await rounds(120);
    expect(target.record.lastRound?.reason).toBe('session_lost');
    // One hour with an interval of 30 s: immediately, then after 0.5, 1, 2 and 4 minutes, then every 5 minutes.
    expect(transport.count('login')).toBeLessThanOrEqual(17);
    expect(transport.count('login')).toBeGreaterThan(10);
  });
});

describe('refused logins', () => {
  test('suspend the target: nothing is sent, the reason stays, the rounds left out are counted', async () => {
    const { target, transport, rounds } = fakeTarget(
      () => ({ status: 407 }),
      fakeFamily({ guard: { pauses: { bad_credentials: [0, 600_000] } } }),
    );
    await rounds(12);
    expect(transport.requests).toHaveLength(2);
    const { record } = target;
    expect(record.up).toBe(false);
    expect(record.lastRound?.reason).toBe('bad_credentials');
    expect(record.suspendedUntilWall).toBeGreaterThan(0);
    expect(record.counters.roundFailures).toEqual({ bad_credentials: 2, suspended: 10 });
    expect(record.counters.logins).toEqual({ success: 0, failure: 2 });
  });

  test('trouble at the login is tried at growing pauses, and rounds in between are not counted', async () => {
    const { target, transport, rounds } = fakeTarget(() => {
      throw new Failure('connect', 'refused');
    });
    await rounds(20);
    // At 0, 30, 90, 210 and 450 seconds.
    expect(transport.requests).toHaveLength(5);
    expect(target.record.suspendedUntilWall).toBe(0);
    expect(target.record.counters.roundFailures).toEqual({ connect: 5 });
  });

  test('a PBX that goes away while we have a session is asked in every round and needs no pause to be seen again', async () => {
    const pbx = sessionPbx();
    let away = false;
    const { target, transport, rounds } = fakeTarget((request, signal) => {
      if (away) throw new Failure('connect', 'refused');
      return pbx.behaviour(request, signal);
    });
    await rounds(1);
    away = true;
    await rounds(10);
    expect(target.record.up).toBe(false);
    expect(transport.count('peers')).toBe(11);
    pbx.lose();
    away = false;
    await rounds(1);
    expect(target.record.up).toBe(true);
    expect(transport.count('login')).toBe(2);
  });
});

describe('rounds', () => {
  test('one forbidden collector does not make the PBX down', async () => {
    const { behaviour } = sessionPbx();
    const { target } = fakeTarget((request, signal) =>
      request.call === 'trunks' ? { status: 403 } : behaviour(request, signal),
    );
    await target.poll();
    expect(target.record.up).toBe(true);
    expect(target.record.collectors).toEqual({
      peers: { success: true },
      trunks: { success: false, reason: 'forbidden', detail: 'right missing' },
    });
    expect(target.record.counters.collectorFailures).toEqual({ trunks: { forbidden: 1 } });
  });

  test('a round in which nothing could be read has failed, for the first reason, and keeps the last values', async () => {
    const { behaviour, state } = sessionPbx();
    const { target, clock } = fakeTarget(behaviour);
    await target.poll();
    clock.advance(30_000);
    state.status = 500;
    await target.poll();
    expect(target.record.up).toBe(false);
    expect(target.record.lastRound).toMatchObject({ reason: 'http_status', detail: 'broken' });
    expect(target.record.retained.peers?.value).toHaveLength(1);
  });

  test('a call that hangs costs its collector, not the other one', async () => {
    const { behaviour } = sessionPbx();
    const { target, clock, transport } = fakeTarget((request, signal) =>
      request.call === 'trunks' ? untilAborted(signal) : behaviour(request, signal),
    );
    const round = target.poll();
    await transport.sent('trunks');
    clock.advance(10_000);
    await round;
    expect(target.record.up).toBe(true);
    expect(target.record.collectors.trunks).toEqual({
      success: false,
      reason: 'timeout',
      detail: 'no complete answer within 10 s',
    });
  });

  test('the deadline ends the whole round, and the next one is as good as new', async () => {
    const { behaviour } = sessionPbx();
    let hangs = true;
    const { target, clock } = fakeTarget((request, signal) =>
      hangs ? untilAborted(signal) : behaviour(request, signal),
    );
    const round = target.poll();
    await clock.waitFor(2);
    clock.advance(20_000);
    await round;
    expect(target.record.lastRound?.reason).toBe('timeout');
    expect(clock.waiting).toBe(0);
    hangs = false;
    clock.advance(30_000);
    await target.poll();
    expect(target.record.up).toBe(true);
  });

  test('a round that does not come is overdue after interval and timeout, also the first one', async () => {
    const { behaviour } = sessionPbx();
    const { target, clock } = fakeTarget(behaviour);
    clock.advance(50_000);
    expect(target.overdueMs).toBe(0);
    clock.advance(1_500);
    expect(target.overdueMs).toBe(1_500);
    await target.poll();
    expect(target.overdueMs).toBe(0);
    clock.advance(50_000);
    expect(target.overdueMs).toBe(0);
    clock.advance(70_000);
    expect(target.overdueMs).toBe(70_000);
  });

  test('rounds that are left out to spare the PBX are not overdue', async () => {
    const { target, clock } = fakeTarget(() => {
      throw new Failure('connect', 'refused');
    });
    for (let round = 0; round < 20; round += 1) {
      await target.poll();
      clock.advance(30_000);
      expect(target.overdueMs).toBe(0);
    }
  });

  test('a driver that waits for something other than a request is ended too', async () => {
    const { behaviour } = sessionPbx();
    const { target, clock } = fakeTarget(behaviour, fakeFamily({ collect: () => new Promise(() => {}) }));
    const round = target.poll();
    await clock.waitFor(1);
    clock.advance(20_000);
    await round;
    expect(target.record.lastRound?.reason).toBe('timeout');
  });

  test('a driver that throws something of its own is a failed round, without its text', async () => {
    const { behaviour } = sessionPbx();
    const { target } = fakeTarget(
      behaviour,
      fakeFamily({ collect: () => Promise.reject(new TypeError('geheim in here')) }),
    );
    await target.poll();
    expect(target.record.lastRound).toMatchObject({
      reason: 'protocol',
      detail: 'the answer could not be processed (TypeError)',
    });
  });

  test('never more requests in flight than allowed', async () => {
    const pbx = sessionPbx();
    let [now, most] = [0, 0];
    const { target } = fakeTarget(
      async (request, signal) => {
        now += 1;
        most = Math.max(most, now);
        await Promise.resolve();
        now -= 1;
        return pbx.behaviour(request, signal);
      },
      fakeFamily(),
      1,
    );
    await target.poll();
    expect(most).toBe(1);
  });

  test('stop in the middle of a round ends it, logs out, and leaves no timer', async () => {
    const pbx = sessionPbx();
    const { target, transport, clock } = fakeTarget((request, signal) =>
      request.call === 'login' || request.call === 'logout' ? pbx.behaviour(request, signal) : untilAborted(signal),
    );
    const round = target.poll();
    await clock.waitFor(3);
    await target.stop();
    await round;
    expect(transport.count('logout')).toBe(1);
    expect(clock.waiting).toBe(0);
    await target.poll();
    expect(transport.count('peers')).toBe(1);
  });

  test('stop in the middle of a login waits for it, because the PBX has opened the session already, and logs out', async () => {
    const pbx = sessionPbx();
    const answered = Promise.withResolvers<undefined>();
    const { target, transport, clock } = fakeTarget(async (request, signal) => {
      const given = await pbx.behaviour(request, signal);
      if (request.call === 'login') await Promise.race([untilAborted(signal), answered.promise]);
      return given;
    });
    const round = target.poll();
    await clock.waitFor(2);
    const stopped = target.stop();
    answered.resolve(undefined);
    await Promise.all([round, stopped]);
    expect(transport.count('logout')).toBe(1);
    expect(clock.waiting).toBe(0);
  });

  test('stop does not wait long for a login that is not answered', async () => {
    const { target, transport, clock } = fakeTarget((_request, signal) => untilAborted(signal));
    const round = target.poll();
    await clock.waitFor(2);
    const stopped = target.stop();
    await clock.waitFor(3);
    clock.advance(loginGraceMs);
    await Promise.all([round, stopped]);
    expect(transport.count('logout')).toBe(0);
    expect(clock.waiting).toBe(0);
  });
});
