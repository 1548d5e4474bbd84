import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { yeastarK2, yeastarS } from '../../../src/drivers/yeastar-s-k2/index.ts';
import { yeastarP } from '../../../src/drivers/yeastar-p/index.ts';
import type { SimulatorRequest } from '../../../src/simulator/kit/request.ts';
import { setExtension } from '../../../src/simulator/kit/world.ts';
import { answerWith, both, keepingLog, setUp } from './support.ts';

const everything = [...yeastarS.collectors];
const queues = ['6001', '6002'];

describe.each(both)('%s', (_name, family) => {
  const versions = ['v1.1.0', 'v2.0.0'];

  test.each(versions)('%s: everything is read, and no request that answers with passwords is sent', async (version) => {
    const options = { api_version: version, queues };
    const { bench, simulator } = await setUp(family, { options, collect: everything });
    const record = await bench.rounds(3);
    expect(Object.values(record.collectors)).toEqual(everything.map(() => ({ success: true })));
    const asked = Object.keys(simulator.ledger.requests);
    for (const secretive of ['extension/query', 'siptrunk/query', 'trunk/query_siptrunk', 'queue/query'])
      expect(asked).not.toContain(secretive);
    expect(family.requests.map(({ path }) => path.replace('/api/{version}/', ''))).not.toContain('extension/query');
  });

  test.each(versions)('%s: a phone in a call can be reached', async (version) => {
    const { bench, simulator } = await setUp(family, { options: { api_version: version } });
    for (const call of ['idle', 'ringing', 'talking', 'on-hold'] as const) {
      setExtension(simulator.world, '1001', { call });
      const record = await bench.rounds(1);
      const peer = record.retained.peers?.value.find(({ id }) => id === '1001');
      expect(peer).toMatchObject({ state: 'reachable', inCall: call !== 'idle' });
      expect(record.counters.peerReachableChanges.get('1001')).toBe(0);
    }
  });

  test('there is no roundtrip, contact or registration series, not even with a value that means nothing', async () => {
    const { bench } = await setUp(family, { collect: everything, options: { queues } });
    await bench.poll();
    expect(await bench.page()).not.toMatch(/pbx_(peer|trunk)_roundtrip|pbx_peer_contacts|pbx_peer_registered/);
  });

  test('numbers as numbers, words in lower case, another word for failure: the same page', async () => {
    const plain = await setUp(family, { collect: everything, options: { api_version: 'v1.1.0', queues } });
    const odd = await setUp(
      family,
      { collect: everything, options: { api_version: 'v1.1.0', queues } },
      { switches: { numericTypes: true, lowerCase: true, failureWord: 'Failure', omitEmpty: true } },
    );
    await plain.bench.poll();
    await odd.bench.poll();
    const withoutRawState = (page: string): string => page.replaceAll(/,raw_state="[^"]*"/g, '');
    expect(withoutRawState(await odd.bench.golden())).toBe(withoutRawState(await plain.bench.golden()));
  });
});

describe('words that nobody knows', () => {
  test('are counted in every round, kept as unknown, and logged once', async () => {
    const log = keepingLog();
    const { bench, simulator } = await setUp(yeastarS, { log });
    simulator.switches.extensionWords.set('1001', 'Daydreaming').set('1004', undefined);
    simulator.switches.trunkWords.set('northline', 'Contemplating');
    const record = await bench.rounds(3);
    expect(record.counters.rowsSkipped).toEqual({ peers: { unknown_state: 6 }, trunks: { unknown_state: 3 } });
    const page = await bench.page();
    expect(page).not.toMatch(/pbx_peer_reachable\{pbx="test",peer="100[14]"|pbx_trunk_up\{[^}]*northline/);
    expect(page).toContain('raw_state="Contemplating"');
    const logged = log.lines.filter(([message]) => message === 'unknown status word');
    expect(logged.map(([, fields]) => fields)).toEqual(
      expect.arrayContaining([
        { list: 'extensions', word: 'Daydreaming' },
        { list: 'trunks', word: 'Contemplating' },
      ]),
    );
    expect(logged).toHaveLength(3);
  });
});

describe('lists', () => {
  test.each(['list', 'null', 'text', 'object'] as const)(
    'of trunks and calls that are empty, written as %s, are empty',
    async (emptyAs) => {
      const options = { trunks: 0, switches: { emptyAs } };
      const { bench, simulator } = await setUp(yeastarS, { collect: ['peers', 'trunks', 'calls'] }, options);
      simulator.world.calls.length = 0;
      const good = { success: true };
      expect((await bench.poll()).collectors).toEqual({ peers: good, trunks: good, calls: good });
      simulator.world.extensions.length = 0;
      const { collectors } = await bench.rounds(1);
      // Every PBX has extensions, so only an explicit empty list is accepted.
      expect(collectors.peers?.success).toBe(emptyAs === 'list');
    },
  );

  test('with a raw control character in a name are read whole', async () => {
    const { bench, simulator } = await setUp(yeastarS);
    await simulator.faults.set(
      { kind: 'altered-body', alter: (body) => body.replace('"username":"', '"username":"\u0007\t') },
      { call: 'extensionlist/query' },
    );
    const record = await bench.poll();
    expect(record.collectors.peers).toEqual({ success: true });
    expect(record.retained.peers?.value).toHaveLength(6);
  });

  test('of calls: one direction that cannot be read leaves the other', async () => {
    const { bench, simulator } = await setUp(yeastarS, { collect: ['calls'] });
    await simulator.faults.set({ kind: 'status', status: 500, body: '' }, { call: 'outbound/query' });
    const record = await bench.poll();
    expect(record.collectors.calls).toMatchObject({ success: false, reason: 'http_status' });
    expect(Object.keys(record.retained.calls?.value ?? {})).toEqual(['inbound']);
  });

  test('an answer without its list is no empty list: the last good values stay until they are stale', async () => {
    const { bench, simulator } = await setUp(yeastarS);
    await bench.rounds(1);
    await answerWith(simulator, 'trunklist/query', '{"status":"Success"}');
    const record = await bench.rounds(1);
    expect(record.up).toBe(true);
    expect(record.collectors.trunks).toMatchObject({ success: false, reason: 'protocol' });
    expect(await bench.page()).toContain('pbx_trunk_up{pbx="test",trunk="northline"} 1');
    await bench.rounds(3);
    expect(await bench.page()).not.toContain('pbx_trunk');
  });

  test('an empty list is empty', async () => {
    const { bench, simulator } = await setUp(yeastarS);
    await bench.rounds(1);
    simulator.world.trunks = [];
    const record = await bench.rounds(1);
    expect(record.collectors.trunks).toEqual({ success: true });
    expect(await bench.page()).toContain('pbx_trunks{pbx="test",state="registered"} 0');
  });

  test('a number that comes twice is shown once, as the worse of both', async () => {
    const { bench, simulator } = await setUp(yeastarS);
    const extlist = ['Registered', 'Unavailable'].map((status) => ({ extnumber: '1001', status, type: 'SIP' }));
    await answerWith(simulator, 'extensionlist/query', JSON.stringify({ status: 'Success', extlist }));
    await bench.poll();
    expect((await bench.page()).match(/^pbx_peer_reachable\{.*$/gm)).toEqual([
      'pbx_peer_reachable{pbx="test",peer="1001"} 0',
    ]);
  });

  test('thousands of extensions come in one answer', async () => {
    const { bench } = await setUp(yeastarK2, {}, { peers: 3000 });
    expect((await bench.poll()).retained.peers?.value).toHaveLength(3000);
  });
});

describe('what the PBX says of itself', () => {
  test('is asked for at a low rate, while the uptime goes on', async () => {
    const { bench, simulator } = await setUp(yeastarS, { staleAfterMs: 900_000 });
    const first = (await bench.rounds(1)).retained.system?.value.uptimeSeconds ?? 0;
    for (let round = 1; round <= 20; round += 1)
      expect((await bench.rounds(1)).retained.system?.value.uptimeSeconds).toBe(first + round * 30);
    expect(simulator.ledger.requestsOf('deviceinfo/query')).toBe(3);
  });

  test('is never older than values may be', async () => {
    const { bench, simulator } = await setUp(yeastarS, { staleAfterMs: 60_000 });
    await bench.rounds(9);
    expect(simulator.ledger.requestsOf('deviceinfo/query')).toBe(5);
  });

  test('is asked for anew after a restart of the PBX, in the same round', async () => {
    const { bench, simulator, clock } = await setUp(yeastarS, { staleAfterMs: 900_000 });
    await bench.rounds(1);
    simulator.endSessions();
    simulator.world.startedAt = clock.wallTime();
    expect((await bench.rounds(1)).retained.system?.value.uptimeSeconds).toBe(30);
  });

  test('is not remembered where nothing else was answered in the round', async () => {
    const alone = await setUp(yeastarS, { collect: ['system'] });
    await alone.bench.rounds(3);
    expect(alone.simulator.ledger.requestsOf('deviceinfo/query')).toBe(3);
    const { bench, simulator } = await setUp(yeastarS);
    await bench.rounds(1);
    await simulator.faults.set({ kind: 'close' });
    expect((await bench.rounds(1)).collectors.system).toMatchObject({ success: false });
  });
});

describe('calls and queues', () => {
  const startedAt = 0;
  const call = { from: 'outside', to: '1001', startedAt, state: 'talking' } as const;

  test.each(['v1.0.0', 'v2.0.0'])(
    '%s: inbound and outbound calls; internal ones are in neither list',
    async (version) => {
      const options = { api_version: version };
      const { bench, simulator } = await setUp(yeastarS, { options, collect: ['calls'] });
      expect((await bench.rounds(1)).retained.calls?.value).toEqual({ inbound: 0, outbound: 0 });
      for (const [id, direction] of [
        ['a', 'inbound'],
        ['b', 'inbound'],
        ['c', 'outbound'],
        ['d', 'internal'],
      ] as const)
        simulator.world.calls.push({ ...call, id, direction });
      expect((await bench.rounds(1)).retained.calls?.value).toEqual({ inbound: 2, outbound: 1 });
    },
  );

  test('no phone number of a call gets onto the page', async () => {
    const { bench, simulator } = await setUp(yeastarS, {
      collect: everything,
      options: { api_version: 'v1.1.0', queues },
    });
    simulator.world.calls.push({ ...call, id: 'a', direction: 'inbound', from: '0049-made-up' });
    await bench.poll();
    expect(await bench.page()).not.toContain('made-up');
  });

  test('queues that nobody named are a configuration error of that collector only', async () => {
    const { bench } = await setUp(yeastarS, { collect: ['peers', 'queues'] });
    const record = await bench.poll();
    expect(record.up).toBe(true);
    expect(record.collectors.queues).toMatchObject({
      reason: 'config',
      detail: expect.stringContaining('options.queues'),
    });
  });

  test('a queue that was deleted is named, the others are shown', async () => {
    const options = { api_version: 'v1.1.0', queues: ['6001', '6999'] };
    const { bench } = await setUp(yeastarS, { collect: ['peers', 'queues'], options });
    const record = await bench.poll();
    expect(record.collectors.queues).toMatchObject({ success: false, reason: 'config' });
    expect(record.collectors.queues?.detail).toContain('queue 6999');
    expect(record.retained.queues?.value.map(({ id }) => id)).toEqual(['6001']);
  });

  test('v1.0.x has no queue status: said so, and the rest is read', async () => {
    const { bench } = await setUp(yeastarS, { collect: ['peers', 'queues'], options: { queues } });
    const record = await bench.poll();
    expect(record.collectors).toMatchObject({
      peers: { success: true },
      queues: { reason: 'config', detail: expect.stringContaining('options.api_version') },
    });
  });
});

describe('event reports', () => {
  test('to a port where nobody listens disturb no round', async () => {
    // A port that was free a moment ago may belong to another test by now, whose server would accept the report.
    const options = { report_port: 9 };
    const { bench, simulator, clock } = await setUp(yeastarS, { options }, { switches: { reports: true } });
    await bench.rounds(1);
    await simulator.reportExtension('1001');
    clock.advance(5_000);
    await expect.poll(() => simulator.reporter.posted).toBe(2);
    expect((await bench.rounds(3)).up).toBe(true);
  });
});

test('requests are POSTs of JSON on connections of their own, and only paths of the chosen version', async () => {
  const options = { api_version: 'v1.1.0', queues };
  const { bench, simulator } = await setUp(yeastarS, { collect: everything, options });
  const seen: SimulatorRequest[] = [];
  const matches = (request: SimulatorRequest): boolean => seen.push(request) === 0;
  await simulator.faults.set({ kind: 'close' }, { matches });
  await bench.poll();
  await bench.target.stop();
  expect(seen).toHaveLength(9);
  expect(simulator.ledger.connectionsAccepted).toBe(9);
  for (const { method, headers, path, body } of seen) {
    expect(method).toBe('POST');
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect(path).toMatch(/^\/api\/v1\.1\.0\//);
    expect(JSON.parse(body)).toBeTypeOf('object');
  }
});

describe('configuration', () => {
  test.each([yeastarS, yeastarK2, yeastarP])('the page of $name names every option', ({ name, options }) => {
    const page = readFileSync(new URL(`../../../docs/families/${name}.md`, import.meta.url), 'utf8');
    expect([...page.matchAll(/^\| `([a-z_]+)` \|/gm)].map(([, option]) => option)).toEqual(
      expect.arrayContaining(Object.keys(options.shape)),
    );
    expect(page).toContain(`family: ${name}`);
  });

  test.each([
    ['https://pbx.example.org:8088', 'https://pbx.example.org:8088/'],
    ['https://pbx.example.org:8088/api', 'https://pbx.example.org:8088/'],
    ['https://pbx.example.org:8088/api/v1.1.0/', 'https://pbx.example.org:8088/'],
    ['https://proxy.example.org/branch-7/api/v1.0.0', 'https://proxy.example.org/branch-7'],
    ['https://proxy.example.org/apiary', 'https://proxy.example.org/apiary'],
  ])('the base of %s is %s', (url, base) => {
    expect(yeastarS.baseUrl?.(new URL(url)).href).toBe(base);
  });

  test('defaults are those of each model, queues may be numbers, and nonsense is refused', () => {
    const s = yeastarS.options;
    expect(s.parse({})).toEqual({ api_version: 'v1.0.0', report_port: 8260, queues: [] });
    expect(yeastarK2.options.parse({})).toMatchObject({ api_version: 'v1.1.0' });
    expect(s.parse({ queues: [6700, '6700', '0042'] })).toMatchObject({ queues: ['6700', '0042'] });
    for (const bad of [
      { api_version: 'v1.10' },
      { report_port: 0 },
      { report_port: 65_536 },
      { queues: '6700' },
      { queues: [null] },
      { queues: ['67/00'] },
      { queues: [1.5] },
      { report_address: '' },
      { unknown: 1 },
    ])
      expect(s.safeParse(bad).success).toBe(false);
    expect(yeastarK2.options.safeParse({ api_version: 'v1.0.0' }).success).toBe(false);
  });
});
