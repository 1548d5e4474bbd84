import { describe, expect, test } from 'vitest';
import { readBannedAddresses, readStorage } from '../../../src/drivers/mikopbx/v3/collect.ts';
import { bench } from './support.ts';

const collect = ['peers', 'trunks', 'storage', 'security'] as const;

describe('the use of the disk', () => {
  test('is told in bytes; recordings are a part of it', async () => {
    const { pbx, poll, golden } = await bench('2026.1.223', {}, { collect });
    const record = await poll();
    expect(record.retained.storage?.value).toEqual({
      used: { disk_bytes: 16_000_000_983, recording_bytes: 9_999_996_682 },
      limits: { disk_bytes: 64_000_003_932 },
    });
    expect(await golden()).toContain('pbx_limit{pbx="test",resource="disk_bytes"} 64000003932\n');
    expect(pbx.ledger.requestsOf('storage:usage')).toBe(1);
  });

  test('is not 0 while the PBX has not measured it', async () => {
    const { pbx, poll, rounds } = await bench('2026.1.223', { switches: { storagePending: true } }, { collect });
    const record = await poll();
    expect(record.collectors.storage).toMatchObject({ success: false, reason: 'service_unavailable' });
    expect(record.retained).not.toHaveProperty('storage');
    expect(record.up).toBe(true);
    pbx.switches.storagePending = false;
    expect((await rounds(1)).collectors.storage).toEqual({ success: true });
  });

  test.each([
    [
      { total_size: 100, used_space: 0 },
      { used: { disk_bytes: 0 }, limits: { disk_bytes: 104_857_600 } },
    ],
    [
      { total_size: 2e9, used_space: 1e9 },
      { used: { disk_bytes: 1e9 }, limits: { disk_bytes: 2e9 } },
    ],
    [{ total_size: '100' }, { limits: { disk_bytes: 104_857_600 } }],
  ])('%j', (data, usage) => {
    expect(readStorage({ data, notices: [] })).toEqual(usage);
  });

  test.each([[[]], [{}], [null], [{ total_size: 0, used_space: 0 }]])('%j tells nothing', (data) => {
    expect(() => readStorage({ data, notices: [] })).toThrow(/ disk/);
  });
});

describe('banned addresses', () => {
  test('are counted; our own among them is a trouble of its own', async () => {
    const { pbx, poll, rounds, golden } = await bench('2026.1.223', {}, { collect });
    expect((await poll()).retained.security?.value).toEqual({ bannedAddresses: 0 });
    pbx.switches.bannedAddresses.add('192.0.2.7').add('192.0.2.8');
    expect((await rounds(1)).retained.security?.value).toEqual({ bannedAddresses: 2 });
    expect(await golden()).toContain('pbx_banned_addresses{pbx="test"} 2\n');
    pbx.switches.bannedAddresses.add('127.0.0.1');
    expect((await rounds(1)).retained.security?.value).toEqual({ bannedAddresses: 3, ownAddressBanned: true });
    expect(await golden()).not.toContain('192.0.2.7');
  });

  test.each([[null], [{ code: 1 }], ['x'], [['192.0.2.1']]])('%j is no list of them', (data) => {
    expect(() => readBannedAddresses({ data, notices: [] })).toThrow(/banned addresses/);
  });
});

test('versions up to 2024 do not tell either, and everything else is read', async () => {
  const { poll } = await bench('2024.1.114', {}, { collect });
  const record = await poll();
  expect(record.collectors).toMatchObject({
    peers: { success: true },
    storage: { success: false, reason: 'config' },
    security: { success: false, reason: 'config' },
  });
});
