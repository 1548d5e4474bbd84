import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { BetweenRounds, Driver, DriverSetup, Family } from '../../src/drivers/driver.ts';
import { silentLog } from '../../src/log.ts';
import { Target } from '../../src/polling/target.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { type Behaviour, fakeFamily, FakeTransport, untilAborted } from '../support/fake-pbx.ts';

/** Sends `listen` after ten seconds without any other request. */
const listening: BetweenRounds = {
  longestPauseMs: () => 10_000,
  async ask(conversation) {
    await conversation.ask({ request: { call: 'listen', path: '/listen' }, read: () => {} }).catch(() => {});
  },
};

function listeningTarget(behaviour: Behaviour, betweenRounds = listening) {
  const clock = createHandClock();
  const transport = new FakeTransport(behaviour);
  const family: Family = {
    ...fakeFamily(),
    create: (setup: DriverSetup): Driver => ({ ...fakeFamily().create(setup), betweenRounds }),
  };
  const target = new Target({
    identity: { name: 'hq', family: 'fake', labels: {}, peerNames: 'plain', peerLimit: 100, staleAfterMs: 90_000 },
    family,
    account: { kind: 'password', username: 'user', password: 'geheim' },
    options: {},
    url: new URL('http://192.0.2.1'),
    collect: ['peers'],
    intervalMs: 60_000,
    timeoutMs: 20_000,
    requestsPerTarget: 2,
    transport,
    clock,
    random: () => 0,
    log: silentLog,
    observeRequest: () => {},
    onRecord: () => {},
  });
  return { clock, transport, target };
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await nextTurn();
}

test('a round waits for the question that is on its way, and is the next one', async () => {
  const answers: (() => void)[] = [];
  const { clock, transport, target } = listeningTarget(({ call }) =>
    call === 'listen' ? new Promise((resolve) => answers.push(() => resolve({}))) : { body: 'token' },
  );
  await target.poll();
  clock.advance(10_001);
  await turns();
  const round = target.poll();
  await turns();
  expect([transport.count('listen'), transport.count('peers')]).toEqual([1, 1]);
  answers[0]?.();
  await round;
  expect(transport.count('peers')).toBe(2);
  expect(target.record.counters.requests['listen']).toEqual({ ok: 1 });
  expect(clock.waiting).toBe(1);
  await target.stop();
});

test('the end of the target ends the question that is on its way, and then the session', async () => {
  const { clock, transport, target } = listeningTarget(({ call }, signal) =>
    call === 'listen' ? untilAborted(signal) : { body: 'token' },
  );
  await target.poll();
  clock.advance(10_001);
  await turns();
  await target.stop();
  expect([transport.count('listen'), transport.count('logout')]).toEqual([1, 1]);
  expect(clock.waiting).toBe(0);
});

test('a driver that breaks its promise costs nobody else anything', async () => {
  const { clock, target } = listeningTarget(() => ({ body: 'token' }), {
    ...listening,
    ask: () => Promise.reject(new TypeError('broken')),
  });
  await target.poll();
  clock.advance(10_001);
  await turns();
  await target.poll();
  expect(target.record.up).toBe(true);
  await target.stop();
});
