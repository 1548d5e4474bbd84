import { describe, expect, test } from 'vitest';
import { earliestExpiry, isoDay } from '../../../src/drivers/webitel/shared/licences.ts';
import { legacyBench, modernBench } from './bench.ts';

const hourMs = 3_600_000;
const refusals = { right: 'forbidden', call: 'missing', session: 'unauthenticated' } as const;
const end = Date.UTC(2026, 8, 30, 12);

describe('modern', () => {
  const target = { intervalMs: hourMs / 2, staleAfterMs: 3 * hourMs };

  test('the first end of all licences, asked once an hour', async () => {
    const { bench, simulator } = await modernBench({ target });
    simulator.switches.licences = [
      { product: 'CALL_CENTER', limit: 50, remain: 4, notAfter: String(end + 86_400_000) },
      { product: 'CHAT', limit: 10, remain: 10, notAfter: String(end) },
    ];
    expect((await bench.poll()).retained.system?.value).toMatchObject({ licenseExpiries: { license: end / 1000 } });
    expect(await bench.golden()).toContain(
      `pbx_license_expiry_timestamp_seconds{pbx="test",kind="license"} ${end / 1000}\n`,
    );
    await bench.rounds(3);
    expect(simulator.ledger.requestsOf('licences')).toBe(2);
  });

  test.each(['right', 'call', 'session'] as const)(
    'without the %s nothing is told, and nothing else is lost',
    async (what) => {
      const { bench, simulator } = await modernBench({ target: { ...target, collect: ['peers', 'system'] } });
      simulator.switches.licenceAccess = refusals[what];
      const record = await bench.rounds(3);
      expect(record.collectors).toEqual({ peers: { success: true }, system: { success: true } });
      expect(record.retained.system?.value).not.toHaveProperty('licenseExpiries');
      expect(simulator.ledger.requestsOf('licences')).toBe(2);
      expect(simulator.ledger.loginsGood).toBe(1);
    },
  );

  test('an end that can be read no more is forgotten', async () => {
    const { bench, simulator } = await modernBench({ target });
    await bench.poll();
    simulator.switches.licenceAccess = 'forbidden';
    expect((await bench.rounds(2)).retained.system?.value).not.toHaveProperty('licenseExpiries');
  });
});

test('legacy: a role with the right to the licence reads its day, others lose nothing', async () => {
  const target = { intervalMs: hourMs / 2, staleAfterMs: 3 * hourMs };
  const { bench, simulator } = await legacyBench({ target });
  expect((await bench.poll()).retained.system?.value).not.toHaveProperty('licenseExpiries');
  simulator.switches.roles['monitor'] = { ...simulator.switches.roles['monitor'], license: ['r'] };
  const record = await bench.rounds(2);
  expect(record.retained.system?.value).toMatchObject({
    version: 'v3.11.7',
    licenseExpiries: { license: Date.UTC(2026, 11, 31) / 1000 },
  });
  expect(simulator.ledger.requestsOf('licence')).toBe(1);
  expect(record.collectors.system).toEqual({ success: true });
});

test.each([
  ['31-12-2026', '2026-12-31'],
  ['1-2-2026', ''],
  ['2026-12-31', ''],
  ['', ''],
])('the day %j is %j', (text, day) => {
  expect(isoDay(text)).toBe(day);
});

test.each([
  [['1790769600000', 1_790_769_600_000], 1_790_769_600],
  [[1_790_769_600, undefined], 1_790_769_600],
  [['2026-09-30T12:00:00Z', '0'], 1_790_769_600],
  [['2026-12-31'], 1_798_675_200],
  [['never', null, 0, -1, ''], undefined],
  [[], undefined],
])('of %j the first end is %j', (ends, first) => {
  expect(earliestExpiry(ends)).toBe(first);
});
