import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAmi } from '../../../src/drivers/asterisk/ami-message.ts';
import { readOlderPeers, readOlderRegistrations } from '../../../src/drivers/asterisk/older/lists.ts';
import { olderPhonesAndTrunks } from '../../../src/drivers/asterisk/older/phones-and-trunks.ts';
import { trunkFromOlder } from '../../../src/drivers/asterisk/older/trunks.ts';
import { SkipCounter } from '../../../src/drivers/kit/collectors.ts';
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
      const { phones, trunks } = olderPhonesAndTrunks(peers, registrations, {});
      expect(phones.length + trunks.length).toBe(2 * items.length);
      for (const entry of trunks) expect(trunkFromOlder(entry, { skipped }).state).toBeTypeOf('string');
    }),
    { numRuns: 50 },
  );
});
