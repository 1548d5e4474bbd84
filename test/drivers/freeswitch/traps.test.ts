import { describe, expect, test } from 'vitest';
import { freeswitch } from '../../../src/drivers/freeswitch/index.ts';
import { setTrunk } from '../../../src/simulator/kit/world.ts';
import { keepingLog } from '../asterisk/support.ts';
import { peersOf, setUp, trunksOf } from './support.ts';

const domain = 'pbx.example.org';
const minutes = (count: number): number => count * 2;

describe('a profile', () => {
  test('that restarts takes nothing away: both collectors fail, all values stay', async () => {
    const { bench, simulator } = await setUp();
    const before = await bench.poll();
    for (const profile of simulator.switches.profiles) profile.state = 'DOWN';
    const record = await bench.rounds(1);
    expect(record.collectors).toMatchObject({
      peers: { success: false, reason: 'service_unavailable', detail: expect.stringContaining('profile internal') },
      trunks: { success: false, reason: 'service_unavailable' },
      system: { success: true },
    });
    expect(record.up).toBe(true);
    expect(record.retained.peers?.value).toEqual(before.retained.peers?.value);
    expect(record.retained.trunks?.value).toEqual(before.retained.trunks?.value);
    for (const profile of simulator.switches.profiles) profile.state = 'RUNNING';
    expect((await bench.rounds(1)).collectors.peers).toEqual({ success: true });
  });

  test('that is gone is in trouble for 15 minutes, then it was removed', async () => {
    const { bench, simulator } = await setUp({ staleAfterMs: 10 * 60_000 });
    await bench.poll();
    for (const profile of simulator.switches.profiles) if (profile.name === 'external') profile.state = 'STOPPED';
    const soon = await bench.rounds(minutes(9));
    expect(soon.collectors.trunks).toMatchObject({ success: false, reason: 'service_unavailable' });
    expect(soon.retained.trunks?.value).toHaveLength(4);
    const later = await bench.rounds(minutes(6));
    expect(later.collectors.trunks).toEqual({ success: true });
    expect(later.retained.trunks?.value).toEqual([]);
  });

  test('that the configuration names is missed for as long as it is not there', async () => {
    const { bench, simulator } = await setUp({ options: { profiles: ['internal', 'external'] } });
    for (const profile of simulator.switches.profiles) if (profile.name === 'external') profile.state = 'STOPPED';
    const record = await bench.rounds(minutes(20));
    expect(record.collectors.trunks).toMatchObject({ success: false, reason: 'service_unavailable' });
    expect(record.collectors.peers).toMatchObject({
      success: false,
      detail: expect.stringContaining('profile external'),
    });
    expect(Object.keys(peersOf(record))).toContain(`1001@${domain}`);
  });

  test('that the configuration does not name is not read', async () => {
    const { bench, simulator } = await setUp({ options: { profiles: ['external'] } });
    const record = await bench.poll();
    expect(record.retained.peers?.value).toEqual([]);
    expect(record.collectors.peers).toEqual({ success: true });
    expect(simulator.ledger.requestsOf('sofia xmlstatus profile reg')).toBe(1);
  });

  test('whose list fails leaves its phones as they were, also those with a device elsewhere', async () => {
    const { bench, simulator, clock } = await setUp();
    const [first, second] = simulator.world.extensions;
    simulator.switches.profileOf = (extension) => (extension === first ? 'external' : 'internal');
    const silent = { user: `1001@${domain}`, pingStatus: 'Unreachable', pingTime: '32000.53' };
    simulator.switches.moreRegistrations = [{ ...silent, profile: 'internal' }];
    const before = peersOf(await bench.poll());
    expect(before[`1001@${domain}`]).toMatchObject({ state: 'reachable', contacts: 2 });
    await simulator.faults.set(
      { kind: 'cut-body' },
      { matches: ({ rawTarget }) => rawTarget.includes('profile%20external') },
    );
    if (second !== undefined) second.contacts = [];
    clock.advance(30_000);
    const record = await bench.poll();
    expect(record.collectors.peers).toEqual({
      success: false,
      reason: 'protocol',
      detail: 'not read: profile external: the list of registrations is cut off before its end',
    });
    expect(peersOf(record)[`1001@${domain}`]).toEqual(before[`1001@${domain}`]);
  });

  test('with a name that needs quotes is read, one that no command can carry is named', async () => {
    const { bench, simulator } = await setUp();
    simulator.switches.profiles.push({ name: 'büro ost', state: 'RUNNING', aliases: [] });
    simulator.switches.moreRegistrations = [
      { profile: 'büro ost', user: '2001@x', pingStatus: 'Reachable', pingTime: '7.00' },
    ];
    expect(peersOf(await bench.poll())['2001@x']).toMatchObject({ roundtripMicroseconds: 7_000 });
    simulator.switches.profiles.push({ name: "it's", state: 'RUNNING', aliases: [] });
    const { collectors, retained } = await bench.rounds(1);
    expect(collectors.peers).toMatchObject({ success: false, reason: 'config' });
    expect(retained.peers?.value.map(({ id }) => id)).toContain('2001@x');
  });

  test('is read once, however many aliases it has', async () => {
    const { bench, simulator } = await setUp();
    const [external, internal] = simulator.switches.profiles;
    if (external === undefined || internal === undefined) throw new Error('there are two');
    simulator.switches.profiles = [external, { ...internal, aliases: ['a.example', 'b.example', 'c.example'] }];
    const record = await bench.poll();
    expect(simulator.ledger.requestsOf('sofia xmlstatus profile reg')).toBe(2);
    expect(peersOf(record)[`1001@${domain}`]?.contacts).toBe(1);
  });
});

describe('a FreeSWITCH that stops', () => {
  test('is not asked for calls, which it would say are none', async () => {
    const { bench, simulator } = await setUp({ collect: freeswitch.collectors });
    simulator.world.calls.push({
      id: 'a',
      direction: 'inbound',
      from: 'x',
      to: '1001',
      startedAt: 0,
      state: 'talking',
    });
    const before = await bench.poll();
    expect(before.retained.calls?.value).toEqual({ all: 1 });
    const requests = simulator.ledger.requestsTotal;
    simulator.switches.readiness = 'not ready';
    const record = await bench.rounds(1);
    expect(simulator.ledger.requestsTotal).toBe(requests + 1);
    expect(record).toMatchObject({ up: false, lastRound: { reason: 'service_unavailable' } });
    expect(record.retained).toEqual(before.retained);
  });

  test('whose status does not say so either does not have its calls believed', async () => {
    const { bench, simulator } = await setUp({ collect: freeswitch.collectors });
    await bench.poll();
    const asked = simulator.ledger.requestsOf('show calls count as json');
    await simulator.faults.set({ kind: 'cut-body' }, { call: 'status' });
    const record = await bench.rounds(1);
    expect(simulator.ledger.requestsOf('show calls count as json')).toBe(asked);
    expect(record.collectors).toMatchObject({
      calls: { success: false, reason: 'protocol' },
      system: { success: false, reason: 'protocol' },
      peers: { success: true },
      trunks: { success: true },
    });
  });
});

describe('what is not there', () => {
  test('no SIP module', async () => {
    const { bench, simulator } = await setUp({ collect: freeswitch.collectors });
    simulator.switches.modules.clear();
    expect((await bench.poll()).collectors).toMatchObject({
      peers: { success: false, reason: 'config' },
      trunks: { success: false, reason: 'config' },
      queues: { success: false, reason: 'config' },
      calls: { success: true },
      system: { success: true },
    });
  });

  test('no database in the core', async () => {
    const { bench, simulator } = await setUp({ collect: freeswitch.collectors });
    simulator.switches.database = false;
    expect((await bench.poll()).collectors.calls).toMatchObject({ success: false, reason: 'config' });
  });

  test('no right to a command: status 686', async () => {
    const { bench, simulator } = await setUp({ collect: freeswitch.collectors });
    simulator.switches.users = simulator.switches.users.map((user) => ({ ...user, allowed: ['status', 'show'] }));
    const record = await bench.poll();
    expect(record.collectors).toMatchObject({
      peers: { success: false, reason: 'forbidden', detail: expect.stringContaining('http-allowed-api') },
      calls: { success: true },
    });
    expect(record).toMatchObject({ up: true, suspendedUntilWall: 0 });
    simulator.switches.users = simulator.switches.users.map((user) => ({ ...user, allowed: ['sofia'] }));
    expect((await bench.rounds(1)).collectors).toMatchObject({
      peers: { success: true },
      system: { success: false, reason: 'forbidden' },
    });
  });

  test('phones and gateways that are gone', async () => {
    const { bench, simulator } = await setUp();
    simulator.world.extensions = [];
    simulator.world.trunks = [];
    const record = await bench.poll();
    expect([record.retained.peers?.value, record.retained.trunks?.value]).toEqual([[], []]);
    expect(record.collectors).toMatchObject({ peers: { success: true }, trunks: { success: true } });
  });
});

describe('the account', () => {
  test('a wrong password is shown once, then rarely', async () => {
    const { bench, simulator } = await setUp({
      account: { kind: 'password', username: `exporter@${domain}`, password: 'wrong' },
    });
    const record = await bench.rounds(minutes(4));
    expect(record.lastRound).toMatchObject({ reason: 'bad_credentials' });
    expect(simulator.ledger.loginsRefused).toBe(1);
    await bench.rounds(minutes(24 * 60));
    expect(simulator.ledger.loginsRefused).toBeLessThanOrEqual(1 + 49);
  });

  test.each([
    ['with a colon, a space and & is taken', 'a:b c&d', true],
    ['with characters that are not ASCII never matches, and is shown once', 'schlüssel', false],
  ])('a password %s', async (_what, password, isTaken) => {
    const { bench, simulator } = await setUp({
      account: { kind: 'password', username: `exporter@${domain}`, password },
    });
    simulator.switches.users = simulator.switches.users.map((user) => ({ ...user, password }));
    expect((await bench.rounds(2)).lastRound?.reason).toBe(isTaken ? undefined : 'bad_credentials');
    expect(simulator.ledger.loginsRefused).toBe(isTaken ? 0 : 1);
  });

  test('that is changed while it is in use costs one round', async () => {
    const { bench, simulator } = await setUp();
    await bench.poll();
    simulator.switches.users = simulator.switches.users.map((user) => ({ ...user, password: 'another' }));
    expect((await bench.rounds(1)).lastRound?.reason).toBe('bad_credentials');
    expect(simulator.ledger.loginsRefused).toBeLessThanOrEqual(3);
  });

  test('a server that lets everybody in is told of once, loud enough for `once`, by one request without the account', async () => {
    const { log, lines } = keepingLog();
    const { bench, simulator } = await setUp({ log });
    simulator.switches.realm = undefined;
    await bench.rounds(3);
    expect(
      lines.filter((line) => line.startsWith('error this FreeSWITCH accepts every command without a password')),
    ).toHaveLength(1);
    expect(simulator.ledger.requestsOf('status')).toBe(1 + 1 + 3);
  });

  test('a server that does not is not warned of', async () => {
    const { log, lines } = keepingLog();
    const { bench, simulator } = await setUp({ log });
    await bench.rounds(3);
    expect(lines.filter((line) => line.includes('without a password'))).toEqual([]);
    expect(simulator.ledger.loginsRefused).toBe(0);
  });
});

test('nothing is sent that the page for administrators does not name, and one request at a time', async () => {
  const { bench, simulator } = await setUp({ collect: freeswitch.collectors, options: { inventory: 'list_users' } });
  await bench.rounds(3);
  expect(simulator.ledger.requestsOf('other')).toBe(0);
  expect(simulator.ledger.requestsInFlightPeak).toBe(1);
  expect(Object.keys(simulator.ledger.requests)).toHaveLength(10);
});

test('a usual round is four requests, and one for each profile', async () => {
  const { bench, simulator } = await setUp({ collect: ['peers', 'trunks', 'calls', 'system'] });
  await bench.poll();
  const before = simulator.ledger.requestsTotal;
  await bench.rounds(1);
  expect(simulator.ledger.requestsTotal - before).toBe(4 + 2);
});

describe('a list that does not come', () => {
  test.each(['hang', 'hang-in-body', 'drip'] as const)(
    '%s: its connection is gone after ten seconds at most',
    async (kind) => {
      const { bench, simulator, clock } = await setUp({ timeoutMs: 60_000 });
      await bench.poll();
      const fault = kind === 'drip' ? ({ kind, intervalMs: 1_000 } as const) : ({ kind } as const);
      await simulator.faults.set(fault, { call: 'sofia xmlstatus profile reg', times: 1 });
      clock.advance(30_000);
      const round = bench.poll();
      await expect.poll(() => simulator.ledger.faults[kind] ?? 0).toBe(1);
      expect(simulator.ledger.requestsInFlight).toBe(1);
      for (let second = 0; second < 10; second += 1) clock.advance(1_000);
      const record = await round.then(() => bench.target.record);
      await expect.poll(() => simulator.ledger.connectionsOpen).toBe(0);
      expect(simulator.ledger.requestsInFlight).toBe(0);
      expect(record.collectors.peers).toMatchObject({ success: false, reason: 'timeout' });
      expect(record.collectors.trunks).toEqual({ success: true });
    },
  );

  test('larger than any may be: its connection is gone at once', async () => {
    const { bench, simulator } = await setUp();
    await bench.poll();
    await simulator.faults.set({ kind: 'huge-body', bytes: 64_000_000 }, { call: 'sofia xmlstatus profile reg' });
    const record = await bench.rounds(1);
    await expect.poll(() => simulator.ledger.connectionsOpen).toBe(0);
    expect(record.collectors.peers).toMatchObject({ success: false, reason: 'protocol' });
  });
});

test('the same gateway on two profiles is two trunks', async () => {
  const { bench, simulator } = await setUp({ collect: ['trunks'] });
  simulator.switches.profiles.push({ name: 'external2', state: 'RUNNING', aliases: [] });
  const [one] = simulator.world.trunks;
  if (one === undefined) throw new Error('there is one');
  const twin = { ...one, id: 99 };
  simulator.world.trunks.push(twin);
  simulator.switches.trunkProfileOf = (trunk) => (trunk === twin ? 'external2' : 'external');
  setTrunk(simulator.world, one.name, { state: 'registered' });
  const trunks = trunksOf(await bench.poll());
  expect([trunks['external::northline']?.state, trunks['external2::northline']?.state]).toEqual([
    'registered',
    'registered',
  ]);
});
