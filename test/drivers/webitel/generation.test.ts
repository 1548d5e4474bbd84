import { expect, test } from 'vitest';
import { webitel } from '../../../src/drivers/webitel/index.ts';
import { createModernSimulator } from '../../../src/simulator/webitel/index.ts';
import { legacyBench, modernBench, until } from './bench.ts';
import { smallWorld } from './worlds.ts';

test('the legacy engine is known by its header, or by its words where a proxy takes the header away', async () => {
  for (const hidden of [false, true])
    for (const release of ['3.2', '3.11'] as const) {
      const { bench, simulator } = await legacyBench({ pbx: { release } });
      simulator.switches.hidePoweredBy = hidden;
      expect((await bench.poll()).retained.system?.value.model).toBe('legacy');
    }
});

test('the modern API is known by how it refuses, in both forms of its errors', async () => {
  for (const wrapped of [false, true]) {
    const { bench, simulator } = await modernBench();
    simulator.switches.wrappedErrors = wrapped;
    expect((await bench.poll()).retained.system?.value.model).toBe('modern');
  }
});

test('the flavor is found out once', async () => {
  const { bench, simulator } = await modernBench();
  await bench.rounds(3);
  simulator.endSessions();
  await bench.rounds(1);
  expect(simulator.ledger.requestsOf('other path')).toBe(1);
  // One to detect the generation, one in each round, one to confirm that the session is lost.
  expect(simulator.ledger.requestsOf('userinfo')).toBe(7);
});

test.each(['missing', 'broken'] as const)('the modern API is known also where /userinfo is %s', async (userInfo) => {
  for (const wrapped of [false, true]) {
    const { bench, simulator } = await modernBench();
    simulator.switches.userInfo = userInfo;
    simulator.switches.wrappedErrors = wrapped;
    expect(await bench.poll()).toMatchObject({ up: true, retained: { system: { value: { model: 'modern' } } } });
  }
});

test.each(['html', 'hang'] as const)('both are known where one of their paths answers with %s', async (kind) => {
  for (const [make, call] of [
    [legacyBench, 'whoami'],
    [modernBench, 'userinfo'],
  ] as const) {
    const { bench, simulator, clock } = await make();
    await simulator.faults.set(kind === 'hang' ? { kind } : { kind, status: 500 }, { call, times: 1 });
    const round = bench.poll();
    if (kind === 'hang') {
      await until(() => simulator.ledger.faults['hang'] === 1);
      clock.advance(5_000);
    }
    expect((await round).up).toBe(true);
  }
});

test('a named flavor is not looked for', async () => {
  const { bench, simulator } = await legacyBench({ target: { options: { flavor: 'legacy' } } });
  await bench.poll();
  expect(simulator.ledger.requestsOf('whoami')).toBe(1);
});

test.each(['/', '/wrong'])('a url that ends in "%s" meets the web client: that is said', async (path) => {
  for (const make of [legacyBench, modernBench]) {
    const known = await make();
    const base = await known.simulator.start();
    const { bench } = await make({ target: { url: new URL(path, base) } });
    const { lastRound } = await bench.poll();
    expect(lastRound?.reason).toBe('protocol');
    expect(lastRound?.detail).toContain('/engine (legacy) or /api (modern)');
  }
});

test('the bare engine needs no prefix, and the base of its API is taken as well', async () => {
  const bare = await legacyBench({ pbx: { prefix: '' } });
  expect((await bare.bench.poll()).up).toBe(true);
  const engine = await legacyBench();
  const base = await engine.simulator.start();
  const { bench } = await legacyBench({ target: { url: new URL(`${base.href}/api/v2/`) } });
  expect((await bench.poll()).up).toBe(true);
});

test('another API at the url is a wrong url', async () => {
  const { bench, simulator } = await legacyBench();
  await simulator.faults.set({ kind: 'status', status: 404, body: '{"error":"no such page"}' });
  const record = await bench.rounds(2);
  expect(record.counters.roundFailures).toMatchObject({ config: 1, suspended: 1 });
});

test('a proxy in trouble says nothing about the flavor', async () => {
  const { bench, simulator } = await legacyBench();
  await simulator.faults.set({ kind: 'html', status: 502 });
  expect((await bench.poll()).lastRound?.reason).toBe('service_unavailable');
  await simulator.faults.clear();
  expect((await bench.rounds(2)).up).toBe(true);
});

test('a server error says nothing about the url either', async () => {
  const { bench, simulator } = await modernBench();
  await simulator.faults.set({ kind: 'status', status: 500, body: 'trouble' });
  expect((await bench.poll()).lastRound?.reason).toBe('http_status');
  await simulator.faults.clear();
  expect((await bench.rounds(2)).up).toBe(true);
});

test.each(['legacy', 'modern'] as const)(
  'flavor %s against the other product is a mistake in the configuration',
  async (flavor) => {
    const make = flavor === 'legacy' ? modernBench : legacyBench;
    const { bench, simulator } = await make({ target: { options: { flavor } } });
    const record = await bench.rounds(10);
    expect(record.lastRound).toMatchObject({ reason: 'config' });
    expect(record.lastRound?.detail).toContain('options.flavor');
    expect(simulator.ledger.requestsOf('login')).toBe(1);
  },
);

test('a PBX that is replaced by the other product is found again', async () => {
  const { bench, simulator, clock } = await legacyBench({ pbx: { prefix: 'pbx' } });
  const base = await simulator.start();
  await bench.poll();
  await simulator.stop();
  const modern = createModernSimulator({ clock, world: smallWorld(), prefix: 'pbx', port: Number(base.port) });
  await modern.start();
  const record = await bench.rounds(80);
  expect(record.retained.system?.value.model).toBe('modern');
  await bench.target.stop();
  await modern.stop();
});

test('options are checked', () => {
  expect(webitel.options.safeParse({ flavor: 'v3' }).success).toBe(false);
  expect(webitel.options.safeParse({ page_size: 0 }).success).toBe(false);
  expect(webitel.options.safeParse({ domain: '' }).success).toBe(false);
  expect(webitel.options.parse({})).toEqual({
    flavor: 'auto',
    parked_gateways: 'unregistered',
    page_size: 200,
    record_access: 'check',
  });
});
