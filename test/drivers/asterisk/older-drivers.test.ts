import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAmi } from '../../../src/drivers/asterisk/ami.ts';
import {
  type OlderPeer,
  readBusyDevices,
  readOlderPeers,
  readOlderRegistrations,
} from '../../../src/drivers/asterisk/older-drivers.ts';
import { tellOlderApart } from '../../../src/drivers/asterisk/older-inventory.ts';
import { peerFromOlder, trunkFromOlder } from '../../../src/drivers/asterisk/older-states.ts';
import { SkipCounter } from '../../../src/drivers/parts.ts';
import type { AsteriskSwitches } from '../../../src/simulator/asterisk/settings.ts';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import { makeContact, setExtension, setTrunk } from '../../../src/simulator/kit/world.ts';
import { peersOf, setUp, trunksOf } from './support.ts';

const technologies: Partial<AsteriskSwitches> = { technologyOf: () => 'sip', trunkTechnologyOf: () => 'sip' };

describe.each([
  ['sip', 16],
  ['iax2', 22],
] as const)('%s on Asterisk %i', (driver, release) => {
  test('phones and trunks in every state', async () => {
    const world = makeWorld({ peers: 8, trunks: 4 });
    setExtension(world, '1001', { state: 'reachable', roundtripMicroseconds: 23_400, call: 'talking' });
    setExtension(world, '1004', { state: 'reachable', roundtripMicroseconds: 2_500_000 });
    setExtension(world, '1006', { contacts: [makeContact('1006', { state: 'unasked' })] });
    const switches = { technologyOf: () => driver, trunkTechnologyOf: () => driver };
    const { bench } = await setUp({ collect: ['peers', 'trunks'] }, { world, release, switches });
    await bench.poll();
    await expect(await bench.golden()).toMatchFileSnapshot(`simulated-${driver}-${release}.prom`);
  });
});

describe('14: two registrations with the same host and user name', () => {
  test('are two trunks, the second one numbered', async () => {
    const world = makeWorld({ peers: 3, trunks: 1 });
    const [trunk] = world.trunks;
    if (trunk === undefined) throw new Error('no trunk');
    world.trunks.push({ ...trunk, id: 2, name: 'twin', state: 'failed' });
    const { bench } = await setUp({}, { world, release: 16, switches: technologies });
    const record = await bench.poll();
    const account = `${trunk.username}@${trunk.host}`;
    expect(trunksOf(record)).toMatchObject({
      [account]: { state: 'registered', kind: 'sip registration', registered: true },
      [`${account}#2`]: { state: 'failed', rawState: 'Failed', registered: false },
    });
    expect(record.counters.rowsSkipped).toEqual({});
  });
});

test('PJSIP, chan_sip and IAX2 side by side: nobody is lost, twins get the name of their driver', async () => {
  const world = makeWorld({ peers: 9, trunks: 3 });
  const [first] = world.extensions;
  if (first === undefined) throw new Error('no extension');
  world.extensions.push({ ...first, name: 'the same number again' });
  const seen = new Set<string>();
  const { bench } = await setUp(
    {},
    {
      world,
      release: 16,
      switches: {
        technologyOf: (extension) =>
          extension.name === 'the same number again' || extension.number === '1002' ? 'sip' : 'pjsip',
        trunkTechnologyOf: (trunk) => (seen.add(trunk.name), trunk.name === 'telvia' ? 'iax2' : 'pjsip'),
      },
    },
  );
  const record = await bench.poll();
  expect(Object.keys(peersOf(record))).toEqual(expect.arrayContaining(['1001', 'SIP/1001', '1002', '1003']));
  expect(Object.values(trunksOf(record)).map(({ kind }) => kind)).toContain('iax2 registration');
  expect(record.counters.rowsSkipped).toEqual({});
});

test('a PBX with chan_sip and without PJSIP is read whole', async () => {
  const { bench, simulator } = await setUp({}, { release: 16, switches: technologies });
  simulator.switches.modules.delete('pjsip');
  const record = await bench.poll();
  expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
  expect(peersOf(record)['1001']).toMatchObject({ state: 'reachable', registered: true, contacts: 1, inCall: false });
});

test('what the PBX says in between is no round trip, and the state word stands still', () => {
  const peers = ['OK (23 ms)', 'LAGGED (2500 ms)', 'UNREACHABLE', 'UNKNOWN', 'Unmonitored', 'OK', 'Dozing'].map(
    (status, index) => ({ driver: 'sip' as const, name: `line${index}`, dynamic: false, address: '192.0.2.1', status }),
  );
  const skipped = new SkipCounter();
  expect(
    peers
      .map((peer) => trunkFromOlder({ peer }, skipped))
      .map(({ state, rawState, roundtripMicroseconds }) => [state, rawState, roundtripMicroseconds]),
  ).toEqual([
    ['reachable', 'OK', 23_000],
    ['reachable', 'LAGGED', 2_500_000],
    ['unreachable', 'UNREACHABLE', undefined],
    ['unknown', 'UNKNOWN', undefined],
    ['unmonitored', 'Unmonitored', undefined],
    ['reachable', 'OK', undefined],
    ['unknown', 'Dozing', undefined],
  ]);
  expect(skipped.counts()).toEqual({ unknown_state: 1 });
});

describe('phones of chan_sip', () => {
  const peer = { driver: 'sip', name: '201', dynamic: true, status: 'UNKNOWN' } as const;
  const at = { ...peer, address: '192.0.2.1' };

  test.each([
    [peer, { state: 'unregistered', registered: false, contacts: 0 }],
    [
      { ...peer, status: 'Unmonitored' },
      { state: 'unregistered', registered: false },
    ],
    [at, { state: 'unknown' }],
    [{ ...at, status: 'Unmonitored' }, { state: 'unknown' }],
    [
      { ...at, status: 'UNREACHABLE' },
      { state: 'unreachable', registered: true, contacts: 1 },
    ],
  ])('%j', (row, expected) => {
    expect(peerFromOlder(row, new Set(), new SkipCounter())).toMatchObject(expected);
  });

  test('are in a call while they have a channel', () => {
    const channels = ['SIP/201-0000001a', 'SIP/20-00000001', 'IAX2/301-77', 'Local/x@y-00000001;1', 'odd'];
    const rows = channels.map((channel) => `Event: CoreShowChannel\r\nChannel: ${channel}\r\n\r\n`).join('');
    const end = `Event: CoreShowChannelsComplete\r\nEventList: Complete\r\nListItems: ${channels.length}\r\n\r\n`;
    const busy = readBusyDevices(parseAmi(`Response: Success\r\n\r\n${rows}${end}`));
    const inCall = (change: Partial<OlderPeer>) => peerFromOlder({ ...at, ...change }, busy, new SkipCounter()).inCall;
    expect([{}, { name: '20' }, { driver: 'iax2', name: '301' } as const].map(inCall)).toEqual([true, true, true]);
    expect([{ name: '2' }, { driver: 'iax2' } as const, { name: '' }].map(inCall)).toEqual([false, false, false]);
  });
});

describe('which peer a registration goes to', () => {
  const peer = { driver: 'sip', name: 'line', dynamic: false, address: '192.0.2.9', status: 'UNREACHABLE' } as const;
  const registration = { driver: 'sip', account: 'u@192.0.2.9', host: '192.0.2.9', state: 'Registered' } as const;

  test('the one at its host: accepted, but silent, is out of service', () => {
    const { trunks, phones } = tellOlderApart([peer], [registration], undefined);
    expect(phones).toEqual([]);
    expect(trunks.map((entry) => trunkFromOlder(entry, new SkipCounter()))).toEqual([
      {
        id: 'u@192.0.2.9',
        state: 'unreachable',
        kind: 'sip registration',
        host: '192.0.2.9',
        rawState: 'Registered',
        registered: true,
      },
    ]);
  });

  test('nobody, where two peers or two registrations share the host', () => {
    const other = { ...registration, account: 'v@192.0.2.9' };
    expect(tellOlderApart([peer], [registration, other], undefined).trunks).toHaveLength(3);
    expect(tellOlderApart([peer, { ...peer, name: 'line2' }], [registration], undefined).trunks).toHaveLength(3);
    expect(tellOlderApart([{ ...peer, driver: 'iax2' }], [registration], undefined).trunks).toHaveLength(2);
  });

  test('trunk_pattern decides about the rest', () => {
    const phone = { ...peer, name: '201', dynamic: true };
    expect(tellOlderApart([peer, phone], [], /^2/u)).toMatchObject({ phones: [{ name: 'line' }], trunks: [{}] });
    expect(tellOlderApart([peer, phone], [], undefined)).toMatchObject({ phones: [{ name: '201' }], trunks: [{}] });
  });
});

test('a provider that refuses is rejected; a state that is not known is unknown and counted', async () => {
  const world = makeWorld({ peers: 1, trunks: 4 });
  setTrunk(world, 'telvia', { state: 'rejected' });
  const { bench, simulator } = await setUp({}, { world, release: 16, switches: technologies });
  await simulator.faults.set(
    { kind: 'altered-body', alter: (body) => body.replace('State: Registered', 'State: Pondering') },
    { call: 'SIPshowregistry' },
  );
  const record = await bench.poll();
  const states = Object.values(trunksOf(record)).map(({ state }) => state);
  expect(states).toEqual(expect.arrayContaining(['rejected', 'unknown']));
  expect(record.counters.rowsSkipped).toEqual({ trunks: { unknown_state: 1 } });
});

test('for any input: as many rows as items', () => {
  const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll(/[\r\n]/g, ''));
  const keys = fc.constantFrom('ObjectName', 'IPaddress', 'Dynamic', 'Status', 'Host', 'Port', 'Username', 'State');
  const rows = fc.array(fc.dictionary(keys, text), { maxLength: 5 });
  const body = (event: string, items: readonly Record<string, string>[]): string =>
    [
      'Response: Success',
      ...items.map(
        (item) =>
          `\r\nEvent: ${event}\r\n${Object.entries(item)
            .map(([k, v]) => `${k}: ${v}\r\n`)
            .join('')}`,
      ),
      `\r\nEvent: ${event}Complete\r\nEventList: Complete\r\nListItems: ${items.length}\r\n\r\n`,
    ].join('\r\n');
  fc.assert(
    fc.property(rows, (items) => {
      const skipped = new SkipCounter();
      const peers = readOlderPeers('sip')(parseAmi(body('PeerEntry', items)));
      const registrations = readOlderRegistrations('iax2')(parseAmi(body('RegistryEntry', items)));
      expect([peers.length, registrations.length]).toEqual([items.length, items.length]);
      const { phones, trunks } = tellOlderApart(peers, registrations, undefined);
      expect(phones.length + trunks.length).toBe(2 * items.length);
      for (const entry of trunks) expect(trunkFromOlder(entry, skipped).state).toBeTypeOf('string');
    }),
    { numRuns: 50 },
  );
});
