import { describe, expect, test } from 'vitest';
import { yeastarP } from '../../../src/drivers/yeastar-p/index.ts';
import { setUp } from './support.ts';

describe('pages', () => {
  test('a list is read to its end, 500 rows at a time', async () => {
    const { bench, simulator } = await setUp({}, { peers: 1234 });
    const record = await bench.poll();
    expect(new Set(record.retained.peers?.value.map(({ id }) => id)).size).toBe(1234);
    expect(simulator.ledger.requestsOf('extension/list')).toBe(3);
  });

  test('a PBX that gives smaller pages than were asked for is read to the end all the same', async () => {
    const { bench, simulator } = await setUp({}, { peers: 45, switches: { largestPage: 20 } });
    expect((await bench.poll()).retained.peers?.value).toHaveLength(45);
    expect(simulator.ledger.requestsOf('extension/list')).toBe(3);
  });

  test('a PBX that gives the first page for ever is a partial read, not an endless one', async () => {
    const { bench, simulator } = await setUp({}, { peers: 45, switches: { largestPage: 20, ignorePage: true } });
    const record = await bench.poll();
    expect(record.collectors.peers).toMatchObject({ success: false, reason: 'protocol' });
    expect(record.collectors.peers?.detail).toContain('20 rows where it announced 45');
    expect(record.retained.peers?.value).toHaveLength(20);
    expect(simulator.ledger.requestsOf('extension/list')).toBe(2);
  });

  test('a list shorter than its own count is a partial read', async () => {
    const { bench } = await setUp({}, { switches: { missingRows: 1 } });
    const record = await bench.poll();
    expect(record.collectors.trunks).toMatchObject({ success: false, reason: 'protocol' });
    expect(await bench.page()).toContain('pbx_trunk_up{pbx="test",trunk="1"} 1');
  });

  test('no trunks at all is an empty list', async () => {
    const { bench } = await setUp({}, { trunks: 0 });
    expect((await bench.poll()).collectors.trunks).toEqual({ success: true });
    expect(await bench.page()).toContain('pbx_trunks{pbx="test",state="registered"} 0');
  });
});

describe('DATA NOT FOUND', () => {
  test.each(['number', 'skeleton', 'bare'] as const)(
    'as %s where there are no trunks and queues is an empty list',
    async (emptyList) => {
      const { bench, simulator } = await setUp(
        { collect: ['trunks', 'queues'] },
        { trunks: 0, switches: { emptyList } },
      );
      simulator.world.queues.length = 0;
      const record = await bench.rounds(3);
      expect(record.collectors).toEqual({ trunks: { success: true }, queues: { success: true } });
      expect(record.retained.trunks?.value).toEqual([]);
    },
  );

  test('without a word about how many is no empty list of extensions: no PBX is without', async () => {
    const { bench, simulator } = await setUp({}, { switches: { emptyList: 'bare' } });
    simulator.world.extensions.length = 0;
    expect((await bench.poll()).collectors.peers).toMatchObject({ success: false, reason: 'protocol' });
    simulator.switches.emptyList = 'number';
    expect((await bench.rounds(1)).collectors.peers).toEqual({ success: true });
  });

  test('without a word about how many, right after there were trunks, is doubted for an hour', async () => {
    const { bench, simulator, clock } = await setUp();
    await bench.poll();
    simulator.switches.callErrors.set('trunk/list', 60001);
    expect((await bench.rounds(1)).collectors.trunks).toMatchObject({ success: false, reason: 'protocol' });
    clock.advance(60 * 60_000);
    expect((await bench.rounds(1)).collectors.trunks).toEqual({ success: true });
  });

  test('on a later page leaves what was read, as a partial read', async () => {
    const switches = { largestPage: 20, missingRows: 5, pastEndNotFound: true };
    const { bench } = await setUp({}, { peers: 25, trunks: 9, switches });
    const record = await bench.poll();
    expect(record.collectors.peers).toMatchObject({ success: false, reason: 'protocol' });
    expect(record.collectors.peers?.detail).toContain('the list ends after 20 rows');
    expect(record.retained.peers?.value).toHaveLength(20);
  });
});

test('where 500 rows a page are refused, 100 are asked for, and 500 never again', async () => {
  const { bench, simulator } = await setUp({}, { peers: 250, switches: { mostAsked: 100 } });
  const record = await bench.poll();
  expect(record.retained.peers?.value).toHaveLength(250);
  expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
  const before = simulator.ledger.requestsOf('extension/list');
  await bench.rounds(1);
  expect(simulator.ledger.requestsOf('extension/list') - before).toBe(3);
});

test('one direction of calls, or the agents of one queue, that cannot be read leave the others', async () => {
  const { bench, simulator } = await setUp({ collect: ['calls', 'queues'] });
  await simulator.faults.set(
    { kind: 'status', status: 500, body: '' },
    { matches: ({ query }) => query.get('type') === 'outbound' },
  );
  simulator.switches.callErrors.set('queue/agent_status', -2);
  const record = await bench.poll();
  expect(record.collectors.calls).toMatchObject({ success: false, reason: 'http_status' });
  expect(record.collectors.calls?.detail).toContain('outbound calls');
  expect(Object.keys(record.retained.calls?.value ?? {})).toEqual(['inbound', 'internal']);
  expect(record.collectors.queues).toMatchObject({ success: false, reason: 'service_unavailable' });
  const [queue] = record.retained.queues?.value ?? [];
  expect(queue).toHaveProperty('waitingCallers');
  expect(queue).not.toHaveProperty('agents');
});

describe('what is forbidden or missing', () => {
  test('costs its collector only', async () => {
    const { bench, simulator } = await setUp({ collect: [...yeastarP.collectors] });
    simulator.switches.callErrors.set('trunk/list', 10005).set('call/query', 10009).set('queue/list', 10001);
    const record = await bench.poll();
    expect(record.up).toBe(true);
    expect(record.collectors).toMatchObject({
      peers: { success: true },
      trunks: { reason: 'forbidden' },
      calls: { reason: 'forbidden' },
      queues: { reason: 'config' },
      system: { success: true },
    });
    expect(simulator.ledger.loginsGood).toBe(1);
  });
});

describe('calls and queues', () => {
  test('calls in all three directions; none at all is 0 although the PBX calls it "not found"', async () => {
    const { bench, simulator } = await setUp({ collect: ['calls'] });
    expect((await bench.poll()).retained.calls?.value).toEqual({ inbound: 0, outbound: 0, internal: 0 });
    const call = { from: 'a', to: 'b', startedAt: 0, state: 'ringing' } as const;
    simulator.world.calls.push(
      { ...call, id: '1', direction: 'internal' },
      { ...call, id: '2', direction: 'outbound' },
    );
    expect((await bench.rounds(1)).retained.calls?.value).toEqual({ inbound: 0, outbound: 1, internal: 1 });
  });

  test('all queues, or those that are named; one that is not there is named in turn', async () => {
    const all = await setUp({ collect: ['queues'] });
    expect((await all.bench.poll()).retained.queues?.value.map(({ id }) => id)).toEqual(['6001', '6002']);
    const some = await setUp({ collect: ['queues'], options: { queues: [6002, '6999'] } });
    const record = await some.bench.poll();
    expect(record.retained.queues?.value.map(({ id }) => id)).toEqual(['6002']);
    expect(record.collectors.queues).toMatchObject({ reason: 'config', detail: expect.stringContaining('6999') });
  });

  test('an idle queue that is "not found" has no callers waiting', async () => {
    const { bench, simulator } = await setUp({ collect: ['queues'] });
    for (const queue of simulator.world.queues) queue.waitingCallers = 0;
    const record = await bench.poll();
    expect(record.collectors.queues).toEqual({ success: true });
    expect(record.retained.queues?.value.map(({ waitingCallers }) => waitingCallers)).toEqual([0, 0]);
  });

  test('what of one queue cannot be read leaves the rest of it and the others', async () => {
    const { bench, simulator } = await setUp({ collect: ['peers', 'queues'] });
    const isFirst = { call: 'queue/agent_status', times: 1 };
    await simulator.faults.set({ kind: 'html', status: 200 }, isFirst);
    const record = await bench.poll();
    expect(record.collectors.queues).toMatchObject({ success: false, reason: 'protocol' });
    expect(record.retained.queues?.value.map(({ id }) => id)).toEqual(['6001', '6002']);
    expect(record.retained.queues?.value[0]).not.toHaveProperty('agents');
  });
});

test('addresses of phones never get onto the page', async () => {
  const { bench } = await setUp({ collect: [...yeastarP.collectors] });
  await bench.poll();
  expect(await bench.page()).not.toMatch(/\b192\.0\.2\./);
  expect(await bench.page()).not.toContain('roundtrip');
});

test.each([
  ['https://pbx.example.org:8088/openapi/v1.0/', 'https://pbx.example.org:8088/'],
  ['https://cloud.example.org', 'https://cloud.example.org/'],
  ['https://proxy.example.org/pbx/openapi', 'https://proxy.example.org/pbx'],
])('the base of %s is %s', (url, base) => {
  expect(yeastarP.baseUrl?.(new URL(url)).href).toBe(base);
});

test('no request of the family can show or change a password', () => {
  for (const { path } of yeastarP.requests) expect(path).not.toMatch(/password|update|create|delete|search|get$/);
});
