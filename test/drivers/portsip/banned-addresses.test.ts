import { expect, test } from 'vitest';
import { readBannedAddresses } from '../../../src/drivers/portsip/banned-addresses.ts';
import { accounts } from '../../../src/simulator/portsip/caller.ts';
import { setUp } from './support.ts';

const [, , administrator] = accounts;
const asAdministrator = {
  account: { kind: 'password', username: administrator.username, password: administrator.password },
  options: {},
  collect: ['system', 'security'],
} as const;

test('entries that reject are counted, those that accept or have ended are not; our own address is told', async () => {
  const { simulator, bench, clock } = await setUp({}, asAdministrator);
  expect((await bench.poll()).retained.security?.value).toEqual({ bannedAddresses: 0 });
  const at = (seconds: number): string => new Date(clock.wallTime() + seconds * 1000).toISOString();
  simulator.switches.addressFilters.push(
    { cidr: '192.0.2.7/32', target: 'DENY', expireAt: at(3600) },
    { cidr: '192.0.2.64/26', target: 'DENY', expireAt: '0001-01-01T00:00:00Z' },
    { cidr: '192.0.2.8/32', target: 'DENY', expireAt: at(-3600) },
    { cidr: '198.51.100.0/24', target: 'ACCEPT', expireAt: at(3600) },
  );
  expect((await bench.rounds(1)).retained.security?.value).toEqual({ bannedAddresses: 2 });
  expect(await bench.golden()).toContain('pbx_banned_addresses{pbx="test"} 2\n');
  expect(await bench.golden()).not.toContain('192.0.2.');
  simulator.switches.addressFilters.push({ cidr: '127.0.0.0/8', target: 'DENY', expireAt: at(60) });
  expect((await bench.rounds(1)).retained.security?.value).toEqual({ bannedAddresses: 3, ownAddressBanned: true });
  expect(simulator.ledger.requestsOf('GET /ip_filters')).toBe(3);
});

test('the list is read to its end, and a user of a tenant may not read it', async () => {
  const { simulator, bench } = await setUp({ switches: { pageLimit: 2 } }, asAdministrator);
  for (let host = 1; host <= 5; host += 1)
    simulator.switches.addressFilters.push({ cidr: `192.0.2.${host}/32`, target: 'DENY', expireAt: undefined });
  expect((await bench.poll()).retained.security?.value).toEqual({ bannedAddresses: 5 });
  const tenant = await setUp({}, { collect: ['system', 'security'] });
  const record = await tenant.bench.poll();
  expect(record.collectors).toMatchObject({
    system: { success: true },
    security: { success: false, reason: 'forbidden' },
  });
});

test.each([
  ['192.0.2.0/24', '192.0.2.9', true],
  ['192.0.2.9', '192.0.2.9', true],
  ['192.0.2.9/32', '::ffff:192.0.2.9', true],
  ['2001:db8::/32', '2001:db8::1', true],
  ['2001:db8::/32', '192.0.2.9', false],
  ['192.0.2.0/99', '192.0.2.9', false],
  ['everybody', '192.0.2.9', false],
  ['', undefined, false],
])('%j covers %j: %j', (cidr, localAddress, isOurs) => {
  const { value } = readBannedAddresses([{ cidr, target: 'deny' }], { localAddress, now: 0 });
  expect(value).toEqual({ bannedAddresses: 1, ...(isOurs && { ownAddressBanned: true }) });
});

test('a word that is not known is counted apart', () => {
  expect(readBannedAddresses([{ cidr: '192.0.2.1', target: 'DROP' }], { localAddress: undefined, now: 0 })).toEqual({
    ok: true,
    value: { bannedAddresses: 0 },
    skipped: { unknown_state: 1 },
  });
});
