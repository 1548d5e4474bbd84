import { describe, expect, test } from 'vitest';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import { makeContact, setExtension, setTrunk } from '../../../src/simulator/kit/world.ts';
import { keepingLog, peersOf, setUp, trunksOf, userWith } from './support.ts';

const answering = (seed: string, roundtripMicroseconds: number) => makeContact(seed, { roundtripMicroseconds });

test.each([16, 22] as const)('the shapes of FreePBX and Issabel on Asterisk %i', async (release) => {
  const world = makeWorld({ peers: 5, trunks: 5 });
  setExtension(world, '1003', { contacts: [] });
  const { bench } = await setUp(
    { collect: ['peers', 'trunks'], options: { trunk_pattern: '^(northline|bluewire|skyvoice|inbound)' } },
    {
      world,
      release,
      switches: {
        moreAors: new Map([['1003', [{ name: '1003-app', contacts: [answering('33', 7_000)] }]]]),
        bareEndpoints: new Map([
          ['anonymous', 0],
          ['dpma_endpoint', 0],
          ['inbound-carrier', 0],
        ]),
        neverQualified: new Set(['1002', 'bluewire']),
        wizards: new Map([['northline', ['registered', 'rejected']]]),
      },
    },
  );
  await bench.poll();
  await expect(await bench.golden()).toMatchFileSnapshot(`simulated-shapes-${release}.prom`);
});

describe('an endpoint with several addresses of record', () => {
  const app = (...contacts: Parameters<typeof makeContact>[1][]) =>
    new Map([['1001', [{ name: '1001-app', contacts: contacts.map((one, index) => makeContact(`5${index}`, one)) }]]]);

  test('is as good as the best contact of any of them, and its contacts add up', async () => {
    const { bench, simulator } = await setUp(
      {},
      { switches: { moreAors: app({ roundtripMicroseconds: 7_000 }, { state: 'unreachable' }) } },
    );
    setExtension(simulator.world, '1001', { contacts: [] });
    expect(peersOf(await bench.poll())['1001']).toMatchObject({
      state: 'reachable',
      registered: true,
      contacts: 2,
      roundtripMicroseconds: 7_000,
    });
    setExtension(simulator.world, '1001', { contacts: [answering('10', 3_000)] });
    expect(peersOf(await bench.rounds(1))['1001']).toMatchObject({ contacts: 3, roundtripMicroseconds: 3_000 });
  });

  test('is unregistered only where all of them are empty', async () => {
    const { bench, simulator } = await setUp({}, { switches: { moreAors: app() } });
    setExtension(simulator.world, '1001', { contacts: [] });
    expect(peersOf(await bench.poll())['1001']).toMatchObject({ state: 'unregistered', contacts: 0 });
  });

  test('as a trunk: the backup that answers keeps it up', async () => {
    const backup = makeContact('9', { static: true, roundtripMicroseconds: 4_000 });
    const { bench, simulator } = await setUp(
      {},
      { switches: { moreAors: new Map([['bluewire', [{ name: 'bluewire-backup', contacts: [backup] }]]]) } },
    );
    setTrunk(simulator.world, 'bluewire', { state: 'unreachable' });
    expect(trunksOf(await bench.poll())['bluewire']).toMatchObject({
      state: 'reachable',
      roundtripMicroseconds: 4_000,
    });
    expect(await bench.page()).toContain('pbx_trunk_up{pbx="test",trunk="bluewire"} 1\n');
  });
});

describe('an endpoint without an address of record', () => {
  const bare = (channels = 0) => ({
    bareEndpoints: new Map([
      ['anonymous', 0],
      ['inbound', channels],
    ]),
  });

  test('is neither phone nor trunk, nor a skipped row, and is told once', async () => {
    const { log, lines } = keepingLog();
    const { bench } = await setUp({ log }, { switches: bare() });
    const record = await bench.rounds(5);
    expect({ ...peersOf(record), ...trunksOf(record) }).not.toHaveProperty('anonymous');
    expect(record.counters.rowsSkipped).toEqual({});
    expect(await bench.page()).not.toContain('anonymous');
    expect(lines.filter((line) => line.includes('address of record'))).toEqual([
      'debug endpoints without an address of record are neither phones nor trunks {"endpoints":"anonymous, inbound"}',
    ]);
  });

  test('that trunk_pattern names is a trunk that nobody checks, without a registered series', async () => {
    const { bench } = await setUp({ options: { trunk_pattern: '^inb' } }, { switches: bare() });
    const record = await bench.poll();
    expect(trunksOf(record)['inbound']).toEqual({ id: 'inbound', kind: 'pjsip endpoint', state: 'unmonitored' });
    const page = await bench.page();
    expect(page).toContain('pbx_trunk_up{pbx="test",trunk="inbound"} 1\n');
    expect(page).not.toContain('pbx_trunk_registered{pbx="test",trunk="inbound"}');
    expect(peersOf(record)).not.toHaveProperty('anonymous');
  });

  test.each([16, 22] as const)(
    'is a trunk of Asterisk %i from its first call on, while it talks and after',
    async (release) => {
      const { bench, simulator } = await setUp({}, { release, switches: bare() });
      expect(trunksOf(await bench.rounds(1))).not.toHaveProperty('inbound');
      simulator.switches.bareEndpoints.set('inbound', 2);
      const talking = trunksOf(await bench.rounds(1))['inbound'];
      expect(talking).toMatchObject({ state: 'unmonitored' });
      simulator.switches.bareEndpoints.set('inbound', 0);
      expect(trunksOf(await bench.rounds(3))['inbound']).toEqual(talking);
    },
  );

  test('that a registration names belongs to it', async () => {
    const { bench, simulator } = await setUp({}, { switches: bare() });
    await simulator.faults.set(
      { kind: 'altered-body', alter: (body) => body.replace('Endpoint: northline', 'Endpoint: inbound') },
      { call: 'PJSIPShowRegistrationsOutbound' },
    );
    const trunks = trunksOf(await bench.poll());
    expect(trunks['northline']).toMatchObject({ state: 'registered', registered: true });
    expect(trunks).not.toHaveProperty('inbound');
  });
});

describe('a trunk of the wizard', () => {
  test.each([
    [['registered'], { state: 'registered', registered: true }],
    [['registered', 'rejected', 'registered'], { state: 'rejected', rawState: 'Rejected', registered: false }],
    [['unregistered', 'registered'], { state: 'unregistered', registered: false }],
    [['unknown', 'registered'], { state: 'unknown', rawState: '' }],
  ] as const)('with the registrations %j is one row, under its own name', async (states, expected) => {
    const { bench } = await setUp({}, { switches: { wizards: new Map([['northline', states]]) } });
    const trunks = trunksOf(await bench.poll());
    expect(trunks['northline']).toMatchObject(expected);
    expect(Object.keys(trunks).filter((name) => name.startsWith('northline'))).toEqual(['northline']);
  });

  test('whose provider does not answer is out of service', async () => {
    const { bench, simulator } = await setUp({}, { switches: { wizards: new Map([['northline', ['registered']]]) } });
    setTrunk(simulator.world, 'northline', { state: 'unreachable' });
    expect(trunksOf(await bench.poll())['northline']).toMatchObject({ state: 'unreachable', rawState: 'Registered' });
  });

  test('is none where an endpoint bears the name of the registration', async () => {
    const { bench } = await setUp(
      {},
      {
        switches: {
          wizards: new Map([['northline', ['registered']]]),
          bareEndpoints: new Map([['northline-reg-0', 0]]),
        },
      },
    );
    expect(Object.keys(trunksOf(await bench.poll()))).toEqual(expect.arrayContaining(['northline-reg-0', 'northline']));
  });

  test('is one row also to a user without "system"', async () => {
    const { bench } = await setUp(
      {},
      { switches: { users: userWith(['reporting']), wizards: new Map([['northline', ['registered']]]) } },
    );
    const record = await bench.poll();
    expect(trunksOf(record)['northline']).toMatchObject({ state: 'registered' });
    expect(peersOf(record)).not.toHaveProperty('northline');
  });
});

describe('what nobody checks', () => {
  test('is reachable where a device registered it: registered, counted, without a roundtrip', async () => {
    const { bench } = await setUp({}, { switches: { neverQualified: new Set(['1001', '1002']) } });
    expect(peersOf(await bench.poll())).toMatchObject({
      1001: { state: 'reachable', registered: true, contacts: 1 },
      1002: { state: 'reachable', registered: true, contacts: 1 },
    });
    expect(await bench.page()).not.toMatch(/roundtrip_microseconds\{pbx="test",peer="100[12]"/u);
  });

  test('is reachable where its address is configured, without a registered series', async () => {
    const { bench, simulator } = await setUp({}, { switches: { neverQualified: new Set(['1001']) } });
    setExtension(simulator.world, '1001', { contacts: [makeContact('1001', { static: true })] });
    expect(peersOf(await bench.poll())['1001']).toEqual({
      id: '1001',
      maintenance: false,
      state: 'reachable',
      inCall: false,
    });
  });
});
