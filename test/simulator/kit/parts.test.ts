import { describe, expect, it } from 'vitest';
import { FaultPlan } from '../../../src/simulator/kit/fault-plan.ts';
import { faultNames } from '../../../src/simulator/kit/fault.ts';
import { Ledger } from '../../../src/simulator/kit/ledger.ts';
import { startLife } from '../../../src/simulator/kit/life.ts';
import { createLockOut } from '../../../src/simulator/kit/lock-out.ts';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import { createRandom } from '../../../src/simulator/kit/random.ts';
import { bearerToken, describeRequest, mediaType, readCookies, readJson } from '../../../src/simulator/kit/request.ts';
import { createSessionStore } from '../../../src/simulator/kit/session-store.ts';
import { extensionOf, setExtension, setTrunk, trunkOf } from '../../../src/simulator/kit/world.ts';
import { simulators } from '../../../src/simulator/index.ts';
import { ask } from '../ask.ts';
import { createHandClock } from '../hand-clock.ts';

describe('session store', () => {
  const open = (life: 'sliding' | 'absolute') => {
    const clock = createHandClock();
    const ledger = new Ledger();
    const random = createRandom(7);
    const store = createSessionStore<string>({ clock, ledger, life, lifeMs: 1000, makeToken: () => random.hex(16) });
    return { clock, ledger, store };
  };

  it('prolongs sliding sessions and not absolute ones', () => {
    for (const [life, alive] of [
      ['sliding', true],
      ['absolute', false],
    ] as const) {
      const { clock, store, ledger } = open(life);
      const { token } = store.create('ann');
      clock.advance(900);
      expect(store.touch(token)?.data).toBe('ann');
      clock.advance(900);
      expect(ledger.sessionsLive).toBe(alive ? 1 : 0);
      expect(store.find(token) !== undefined).toBe(alive);
      expect(ledger.sessionsEnded.expired).toBe(alive ? 0 : 1);
    }
  });

  it('counts what lives, its peak and how it ended', () => {
    const { clock, store, ledger } = open('absolute');
    const first = store.create('ann');
    store.create('bob', Infinity, 'own-token');
    store.create('ann');
    expect(store.count(({ data }) => data === 'ann')).toBe(2);
    expect(store.revoke(first.token, 'logout')).toBe(true);
    expect(store.revoke(first.token)).toBe(false);
    expect(store.revoke(undefined)).toBe(false);
    clock.advance(1000);
    expect(store.list().map(({ token }) => token)).toEqual(['own-token']);
    expect(store.revokeAll()).toBe(1);
    expect(ledger).toMatchObject({ sessionsOpened: 3, sessionsPeak: 3, sessionsLive: 0 });
    expect(ledger.sessionsEnded).toEqual({ logout: 1, expired: 1, revoked: 1 });
  });
});

describe('lock-out', () => {
  const open = (changes: { windowMs?: number; extends?: boolean; lockMs?: number } = {}) => {
    const clock = createHandClock();
    const ledger = new Ledger();
    return { clock, ledger, guard: createLockOut({ clock, ledger, violations: 3, lockMs: 600, ...changes }) };
  };

  it('locks after consecutive strikes, for its time, client by client', () => {
    const { clock, ledger, guard } = open();
    expect([guard.recordViolation('a'), guard.recordViolation('a')]).toEqual([false, false]);
    guard.reset('a');
    expect([
      guard.recordViolation('a'),
      guard.recordViolation('a'),
      guard.recordViolation('b'),
      guard.recordViolation('a'),
    ]).toEqual([false, false, false, true]);
    expect([guard.isLocked('a'), guard.isLocked('b'), guard.lockedForMs('a')]).toEqual([true, false, 600]);
    clock.advance(500);
    expect(guard.recordViolation('a')).toBe(true);
    clock.advance(100);
    expect(guard.isLocked('a')).toBe(false);
    expect(guard.recordViolation('a')).toBe(false);
    expect(ledger.bans).toBe(1);
  });

  it('counts only within a window, and may extend', () => {
    const { clock, guard } = open({ windowMs: 100, extends: true });
    guard.recordViolation('a');
    guard.recordViolation('a');
    clock.advance(100);
    expect(guard.recordViolation('a')).toBe(false);
    guard.recordViolation('a');
    expect(guard.recordViolation('a')).toBe(true);
    clock.advance(500);
    guard.recordViolation('a');
    clock.advance(500);
    expect(guard.isLocked('a')).toBe(true);
    guard.unlock('a');
    expect(guard.isLocked('a')).toBe(false);
  });

  it('may lock until the administrator lifts it', () => {
    const { clock, guard } = open({ lockMs: Infinity });
    for (let strike = 0; strike < 3; strike += 1) guard.recordViolation('a');
    clock.advance(1e12);
    expect(guard.isLocked('a')).toBe(true);
    guard.unlock();
    expect(guard.isLocked('a')).toBe(false);
  });
});

describe('world', () => {
  it('is the same for the same seed and shows every case early', () => {
    expect(makeWorld({ peers: 50, seed: 3 })).toEqual(makeWorld({ peers: 50, seed: 3 }));
    expect(makeWorld({ peers: 50, seed: 3 })).not.toEqual(makeWorld({ peers: 50, seed: 4 }));
    const world = makeWorld();
    const states = ['reachable', 'unreachable', 'unregistered', 'reachable', 'disabled'];
    expect(world.extensions.slice(0, 5).map(({ state }) => state)).toEqual(states);
    expect(world.extensions[3]?.contacts).toHaveLength(2);
    expect(world.trunks.map(({ state }) => state)).toEqual(['registered', 'reachable', 'rejected', 'unregistered']);
  });

  it('has unique names however large', () => {
    const world = makeWorld({ peers: 5000, trunks: 40 });
    expect(new Set(world.extensions.map(({ number }) => number)).size).toBe(5000);
    expect(new Set(world.trunks.map(({ name }) => name)).size).toBe(40);
  });

  it('keeps contacts and state in step when one extension or trunk is set', () => {
    const world = makeWorld();
    const roundtrips = () => extensionOf(world, '1003').contacts.map((contact) => contact.roundtripMicroseconds);
    setExtension(world, '1003', { state: 'reachable', roundtripMicroseconds: 77 });
    expect(roundtrips()).toEqual([77]);
    setExtension(world, '1003', { state: 'unreachable' });
    expect(extensionOf(world, '1003').contacts.map(({ state }) => state)).toEqual(['unreachable']);
    expect(roundtrips()).toEqual([undefined]);
    setExtension(world, '1003', { name: 'Other' });
    expect(extensionOf(world, '1003')).toMatchObject({ name: 'Other', state: 'unreachable' });
    setExtension(world, '1003', { state: 'disabled' });
    expect(extensionOf(world, '1003').contacts).toEqual([]);
    setTrunk(world, 'northline', { state: 'unreachable' });
    expect(trunkOf(world, 'northline').roundtripMicroseconds).toBeUndefined();
    expect(() => extensionOf(world, '1')).toThrow('no extension 1');
  });

  it('lives by the clock, the same for the same seed, and stays sound', () => {
    const live = (seed: number) => {
      const clock = createHandClock();
      const world = makeWorld({ peers: 60 });
      const life = startLife(world, { clock, seed, intervalMs: 5000 });
      clock.advance(5000 * 400);
      life.stop();
      expect(clock.waiting).toBe(0);
      return world;
    };
    const world = live(1);
    expect(world).toEqual(live(1));
    expect(world).not.toEqual(live(2));
    for (const { state, contacts, number, call } of world.extensions) {
      expect(contacts.length > 0).toBe(state === 'reachable' || state === 'unreachable');
      const busy = world.calls.some(({ from, to }) => from === number || to === number);
      expect(call !== 'idle').toBe(busy);
    }
    expect(world.calls.length).toBeGreaterThan(0);
    expect(world.extensions.filter(({ state }) => state === 'reachable').length).toBeGreaterThan(30);
  });
});

describe('request helpers', () => {
  const request = (headers: Record<string, string>, body = '') =>
    describeRequest({ method: 'POST', target: '/x', headers, body, clientAddress: '' }, () => 'x');

  it('read what is there and nothing else', () => {
    const cookies = readCookies(request({ cookie: 'a="1"; b=2=3; broken; =x' }));
    expect([...cookies]).toEqual([
      ['a', '1'],
      ['b', '2=3'],
    ]);
    expect(bearerToken(request({ authorization: 'bearer abc' }))).toBe('abc');
    expect(bearerToken(request({ authorization: 'Basic abc' }))).toBeUndefined();
    expect(mediaType(request({ 'content-type': 'Text/HTML; charset=x' }))).toBe('text/html');
    expect(readJson(request({}, '{'))).toBeUndefined();
  });
});

describe('faults', () => {
  it('have a name, a sentence and a kind each', () => {
    expect(Object.values(faultNames).every(({ help }) => /^[^.]+$/u.test(help))).toBe(true);
    expect(faultNames['slow']?.fault).toEqual({ kind: 'delay', delayMs: 5000 });
  });

  it('leave no timer behind when cleared', async () => {
    const clock = createHandClock();
    const plan = new FaultPlan(clock);
    await plan.set({ kind: 'hang' }, { durationMs: 1000 });
    await plan.clear('close');
    expect(plan.active).toEqual([{ kind: 'hang' }]);
    await plan.clear();
    expect(clock.waiting).toBe(0);
  });
});

describe('every simulator of the list', () => {
  it.each(simulators.map((family) => [family.family, family] as const))(
    '%s starts, stops and takes faults',
    async (name, family) => {
      const clock = createHandClock();
      const simulator = family.create({ clock, peers: 5, trunks: 2 });
      expect(simulator.family).toBe(name);
      expect(simulator.world.extensions).toHaveLength(5);
      const url = await simulator.start();
      expect(await simulator.start()).toEqual(url);
      await simulator.faults.set({ kind: 'close' });
      expect((await ask(url)).error).toBe('ECONNRESET');
      await simulator.stop();
      await simulator.stop();
      expect((await ask(url)).error).toBe('ECONNREFUSED');
      await expect.poll(() => simulator.ledger.connectionsOpen).toBe(0);
      expect(clock.waiting).toBe(0);
    },
  );
});
