import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uptimeSeconds } from '../../../src/drivers/asterisk/system.ts';
import { setUp } from './support.ts';

describe('uptime', () => {
  test('is not guessed without a time zone', async () => {
    const { bench } = await setUp();
    const record = await bench.poll();
    expect(record.retained.system?.value).toEqual({ version: '22.10.1', callsProcessed: 0 });
    expect(await bench.page()).not.toContain('pbx_uptime_seconds{');
  });

  test('is told with the time zone of the PBX', async () => {
    const { bench, simulator, clock } = await setUp(
      { options: { timezone: 'Asia/Kolkata' } },
      { switches: { utcOffsetMinutes: 330 } },
    );
    simulator.world.startedAt = clock.wallTime() - 86_400_000;
    expect((await bench.poll()).retained.system?.value.uptimeSeconds).toBe(86_400);
    expect((await bench.rounds(1)).retained.system?.value.uptimeSeconds).toBe(86_430);
  });

  test.each([
    ['2026-07-01 12:00:00', 'Europe/Berlin', Date.UTC(2026, 6, 1, 10, 0, 10), 10],
    ['2026-01-01 12:00:00', 'Europe/Berlin', Date.UTC(2026, 0, 1, 11, 0, 10), 10],
    ['2026-03-29 03:30:00', 'Europe/Berlin', Date.UTC(2026, 2, 29, 1, 30, 5), 5],
    ['2026-03-29 01:30:00', 'Europe/Berlin', Date.UTC(2026, 2, 29, 1, 30, 0), 3_600],
    ['2026-06-01 00:00:00', 'UTC', Date.UTC(2026, 5, 1), 0],
    ['2026-06-01 00:00:01', 'UTC', Date.UTC(2026, 5, 1), undefined],
    ['', 'UTC', 0, undefined],
    ['yesterday', 'UTC', 0, undefined],
  ])('%s in %s', (startedAt, zone, now, seconds) => {
    expect(uptimeSeconds(startedAt, zone, now)).toBe(seconds);
  });

  test('for any moment and zone: exact, but for the hour that clocks repeat', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Pacific/Auckland');
    const range = { min: new Date('2020-01-01T00:00:00Z'), max: new Date('2035-01-01T00:00:00Z'), noInvalidDate: true };
    fc.assert(
      fc.property(zones, fc.date(range), fc.nat(100_000_000), (zone, date, seconds) => {
        const start = Math.floor(date.getTime() / 1_000) * 1_000;
        const told = uptimeSeconds(localText(zone, start), zone, start + seconds * 1_000);
        expect([seconds, seconds + 3_600, seconds - 3_600]).toContain(told ?? seconds - 3_600);
      }),
    );
  });
});

/** Returns the local time of a zone in Asterisk's format, computed independently of the code under test. */
function localText(timeZone: string, moment: number): string {
  const [date, time] = new Date(moment).toLocaleString('sv-SE', { timeZone }).split(' ');
  return `${date} ${time}`;
}

test('the version is asked for once per start of the PBX', async () => {
  const { bench, simulator, clock } = await setUp();
  await bench.rounds(5);
  expect(simulator.ledger.requestsOf('CoreSettings')).toBe(1);
  clock.advance(5_000);
  simulator.world.version = '22.11.0';
  simulator.restart();
  expect((await bench.rounds(2)).retained.system?.value).toMatchObject({ version: '22.11.0' });
  expect(simulator.ledger.requestsOf('CoreSettings')).toBe(2);
});

test('the limit of calls is told with those in use; a PBX without one has none', async () => {
  const { bench, simulator, clock } = await setUp({ collect: ['system'] }, { switches: { maximumCalls: 30 } });
  const call = { id: 'a', direction: 'inbound', from: 'x', to: '1001', state: 'talking', startedAt: 0 } as const;
  simulator.world.calls.push({ ...call });
  expect((await bench.poll()).retained.system?.value).toMatchObject({ used: { calls: 1 }, limits: { calls: 30 } });
  expect(await bench.page()).toContain('pbx_limit{pbx="test",resource="calls"} 30\n');
  simulator.switches.maximumCalls = 0;
  clock.advance(5_000);
  simulator.restart();
  expect((await bench.rounds(2)).retained.system?.value).not.toHaveProperty('limits');
});

test('the count of calls is the one of the PBX, and begins anew when it starts; Asterisk 16 has none', async () => {
  const { bench, simulator, clock } = await setUp({ collect: ['system'] }, { switches: { processedCalls: 8_123 } });
  expect((await bench.poll()).retained.system?.value.callsProcessed).toBe(8_123);
  expect(await bench.page()).toContain(
    '# TYPE pbx_calls_processed_total counter\npbx_calls_processed_total{pbx="test"} 8123\n',
  );
  clock.advance(5_000);
  simulator.restart();
  expect((await bench.rounds(2)).retained.system?.value.callsProcessed).toBe(0);
  const older = await setUp({ collect: ['system'] }, { release: 16 });
  expect((await older.bench.poll()).retained.system?.value).not.toHaveProperty('callsProcessed');
});

describe('calls', () => {
  test('have a total only, which may be 0', async () => {
    const { bench, simulator } = await setUp({ collect: ['calls'] });
    expect((await bench.poll()).retained.calls?.value).toEqual({ all: 0 });
    const call = { id: 'a', direction: 'inbound', from: 'x', to: '1001', state: 'talking', startedAt: 0 } as const;
    simulator.world.calls.push({ ...call });
    expect((await bench.rounds(1)).retained.calls?.value).toEqual({ all: 1 });
  });

  test('are counted by what their channels belong to: of two phones each has one', async () => {
    const { bench, simulator } = await setUp({ collect: ['calls', 'system'] }, { switches: { maximumCalls: 30 } });
    const call = { id: 'a', direction: 'internal', from: '1001', to: '1002', state: 'talking', startedAt: 0 } as const;
    simulator.world.calls.push({ ...call }, { ...call, id: 'b', direction: 'inbound', from: 'x', to: '1003' });
    const { retained } = await bench.poll();
    expect(retained.calls?.value).toEqual({ all: 2 });
    expect(retained.system?.value).toMatchObject({ used: { calls: 2 }, limits: { calls: 30 } });
    expect(simulator.ledger.requestsOf('CoreShowChannels')).toBe(1);
  });

  test('are not guessed where the channels are not told', async () => {
    const { bench, simulator } = await setUp({ collect: ['calls', 'system'] }, { switches: { maximumCalls: 30 } });
    const call = { id: 'a', direction: 'internal', from: '1001', to: '1002', state: 'talking', startedAt: 0 } as const;
    simulator.world.calls.push({ ...call });
    await simulator.faults.set({ kind: 'altered-body', alter: () => 'nonsense' }, { call: 'CoreShowChannels' });
    const { collectors, retained } = await bench.poll();
    expect(collectors).toMatchObject({ calls: { success: false, reason: 'protocol' }, system: { success: true } });
    expect(retained.system?.value).not.toHaveProperty('used');
  });

  test('cost no question more while there is no channel or a single one', async () => {
    const { bench, simulator } = await setUp({ collect: ['calls'] });
    await bench.rounds(2);
    expect(simulator.ledger.requestsOf('CoreShowChannels')).toBe(0);
  });

  test('are counted all the same where the number of channels is missing', async () => {
    const { bench, simulator } = await setUp({ collect: ['calls', 'system'] });
    const call = { id: 'a', direction: 'internal', from: '1001', to: '1002', state: 'talking', startedAt: 0 } as const;
    simulator.world.calls.push({ ...call });
    await simulator.faults.set(
      { kind: 'altered-body', alter: (body) => body.replace(/CoreCurrentCalls: \d+\r\n/u, '') },
      { call: 'CoreStatus' },
    );
    expect((await bench.poll()).retained.calls?.value).toEqual({ all: 1 });
  });
});

test('a round asks a constant number of questions, whatever the number of phones', async () => {
  const small = await setUp({}, {});
  await small.bench.rounds(2);
  const perRound = (simulator: typeof small.simulator) => simulator.ledger.requestsTotal;
  const big = await setUp({}, {});
  const [first] = big.simulator.world.extensions;
  if (first === undefined) throw new Error('no extension');
  for (let number = 5_000; number < 5_300; number += 1)
    big.simulator.world.extensions.push({ ...first, number: String(number) });
  await big.bench.rounds(2);
  expect(perRound(big.simulator)).toBe(perRound(small.simulator));
});
