import { expect, test } from 'vitest';
import { peerStates, setUp } from '../../drivers/portsip/support.ts';

const all = { collect: ['peers', 'trunks', 'calls', 'system'] } as const;
const status = 'GET /users/{id}/status';

test.each([
  ['users', ['peers']],
  ['trunks', ['trunks']],
  ['company', ['calls', 'system']],
] as const)('a role without the right to %s loses %j only', async (right, lost) => {
  const { bench } = await setUp({ switches: { denied: new Set([right]) } }, all);
  const record = await bench.poll();
  expect(record.up).toBe(true);
  for (const collector of ['peers', 'trunks', 'calls', 'system'] as const) {
    const isLost = lost.some((name) => name === collector);
    expect(record.collectors[collector]).toMatchObject(
      isLost ? { success: false, reason: 'forbidden' } : { success: true },
    );
  }
});

test('401 for a missing right costs three logins, not one a round', async () => {
  const { bench, simulator } = await setUp({}, all);
  await simulator.faults.set(
    { kind: 'status', status: 401, body: '{"errors":[{"code":"UNAUTHORIZED","message":"no"}]}' },
    { call: 'GET /providers' },
  );
  const record = await bench.rounds(20);
  expect(record.collectors.trunks).toMatchObject({ success: false, reason: 'forbidden' });
  expect(record.collectors.peers?.success).toBe(true);
  expect(simulator.ledger.loginsGood).toBeLessThanOrEqual(3);
  await simulator.faults.clear();
  // By now, the pauses between attempts have grown to sixteen rounds.
  expect((await bench.rounds(16)).collectors.trunks?.success).toBe(true);
});

test('a session that ends between any two requests costs one login and nothing else', async () => {
  const { bench, simulator, clock } = await setUp({ peers: 3, trunks: 2 }, all);
  await bench.poll();
  const before = simulator.ledger.requestsTotal;
  await bench.rounds(1);
  const perRound = simulator.ledger.requestsTotal - before;
  for (let after = 0; after < perRound; after += 1) {
    const logins = simulator.ledger.loginsGood;
    await simulator.faults.set(
      {
        kind: 'altered-body',
        alter: (body) => {
          simulator.endSessions();
          return body;
        },
      },
      { after, times: 1 },
    );
    const record = await bench.rounds(1);
    expect(Object.values(record.collectors).map(({ success }) => success)).toEqual([true, true, true, true]);
    await bench.rounds(1);
    expect(simulator.ledger.loginsGood).toBe(logins + 1);
    // Some time without logins, so that the limit of logins per hour is not reached.
    clock.advance(4 * 60_000);
  }
  expect(simulator.ledger.loginsRefused).toBe(0);
});

test('another user of the same account, where concurrent logins are off, costs at most one login a round', async () => {
  const { bench, simulator } = await setUp({ switches: { concurrentLogins: false } }, all);
  await bench.poll();
  for (let round = 0; round < 5; round += 1) {
    simulator.endSessions();
    expect((await bench.rounds(1)).up).toBe(true);
  }
  expect(simulator.ledger.loginsGood).toBe(6);
});

test('one 500 costs one extension, and its last value stays while it is fresh', async () => {
  const { bench, simulator } = await setUp({}, all);
  await bench.poll();
  await simulator.faults.set({ kind: 'status', status: 500, body: '' }, { call: status, times: 1 });
  const record = await bench.rounds(1);
  expect(record.collectors.peers?.success).toBe(true);
  expect(record.counters.requests['user_status']).toMatchObject({ http_status: 1 });
  expect(Object.values(peerStates(record))).not.toContain('unknown');
});

test('three 5xx in a row end the walk of that round, and what was read stays', async () => {
  const { bench, simulator } = await setUp({ peers: 20 }, all);
  await bench.poll();
  await simulator.faults.set({ kind: 'html', status: 502 }, { call: status });
  const before = simulator.ledger.requestsOf(status);
  const record = await bench.rounds(1);
  expect(record.collectors.peers).toMatchObject({ success: false, reason: 'service_unavailable' });
  expect(record.collectors.trunks?.success).toBe(true);
  expect(simulator.ledger.requestsOf(status) - before).toBeLessThanOrEqual(4);
  expect(Object.values(peerStates(record))).not.toContain('unknown');
});

test('429 stops the round, and nothing is sent until Retry-After is over', async () => {
  const { bench, simulator } = await setUp({}, all);
  await bench.poll();
  await simulator.faults.set(
    { kind: 'status', status: 429, body: '', headers: { 'Retry-After': '70' } },
    { call: status, times: 1 },
  );
  const record = await bench.rounds(1);
  expect(record.collectors.peers).toMatchObject({ success: false, reason: 'rate_limited' });
  expect(record.collectors.trunks?.success).toBe(true);
  const before = simulator.ledger.requestsTotal;
  const paused = await bench.rounds(2);
  expect(paused.lastRound).toMatchObject({ reason: 'rate_limited', detail: expect.stringContaining('waiting 10 s') });
  expect(simulator.ledger.requestsTotal).toBe(before);
  expect((await bench.rounds(1)).up).toBe(true);
});

test('the default budget stays below the limit of the oldest release', async () => {
  const { bench, simulator } = await setUp({ peers: 12, switches: { requestsPerMinute: 1000 } }, all);
  await bench.rounds(20);
  const results = Object.values(bench.target.record.counters.requests).flatMap(Object.keys);
  expect(new Set(results)).toEqual(new Set(['ok']));
  expect(simulator.ledger.requestsOf('POST /users/status/get_many')).toBe(1);
});

test.each(['items', 'list', 'map'] as const)('bulk states as %s: one request for a hundred', async (bulk) => {
  const { bench, simulator } = await setUp({ peers: 20, switches: { bulk } }, all);
  const single = await setUp({ peers: 20 }, all);
  const states = peerStates(await bench.poll());
  expect(states).toEqual(peerStates(await single.bench.poll()));
  await bench.rounds(2);
  expect(simulator.ledger.requestsOf('POST /users/status/get_many')).toBe(3);
  expect(simulator.ledger.requestsOf(status)).toBe(0);
});

test.each<[string, string]>([
  ['an empty object', '{}'],
  ['a list without ids', '[{"status":"ONLINE"},{"status":"OFFLINE"}]'],
  ['words of another kind', '{"items":[{"id":"904417235518029824","status":1}]}'],
  ['a text', '"ok"'],
])('bulk states that are %s: asked for one by one, and not in bulk again for a day', async (_name, body) => {
  const { bench, simulator } = await setUp({ switches: { bulk: 'items' } }, all);
  await simulator.faults.set({ kind: 'status', status: 200, body }, { call: 'POST /users/status/get_many' });
  const record = await bench.poll();
  expect(record.collectors.peers?.success).toBe(true);
  expect(Object.values(peerStates(record))).not.toContain('unknown');
  await bench.rounds(3);
  expect(simulator.ledger.requestsOf('POST /users/status/get_many')).toBe(1);
});

test.each([400, 403, 404, 405, 500, 503])('bulk states with HTTP %i: asked for one by one', async (code) => {
  const { bench, simulator } = await setUp({ switches: { bulk: 'items' } }, all);
  await simulator.faults.set({ kind: 'status', status: code, body: '' }, { call: 'POST /users/status/get_many' });
  const record = await bench.poll();
  expect(record.collectors.peers?.success).toBe(true);
  expect(Object.values(peerStates(record))).not.toContain('unknown');
});

test('a state in bulk that is missing for one extension is asked for alone', async () => {
  const { bench, simulator } = await setUp({ switches: { bulk: 'items', deleted: new Set() } }, all);
  await simulator.faults.set(
    {
      kind: 'altered-body',
      alter: (body) => {
        const { items } = JSON.parse(body) as { items: unknown[] };
        return JSON.stringify({ items: items.slice(1) });
      },
    },
    { call: 'POST /users/status/get_many' },
  );
  const record = await bench.poll();
  expect(Object.values(peerStates(record))).not.toContain('unknown');
  expect(simulator.ledger.requestsOf(status)).toBe(1);
});

test('the tenant that another session has switched to is none of ours', async () => {
  const { bench, simulator } = await setUp({}, all);
  await bench.poll();
  expect(simulator.ledger.requestsOf('POST /tenants/switch')).toBe(0);
  expect(bench.target.record.retained.peers?.value.map(({ id }) => id)).not.toContain('2001');
});

test('a system administrator without a domain gets the totals of the system; extensions are forbidden to him', async () => {
  const account = { kind: 'password', username: 'admin', password: 'made-up-admin-3' } as const;
  const { bench, simulator } = await setUp({}, { ...all, account, options: {} });
  const record = await bench.poll();
  expect(record.up).toBe(true);
  expect(record.retained.system?.value).toMatchObject({ version: '22.3.11.2295', limits: { calls: 100 } });
  expect(record.collectors.peers).toMatchObject({ success: false, reason: 'forbidden' });
  expect(simulator.ledger.requestsOf('GET /admin/status')).toBe(1);
  expect(await bench.page()).not.toContain('made-up-licence');
});
