import { expect, test } from 'vitest';
import { ask } from '../../../simulator/ask.ts';
import { everything, legacyBench, until, withoutPauses } from '../bench.ts';

/** Logs in another client to the same engine, as root; returns a function for its requests. */
async function otherClient(base: URL): Promise<(path: string) => ReturnType<typeof ask>> {
  const { text } = await ask(`${base.href}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'root', password: 'made-up-root-password' }),
  });
  const { token, key } = JSON.parse(text) as { token: string; key: string };
  return (path) => ask(`${base.href}/api/v2/${path}`, { headers: { 'x-access-token': token, 'x-key': key } });
}

test('a console that owes a reply is not asked; the lists fail, what was read before stays until it is stale', async () => {
  const clock = withoutPauses();
  const { bench, simulator } = await legacyBench({ clock, target: { collect: everything } });
  await bench.poll();
  const asked = (): number =>
    ['accounts', 'gateways', 'queues'].reduce((sum, call) => sum + simulator.ledger.requestsOf(call), 0);
  const before = asked();
  simulator.desynchroniseReplies();
  const record = await bench.rounds(1);
  for (const collector of ['peers', 'trunks', 'queues'] as const)
    expect(record.collectors[collector]).toMatchObject({
      success: false,
      reason: 'service_unavailable',
      detail: expect.stringContaining('restart the engine'),
    });
  expect(record).toMatchObject({ up: true, collectors: { system: { success: true }, calls: { success: true } } });
  expect(record.retained.peers?.value).toHaveLength(4);
  await bench.rounds(5);
  expect(await bench.page()).not.toMatch(/pbx_peers|pbx_trunks|pbx_queue/);
  expect(asked()).toBe(before);
  expect(clock.pauses).toBe(6 * 2);
  simulator.endSessions();
  expect((await bench.rounds(2)).collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
});

test('two targets on one engine never show the phones of each other', async () => {
  const clock = withoutPauses();
  const one = await legacyBench({ clock });
  const { simulator } = one;
  const password = 'made-up-other-password';
  simulator.switches.users.push({ username: 'monitor@other.example.net', password, role: 'monitor' });
  const account = { kind: 'password', username: 'monitor@other.example.net', password } as const;
  const url = await simulator.start();
  const other = await legacyBench({ clock, target: { account, identity: { name: 'other' }, url } });
  const bothRounds = async (): Promise<readonly string[][]> => {
    clock.advance(30_000);
    const records = await Promise.all([one.bench.poll(), other.bench.poll()]);
    return records.map(({ retained }) => (retained.peers?.value ?? []).map(({ id }) => id));
  };
  const own = [['1001', '1002', '1003', '0077'], ['2001']];
  expect(await bothRounds()).toEqual(own);
  // The reply to the first list of the next round is lost; the target that requested it waits for its full share of the time.
  simulator.switches.lostReplies = 1;
  const before = simulator.ledger.requestsOf('accounts');
  const hung = bothRounds();
  await until(() => simulator.ledger.requestsOf('accounts') > before && simulator.ledger.requestsInFlight === 1);
  clock.advance(5_000);
  expect(await hung).toEqual(own);
  expect(simulator.ledger.requestsOf('accounts')).toBe(before + 1);
  expect(await bothRounds()).toEqual(own);
  for (const { bench } of [one, other])
    expect(bench.target.record.collectors.peers).toMatchObject({ success: false, reason: 'service_unavailable' });
});

test.each(['3.2', '3.6', '3.11'] as const)(
  'engine %s: the answer to the same question of somebody else is not taken for ours',
  async (release) => {
    const clock = withoutPauses();
    const { bench, simulator } = await legacyBench({ clock, pbx: { release } });
    await bench.poll();
    const other = await otherClient(await simulator.start());
    const before = simulator.ledger.requestsOf('accounts');
    await simulator.faults.set(
      { kind: 'close' },
      { call: 'accounts', matches: () => (simulator.desynchroniseReplies(), false) },
    );
    const round = bench.poll();
    await until(() => simulator.ledger.requestsOf('accounts') > before);
    await simulator.faults.clear();
    // The engine sends each reply to the client that has waited longest, so the reply to this request comes to our target.
    const hung = other('accounts?domain=other.example.net');
    const done = { it: false };
    void round.then(() => (done.it = true));
    // Without columns, that reply looks like ours, and our next request never gets its reply.
    await until(() => done.it || (simulator.ledger.requestsOf('gateways') === 2 && clock.waiting === 2));
    clock.advance(5_000);
    const record = await round;
    expect(record.collectors.peers).toMatchObject({ success: false, reason: 'service_unavailable' });
    expect(record.retained.peers?.value.map(({ id }) => id)).not.toContain('2001');
    await simulator.stop();
    await hung;
  },
);

test('an answer to another question is none, and nothing more is asked in that round', async () => {
  const { bench, simulator } = await legacyBench({ clock: withoutPauses() });
  await bench.poll();
  const other = await otherClient(await simulator.start());
  const before = simulator.ledger.requestsOf('accounts');
  await simulator.faults.set(
    { kind: 'close' },
    { call: 'accounts', matches: () => (simulator.desynchroniseReplies(), false) },
  );
  const round = bench.poll();
  await until(() => simulator.ledger.requestsOf('accounts') > before);
  const gateways = simulator.ledger.requestsOf('gateways');
  const hung = other('gateway');
  const { collectors } = await round;
  expect(collectors.peers).toMatchObject({ success: false, reason: 'protocol' });
  expect(collectors.peers?.detail).toContain('shifted by one');
  expect(collectors.trunks).toMatchObject({ success: false, reason: 'service_unavailable' });
  expect(simulator.ledger.requestsOf('gateways') - gateways).toBe(1);
  await simulator.stop();
  await hung;
});

test('commands that wait for a moment only, as on any busy engine, cost nothing', async () => {
  const clock = withoutPauses();
  const { bench, simulator } = await legacyBench({ clock });
  await bench.poll();
  const busy = { kind: 'altered-body', alter: (body: string) => body.replace('"apiQueue":0', '"apiQueue":2') } as const;
  await simulator.faults.set(busy, { call: 'status', times: 3 });
  const record = await bench.rounds(1);
  expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
  expect(clock.pauses).toBe(2);
});

test('a status that cannot be read costs itself only', async () => {
  const { bench, simulator } = await legacyBench();
  const body = '{"status":"error","info":"/api/v2/status not found."}';
  await simulator.faults.set({ kind: 'status', status: 404, body }, { call: 'status' });
  const { collectors } = await bench.rounds(2);
  expect(collectors).toMatchObject({ peers: { success: true }, trunks: { success: true }, system: { success: false } });
});

test('a console that hangs costs one share of the round: the rest is not asked', async () => {
  const clock = withoutPauses();
  const { bench, simulator } = await legacyBench({ clock, target: { collect: everything } });
  await bench.poll();
  simulator.switches.console = 'hang';
  const startedAt = clock.monotonicTime();
  const round = bench.poll();
  // Two timers: the round, and the request that hangs.
  await until(
    () =>
      simulator.ledger.requestsOf('accounts') === 2 &&
      simulator.ledger.requestsOf('calls') === 2 &&
      clock.waiting === 2,
  );
  clock.advance(5_000);
  const { up, collectors } = await round;
  expect(collectors).toMatchObject({
    peers: { success: false, reason: 'timeout', detail: 'no complete answer within 5 s' },
    trunks: { success: false, reason: 'service_unavailable' },
    queues: { success: false, reason: 'service_unavailable' },
    calls: { success: true },
    system: { success: true },
  });
  expect(up).toBe(true);
  expect(clock.monotonicTime() - startedAt).toBe(5_000);
});

test('an engine that does not know columns is asked for its status once more after the lists', async () => {
  for (const [release, requests] of [
    ['3.7', 5],
    ['3.11', 4],
  ] as const) {
    const { bench, simulator } = await legacyBench({ pbx: { release } });
    await bench.rounds(1);
    const before = simulator.ledger.requestsTotal;
    await bench.rounds(1);
    expect(simulator.ledger.requestsTotal - before).toBe(requests);
  }
});

test('a console that writes its columns in an order of its own proves nothing, and is believed', async () => {
  const { bench, simulator } = await legacyBench();
  const reversed = (body: string): string => {
    const { info } = JSON.parse(body) as { info: Record<string, Record<string, unknown>> };
    const rows = Object.entries(info).map(([id, row]) => [id, Object.fromEntries(Object.entries(row).toReversed())]);
    return JSON.stringify({ status: 'OK', info: Object.fromEntries(rows) });
  };
  await simulator.faults.set({ kind: 'altered-body', alter: reversed }, { call: 'accounts' });
  expect((await bench.rounds(2)).collectors.peers).toEqual({ success: true });
});
