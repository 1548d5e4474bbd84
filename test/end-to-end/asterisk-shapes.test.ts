import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { accounts, type AsteriskPair, pbxUrl, startAsteriskPair } from './asterisk-pair.ts';
import { addShapes, consoleEndpoints, consoleRegistrations, hostName } from './asterisk-shapes.ts';
import { soon } from './eventually.ts';
import { type ExporterProcess, startExporter } from './exporter-process.ts';

const { asterisk } = inject('unavailable');
/** Asterisk 21 removed chan_sip; the older suite has version 16. */
const hasSip = process.env['ASTERISK_SUITE'] === 'bullseye';

describe.skipIf(asterisk !== '')('the shapes of everyday configurations on a real Asterisk', () => {
  let pair: AsteriskPair;
  let exporter: ExporterProcess;

  beforeAll(async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'end-to-end-shapes-'));
    pair = await startAsteriskPair(addShapes);
    await writeFile(join(scratch, 'exporter.yml'), exporterFile);
    exporter = await startExporter(join(scratch, 'exporter.yml'), {});
    return async () => {
      await exporter.terminate();
      await pair.close();
      await rm(scratch, { recursive: true });
    };
  });

  const page = async (): Promise<string> => (await fetch(`${exporter.url}/metrics`)).text();
  const sample = (text: string, series: string): number | undefined => {
    const line = text.split('\n').find((candidate) => candidate.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length + 1));
  };
  const peer = (text: string, metric: string, name: string) => sample(text, `${metric}{pbx="lab",peer="${name}"}`);
  const trunkState = (text: string, trunk: string, pbx = 'lab'): string | undefined =>
    new RegExp(`pbx_trunk_state\\{pbx="${pbx}",trunk="${trunk}",state="(\\w+)"\\} 1`, 'u').exec(text)?.[1];

  /**
   * Returns the state that the page should show for these contacts on the console. One contact that responds is enough. Otherwise, a
   * contact that is never qualified gives the state `never`.
   */
  const stateByConsole = (contacts: readonly string[], never: string): string => {
    if (contacts.includes('Avail')) return 'reachable';
    if (contacts.includes('NonQual')) return never;
    return contacts.length === 0 ? 'unregistered' : 'unreachable';
  };

  /** Reads the console, the page and the console again, and compares only if the console did not change meanwhile. */
  const agree = async (compare: (text: string) => Promise<unknown>): Promise<void> => {
    const shown = async (): Promise<string> =>
      JSON.stringify([[...(await consoleEndpoints(pair))], [...(await consoleRegistrations(pair))]]);
    await expect
      .poll(async () => {
        const before = await shown();
        const text = await page();
        expect(await shown()).toBe(before);
        await compare(text);
        return true;
      }, soon)
      .toBe(true);
  };

  test('phones: several addresses of record, no qualify, fixed addresses agree with "pjsip show endpoints"', async () => {
    await agree(async (text) => {
      const endpoints = await consoleEndpoints(pair);
      const phones = ['1001', '1002', '1003', '1004', '1006', '2001', '2010'];
      const expected = phones.map((name) => [name, stateByConsole(endpoints.get(name)?.contacts ?? [], 'reachable')]);
      const seen = phones.map((name) => [
        name,
        peer(text, 'pbx_peer_reachable', name) === 1
          ? 'reachable'
          : peer(text, 'pbx_peer_registered', name) === 0
            ? 'unregistered'
            : 'unreachable',
      ]);
      expect(seen).toEqual(expected);
      expect(endpoints.get('2001')?.aors).toEqual(['2001', '2001-app']);
      expect(peer(text, 'pbx_peer_reachable', '2001')).toBe(1);
      expect(peer(text, 'pbx_peer_roundtrip_microseconds', '2001')).toBeGreaterThan(0);
      expect(endpoints.get('2010')?.contacts).toEqual(['NonQual']);
      expect(peer(text, 'pbx_peer_registered', '2010')).toBe(1);
      expect(peer(text, 'pbx_peer_roundtrip_microseconds', '2010')).toBeUndefined();
      expect(peer(text, 'pbx_peer_registered', '1004')).toBeUndefined();
    });
  });

  test('trunks by address agree with the console, also where the host name does not resolve', async () => {
    await agree(async (text) => {
      const endpoints = await consoleEndpoints(pair);
      const trunks = ['provider', 'twoline', 'ghost', 'ghost-unasked', 'line-unasked'];
      expect(trunks.map((name) => [name, trunkState(text, name)])).toEqual(
        trunks.map((name) => [name, stateByConsole(endpoints.get(name)?.contacts ?? [], 'unmonitored')]),
      );
      expect(endpoints.get('twoline')?.contacts.toSorted()).toEqual(['Avail', 'Unavail']);
      expect(trunkState(text, 'ghost')).toBe('unreachable');
      expect(trunkState(text, 'line-unasked')).toBe('unmonitored');
    });
  });

  test('trunks of the wizard are one row each, as bad as the worst line of "pjsip show registrations"', async () => {
    await agree(async (text) => {
      const words = await consoleRegistrations(pair);
      expect(words.get('wizard-one-reg-0')).toBe('Registered');
      expect(words.get('wizard-two-reg-0')).toBe('Registered');
      expect(trunkState(text, 'wizard-one')).toBe('registered');
      expect(trunkState(text, 'wizard-two')).toBe(words.get('wizard-two-reg-1')?.toLowerCase());
      expect(trunkState(text, 'trunk_ok')).toBe('registered');
      expect(text).not.toContain('-reg-0');
    });
  });

  test('endpoints without an address of record: no phones, no skipped rows; a trunk by pattern, or from its first call on', async () => {
    await agree(async (text) => {
      const endpoints = await consoleEndpoints(pair);
      expect([endpoints.get('anonymous')?.aors, endpoints.get('inbound')?.aors]).toEqual([[], []]);
      expect(text).not.toContain('"anonymous"');
      expect(trunkState(text, 'inbound')).toBe('unmonitored');
      expect(trunkState(text, 'inbound', 'no-pattern')).toBeUndefined();
      expect(text).not.toMatch(/pbx_trunk_registered\{pbx="lab",trunk="inbound"\}/u);
      expect(text).not.toMatch(/pbx_rows_skipped_total\{[^}]*\} [1-9]/u);
    });
    await pair.carrierConsole('channel originate PJSIP/to-pbx application Wait 600');
    await expect.poll(async () => trunkState(await page(), 'inbound', 'no-pattern'), soon).toBe('unmonitored');
    await pair.pbxConsole('channel request hangup all');
    await expect.poll(() => pair.pbxConsole('core show channels count'), soon).toContain('0 active channels');
    const lists = 'pbx_api_requests_total{pbx="no-pattern",call="endpoints",result="ok"}';
    const read = sample(await page(), lists) ?? 0;
    await expect.poll(async () => sample(await page(), lists), soon).toBeGreaterThan(read + 2);
    expect(trunkState(await page(), 'inbound', 'no-pattern')).toBe('unmonitored');
  });

  test('a trunk of IAX2 whose host name was not found is not in service, and "(null)" is nobody\'s name', async () => {
    await expect.poll(async () => trunkState(await page(), 'iax-lost'), soon).toMatch(/^(?:failed|unknown)$/u);
    expect(await page()).not.toContain('null');
    expect(sample(await page(), 'pbx_trunk_up{pbx="lab",trunk="iax-lost"}')).not.toBe(1);
  });

  test.skipIf(!hasSip)(
    'chan_sip by host name: one row with its registration; one that was not found is unknown',
    async () => {
      await expect.poll(async () => trunkState(await page(), `trunk_ok@${hostName}:15060`), soon).toBe('registered');
      const text = await page();
      expect(
        sample(text, `pbx_trunk_roundtrip_microseconds{pbx="lab",trunk="trunk_ok@${hostName}:15060"}`),
      ).toBeGreaterThan(0);
      expect(trunkState(text, 'byname')).toBeUndefined();
      expect([trunkState(text, 'lost'), trunkState(text, 'lost-unasked')]).toEqual(['unknown', 'unknown']);
      expect(text).not.toMatch(/pbx_trunk_up\{pbx="lab",trunk="lost/u);
    },
  );

  test('chan_iax2 unloaded while it runs costs its own rows only, and comes back', async () => {
    await pair.pbxConsole('module unload chan_iax2.so');
    const failed = 'pbx_collector_success{pbx="lab",collector="peers"}';
    await expect.poll(async () => sample(await page(), failed), soon).toBe(0);
    const text = await page();
    expect(sample(text, 'pbx_up{pbx="lab"}')).toBe(1);
    expect(peer(text, 'pbx_peer_reachable', '1001')).toBe(1);
    expect(trunkState(text, 'trunk_ok')).toBe('registered');
    await expect.poll(async () => peer(await page(), 'pbx_peer_registered', '301'), soon).toBeUndefined();
    expect(peer(await page(), 'pbx_peer_reachable', '1001')).toBe(1);
    await pair.pbxConsole('module load chan_iax2.so');
    await expect.poll(async () => sample(await page(), failed), soon).toBe(1);
    expect(peer(await page(), 'pbx_peer_registered', '301')).toBe(0);
  });
});

const target = `
    family: asterisk
    url: ${pbxUrl}
    username: ${accounts.exporter.username}
    password: ${accounts.exporter.password}
`;
const exporterFile = `
scrape: { interval: 1s, timeout: 20s, stale_after: 10s }
targets:
  - name: lab${target.trimEnd()}
    options: { trunk_pattern: '^(provider|twoline|ghost|line-|inbound|byname|lost|iax-)' }
  - name: no-pattern${target}
`;
