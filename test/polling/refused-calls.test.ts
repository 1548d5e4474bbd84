import { describe, expect, test } from 'vitest';
import type { Conversation, Driver } from '../../src/drivers/driver.ts';
import { attempt, goodPart } from '../../src/drivers/kit/collectors.ts';
import type { Log } from '../../src/log.ts';
import { Target } from '../../src/polling/target.ts';
import { asFailure, Failure } from '../../src/transport/failure.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { type Behaviour, fakeFamily, FakeTransport, untilAborted } from '../support/fake-pbx.ts';

const minute = 60_000;

/** Sets up a PBX that accepts all its sessions; `trouble` answers all calls except logins. */
function setUp(trouble: Behaviour, collect: Driver['collect'], changes: { readonly timeoutMs?: number } = {}) {
  const clock = createHandClock();
  let issued = 0;
  const transport = new FakeTransport((request, signal) => {
    if (request.call !== 'login') return trouble(request, signal);
    issued += 1;
    return { body: `token-${issued}` };
  });
  const lines: string[] = [];
  const log: Log = {
    debug: () => {},
    info: (message, fields) => void lines.push(`${message} ${String(fields?.['call'])}`),
    warn: (message, fields) => void lines.push(`${message} ${String(fields?.['call'])}`),
    error: () => {},
    with: () => log,
  };
  const family = fakeFamily({ collect });
  const target = new Target({
    identity: { name: 'hq', family: 'fake', labels: {}, peerNames: 'plain', peerLimit: 100, staleAfterMs: 90_000 },
    family: { ...family, requests: [{ call: 'names', method: 'GET', path: '/names', serves: 'auxiliary' }] },
    account: { kind: 'password', username: 'user', password: 'geheim' },
    options: {},
    url: new URL('http://192.0.2.1'),
    collect: ['peers', 'trunks'],
    intervalMs: 30_000,
    timeoutMs: changes.timeoutMs ?? 20_000,
    requestsPerTarget: 1,
    transport,
    clock,
    random: () => 0,
    log,
    observeRequest: () => {},
    onRecord: () => {},
  });
  const rounds = async (count: number): Promise<void> => {
    for (let round = 0; round < count; round += 1) {
      await target.poll();
      clock.advance(30_000);
    }
  };
  return { clock, transport, target, rounds, lines };
}

function read({ status }: { readonly status: number }): void {
  if (status === 401) throw new Failure('session_lost', 'session unknown', { status });
  if (status === 403) throw new Failure('forbidden', 'right missing', { status });
  if (status >= 400) throw new Failure('http_status', 'broken', { status });
}

const asked = (conversation: Conversation, call: string, path = `/${call}`): Promise<void> =>
  conversation.ask({ request: { call, path }, read });

test('many questions of one call, each refused in its turn, do not cost a login each', async () => {
  let number = 0;
  const { rounds, transport } = setUp(
    ({ call }) => ({ status: call === 'phone' ? 401 : 200, body: '' }),
    async (conversation) => {
      await asked(conversation, 'list');
      number += 1;
      await asked(conversation, 'phone', `/phone/${number}`).catch(asFailure);
      await asked(conversation, 'phone', `/phone/${number}/again`).catch(asFailure);
      return { peers: goodPart([]) };
    },
  );
  await rounds(10);
  expect(transport.requests.filter(({ call }) => call === 'login')).toHaveLength(2);
});

test('a question that was refused as a detail is asked all the same where a list depends on it', async () => {
  const { rounds, target, transport } = setUp(
    ({ call }) => ({ status: call === 'names' ? 401 : 200, body: '' }),
    async (conversation) => {
      await asked(conversation, 'names').catch(asFailure);
      const peers = await attempt(async () => {
        await conversation.ask({ request: { call: 'names', path: '/names' }, read, auxiliary: false });
        return goodPart([]);
      });
      return { ...(await lists(['trunks'])(conversation)), peers };
    },
  );
  await rounds(2);
  expect(target.record.collectors.peers).toMatchObject({ success: false });
  expect(transport.requests.filter(({ call }) => call === 'names').length).toBeGreaterThan(2);
});

/** Requests names first, so that earlier calls cannot hide their effects, then both lists. */
const withNames: Driver['collect'] = async (conversation) => {
  await asked(conversation, 'names').catch(asFailure);
  return lists(['peers', 'trunks'])(conversation);
};

function lists(order: readonly ('peers' | 'trunks')[]): Driver['collect'] {
  return async (conversation) => {
    const parts: Record<string, unknown> = {};
    for (const name of order)
      parts[name] = await attempt(async () => {
        await asked(conversation, name);
        return goodPart([{ id: '100', state: 'reachable' as const }]);
      });
    return parts;
  };
}

describe('a call that keeps saying "session gone" while the session serves others', () => {
  const refuse: Behaviour = ({ call }) => ({ status: call === 'trunks' ? 401 : 200 });

  test.each([
    ['asked last', ['peers', 'trunks']],
    ['asked first', ['trunks', 'peers']],
  ] as const)('%s: costs one more login ever, and its own collector as forbidden', async (_when, order) => {
    const { target, transport, rounds } = setUp(refuse, lists(order));
    await rounds(4);
    expect(target.record.up).toBe(true);
    expect(target.record.collectors).toMatchObject({
      peers: { success: true },
      trunks: { success: false, reason: 'forbidden' },
    });
    await rounds(2 * 60 * 24);
    expect(transport.count('login')).toBe(2);
    expect(target.record.collectors.trunks).toMatchObject({ success: false, reason: 'forbidden' });
    expect(target.record.counters.logins).toEqual({ success: 2, failure: 0 });
  });

  test('it is asked again at growing pauses, up to an hour, and shown as soon as it is answered', async () => {
    let mended = false;
    const { target, transport, rounds } = setUp(
      (request, signal) => (mended ? {} : refuse(request, signal)),
      lists(['peers', 'trunks']),
    );
    await rounds(2 * 60 * 8);
    const before = transport.count('trunks');
    expect(before).toBeLessThan(24);
    expect(before).toBeGreaterThan(10);
    mended = true;
    await rounds(2 * 60 + 1);
    expect(target.record.collectors.trunks).toEqual({ success: true });
    expect(transport.count('trunks')).toBeGreaterThan(before);
    await rounds(1);
    expect(transport.count('login')).toBe(2);
  });

  test('a row of a list is held apart from its neighbours, which are asked in every round', async () => {
    const rows: Driver['collect'] = async (conversation) => {
      const states = await Promise.all(
        ['1', '2', '3'].map(async (id) => {
          const failure = await asked(conversation, 'state', `/state/${id}`).then(() => undefined, asFailure);
          return { id, state: failure === undefined ? ('reachable' as const) : ('unknown' as const) };
        }),
      );
      return { peers: goodPart(states), trunks: goodPart([]) };
    };
    const { target, transport, rounds } = setUp(({ path }) => ({ status: path === '/state/2' ? 401 : 200 }), rows);
    await rounds(100);
    expect(transport.count('login')).toBe(2);
    expect(transport.requests.filter(({ path }) => path === '/state/3')).toHaveLength(100);
    expect(transport.requests.filter(({ path }) => path === '/state/2').length).toBeLessThan(12);
    expect(target.record.retained.peers?.value.map(({ state }) => state)).toEqual([
      'reachable',
      'unknown',
      'reachable',
    ]);
  });

  test('a session that is really gone is still replaced, also while another call is held back', async () => {
    const known = new Set<string>();
    let issued = 0;
    const { target, transport, rounds } = setUp(
      ({ call, headers }) => {
        if (call === 'trunks') return { status: 401 };
        return { status: known.has(headers?.['token'] ?? '') ? 200 : 401 };
      },
      lists(['peers', 'trunks']),
    );
    const { behaviour } = transport;
    transport.behaviour = (request, signal) => {
      if (request.call === 'login') known.add(`token-${(issued += 1)}`);
      return behaviour(request, signal);
    };
    await rounds(10);
    expect(issued).toBe(2);
    known.clear();
    await rounds(10);
    expect(target.record.collectors.peers).toEqual({ success: true });
    expect(issued).toBe(3);
  });
});

describe('an auxiliary call', () => {
  const refusals = [401, 403, 404] as const;

  test.each(refusals)('that is refused with %s costs no login, and is asked once an hour', async (status) => {
    const { target, transport, rounds } = setUp(({ call }) => ({ status: call === 'names' ? status : 200 }), withNames);
    await rounds(2 * 60 * 5);
    expect(transport.count('login')).toBe(1);
    expect(transport.count('names')).toBeLessThanOrEqual(6);
    expect(transport.count('names')).toBeGreaterThanOrEqual(5);
    expect(target.record.collectors).toEqual({ peers: { success: true }, trunks: { success: true } });
    expect(target.record.suspendedUntilWall).toBe(0);
  });

  test('that breaks is asked in every round', async () => {
    const { transport, rounds } = setUp(({ call }) => ({ status: call === 'names' ? 500 : 200 }), withNames);
    await rounds(10);
    expect(transport.count('names')).toBe(10);
    expect(transport.count('login')).toBe(1);
  });

  test('that hangs leaves three quarters of the round to the others, and is asked ever more rarely', async () => {
    const { target, transport, clock } = setUp(
      ({ call }, signal) => (call === 'names' ? untilAborted(signal) : {}),
      withNames,
    );
    const round = target.poll();
    await transport.sent('names');
    clock.advance(4_999);
    expect(transport.count('peers')).toBe(0);
    clock.advance(1);
    await round;
    expect(target.record.collectors).toEqual({ peers: { success: true }, trunks: { success: true } });
    expect(target.record.counters.requests['names']).toEqual({ timeout: 1 });
    clock.advance(30_000);
    const second = target.poll();
    await transport.sent('names');
    clock.advance(5_000);
    await second;
    clock.advance(25_000);
    await target.poll();
    expect(transport.count('names')).toBe(2);
  });

  test('many that hang in one round cost a quarter of it together', async () => {
    const details: Driver['collect'] = async (conversation) => {
      for (const id of ['1', '2', '3', '4']) await asked(conversation, 'names', `/names/${id}`).catch(asFailure);
      return lists(['peers', 'trunks'])(conversation);
    };
    const { target, transport, clock } = setUp(
      ({ call }, signal) => (call === 'names' ? untilAborted(signal) : {}),
      details,
    );
    const round = target.poll();
    await transport.sent('names');
    clock.advance(5_000);
    await round;
    expect(transport.count('names')).toBe(1);
    expect(target.record.up).toBe(true);
  });

  test('that is refused row by row is given up as a whole after three in a row', async () => {
    const details: Driver['collect'] = async (conversation) => {
      for (let id = 0; id < 50; id += 1) await asked(conversation, 'names', `/names/${id}`).catch(asFailure);
      return lists(['peers', 'trunks'])(conversation);
    };
    const { transport, rounds } = setUp(({ call }) => ({ status: call === 'names' ? 403 : 200 }), details);
    await rounds(10);
    expect(transport.count('names')).toBe(3);
  });

  test('that lost a session which was really gone is asked again with the next one', async () => {
    const pbx = { gone: false };
    const { target, transport, rounds } = setUp(
      ({ headers }) => ({ status: pbx.gone && headers?.['token'] === 'token-1' ? 401 : 200 }),
      withNames,
    );
    await rounds(1);
    pbx.gone = true;
    await rounds(2);
    expect(transport.count('login')).toBe(2);
    expect(transport.count('names')).toBe(3);
    expect(target.record.missing).toEqual([]);
  });

  test('what is missing is in the record, told once in the log, and told again when it is back', async () => {
    let status = 403;
    const { target, clock, rounds, lines } = setUp(
      ({ call }) => ({ status: call === 'names' ? status : 200 }),
      withNames,
    );
    await rounds(5);
    expect(target.record.missing).toEqual([{ call: 'names', reason: 'forbidden', detail: 'right missing' }]);
    expect(lines.filter((line) => line === 'auxiliary call failed names')).toHaveLength(1);
    status = 200;
    clock.advance(60 * minute);
    await rounds(1);
    expect(target.record.missing).toEqual([]);
    expect(lines.filter((line) => line === 'auxiliary call works again names')).toHaveLength(1);
  });
});
