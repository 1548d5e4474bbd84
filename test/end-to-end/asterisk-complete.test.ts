import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { accounts, type AsteriskPair, network, openSessions, pbxUrl, startAsteriskPair } from './asterisk-pair.ts';
import { addExtras, manyEndpoints, oddName } from './asterisk-extras.ts';
import { soon } from './eventually.ts';
import { type ExporterProcess, startExporter } from './exporter-process.ts';
import { testbed } from './testbed.ts';

const { asterisk } = inject('unavailable');
/** Asterisk 21 removed chan_sip; the older suite has version 16. */
const hasSip = process.env['ASTERISK_SUITE'] === 'bullseye';

describe.skipIf(asterisk !== '')('everything that a real Asterisk can tell', () => {
  let pair: AsteriskPair;
  let exporter: ExporterProcess;
  let folder: string;

  beforeAll(async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'end-to-end-complete-'));
    pair = await startAsteriskPair(async (configuration) => {
      folder = configuration;
      await addExtras(configuration);
    });
    await writeFile(join(scratch, 'exporter.yml'), exporterFile);
    exporter = await startExporter(join(scratch, 'exporter.yml'), {});
    return async () => {
      await exporter.terminate();
      await pair.close();
      await rm(scratch, { recursive: true });
    };
  });

  const page = async (): Promise<string> => (await fetch(`${exporter.url}/metrics`)).text();
  /** Returns the value of the series with these labels, which must be in the order of the page. */
  const value = async (metric: string, labels: string, pbx = 'lab'): Promise<number | undefined> => {
    const start = `${metric}{pbx="${pbx}"${labels === '' ? '' : `,${labels}`}} `;
    const line = (await page()).split('\n').find((candidate) => candidate.startsWith(start));
    return line === undefined ? undefined : Number(line.slice(start.length));
  };
  const trunkState = async (trunk: string): Promise<string | undefined> =>
    new RegExp(`pbx_trunk_state\\{pbx="lab",trunk="${trunk}",state="(\\w+)"\\} 1`, 'u').exec(await page())?.[1];

  test('a name with quotes, blanks, UTF-8 and braces is a phone like any other, on a page that promtool reads', async () => {
    const label = `peer="${oddName.replaceAll('"', '\\"')}"`;
    await expect.poll(() => value('pbx_peer_reachable', label), soon).toBe(1);
    // A newly registered phone is reachable before it has answered the first OPTIONS request of Asterisk.
    await expect.poll(() => value('pbx_peer_roundtrip_microseconds', label), soon).toBeGreaterThan(0);
    const checked = await testbed('prometheus', ['promtool', 'check', 'metrics'], { input: await page() });
    expect(`${checked.stdout}${checked.stderr}`).not.toMatch(/error while|pars/iu);
  });

  test('a live call is seen at its phone and in the number of calls, and ends', async () => {
    await expect.poll(() => value('pbx_calls', 'direction="all"'), soon).toBe(0);
    expect(await value('pbx_peer_in_call', 'peer="1001"')).toBe(0);
    await pair.pbxConsole('channel originate PJSIP/1001 application Wait 600');
    await expect.poll(() => value('pbx_peer_in_call', 'peer="1001"'), soon).toBe(1);
    // Calls are read a moment earlier in the same round; target `reporting` has its own rounds.
    await expect.poll(() => value('pbx_calls', 'direction="all"'), soon).toBe(1);
    await expect.poll(() => value('pbx_peer_in_call', 'peer="1001"', 'reporting'), soon).toBe(1);
    await pair.pbxConsole('channel request hangup all');
    await expect.poll(() => value('pbx_peer_in_call', 'peer="1001"'), soon).toBe(0);
    await expect.poll(() => value('pbx_calls', 'direction="all"'), soon).toBe(0);
  });

  test('a caller who waits in a queue is counted, and its agents with what they do', async () => {
    await expect.poll(() => value('pbx_queue_waiting_callers', 'queue="support"'), soon).toBe(0);
    expect(await value('pbx_queue_agents', 'queue="support",state="unavailable"')).toBe(1);
    expect(await value('pbx_queue_agents', 'queue="empty",state="available"')).toBe(0);
    await pair.pbxConsole('channel originate PJSIP/1001 application Queue support');
    await expect.poll(() => value('pbx_queue_waiting_callers', 'queue="support"'), soon).toBe(1);
    await pair.pbxConsole('channel request hangup all');
    await expect.poll(() => value('pbx_queue_waiting_callers', 'queue="support"'), soon).toBe(0);
  });

  test('IAX2 peers and registrations stand beside those of PJSIP', async () => {
    const account = `iaxuser@${network}.2:14569`;
    await expect.poll(() => trunkState(account), soon).toBe('registered');
    await expect.poll(() => value('pbx_trunk_roundtrip_microseconds', `trunk="${account}"`), soon).toBeGreaterThan(0);
    expect(await value('pbx_peer_registered', 'peer="301"')).toBe(0);
    expect(await value('pbx_collector_failures_total', 'collector="peers",reason="config"')).toBeUndefined();
  });

  test.skipIf(hasSip)('chan_sip, which this Asterisk does not have, is asked for once and costs no error', async () => {
    expect(await value('pbx_api_requests_total', 'call="sip_peers",result="ok"')).toBeLessThanOrEqual(2);
    expect(await page()).not.toContain('pbx_collector_failures_total{pbx="lab"');
  });

  test.skipIf(!hasSip)('chan_sip: phones and trunks in every state, a twin registration, a live call', async () => {
    await expect.poll(() => value('pbx_peer_reachable', 'peer="201"'), soon).toBe(1);
    await expect.poll(() => value('pbx_peer_roundtrip_microseconds', 'peer="201"'), soon).toBeGreaterThan(0);
    expect(((await value('pbx_peer_roundtrip_microseconds', 'peer="201"')) ?? 1) % 1_000).toBe(0);
    expect(await value('pbx_peer_registered', 'peer="202"')).toBe(0);
    await expect.poll(() => value('pbx_peer_reachable', 'peer="203"'), soon).toBe(0);
    expect(await value('pbx_peer_reachable', 'peer="204"')).toBe(1);
    const account = `trunk_ok@${network}.2:15060`;
    await expect.poll(() => trunkState(account), soon).toBe('registered');
    await expect.poll(() => trunkState(`${account}#2`), soon).toBe('registered');
    expect(await trunkState(`nobody@${network}.9:5999`)).toBe('registering');
    await expect.poll(() => trunkState('sipline'), soon).toBe('reachable');
    await pair.pbxConsole('channel originate SIP/201 application Wait 600');
    await expect.poll(() => value('pbx_peer_in_call', 'peer="201"'), soon).toBe(1);
    await pair.pbxConsole('channel request hangup all');
    await expect.poll(() => value('pbx_peer_in_call', 'peer="201"'), soon).toBe(0);
  });

  test('without the right "system": states of phones and trunks, no roundtrips, and that is said', async () => {
    await expect.poll(() => value('pbx_peer_reachable', 'peer="1001"', 'reporting'), soon).toBe(1);
    expect(await value('pbx_peer_reachable', 'peer="1003"', 'reporting')).toBe(0);
    await expect.poll(() => value('pbx_trunk_registered', 'trunk="trunk_ok"', 'reporting'), soon).toBe(1);
    const text = await page();
    expect(text).toMatch(/pbx_info\{pbx="reporting",version="[^"]+",model="reporting only"\} 1/u);
    expect(text).not.toMatch(/pbx_peer_roundtrip_microseconds\{pbx="reporting",peer="1/u);
    expect(exporter.output().match(/may not list endpoints/gu)).toHaveLength(1);
  });

  test('reloads in the middle of rounds cost no round, no login, and show the old list or the new one', async () => {
    const file = join(folder, 'pbx', 'pjsip.conf');
    const usual = await readFile(file, 'utf8');
    const peers = async (): Promise<number> =>
      [...(await page()).matchAll(/pbx_peers\{pbx="lab",state="\w+"\} (\d+)/gu)].reduce(
        (sum, [, n]) => sum + Number(n),
        0,
      );
    const [few, extra] = [await peers(), 200];
    const seen = new Set<number>();
    for (let reload = 1; reload <= 6; reload += 1) {
      await writeFile(file, reload % 2 === 1 ? `${usual}${manyEndpoints(extra)}` : usual);
      const wanted = reload % 2 === 1 ? few + extra : few;
      const progress = { done: false };
      const reloading = pair.pbxConsole('module reload').finally(() => (progress.done = true));
      while (!progress.done) seen.add(await peers());
      await reloading;
      await expect.poll(peers, soon).toBe(wanted);
    }
    expect([...seen].filter((count) => count !== few && count !== few + extra)).toEqual([]);
    expect(await value('pbx_up', '')).toBe(1);
    expect(await page()).not.toMatch(/pbx_(round|collector)_failures_total\{pbx="lab"[^}]*\} [1-9]/u);
    expect(await value('pbx_logins_total', 'result="success"')).toBe(1);
    expect(await openSessions(pair, accounts.exporter.username)).toBe(1);
  });
});

const exporterFile = `
scrape: { interval: 1s, timeout: 20s, stale_after: 20s }
targets:
  - name: lab
    family: asterisk
    url: ${pbxUrl}
    username: ${accounts.exporter.username}
    password: ${accounts.exporter.password}
    requests_per_target: 1
    collect: [peers, trunks, calls, queues, system]
    options: { trunk_pattern: '^(provider|sipline|iaxline)$' }
  - name: reporting
    family: asterisk
    url: ${pbxUrl}
    username: ${accounts.weak.username}
    password: ${accounts.weak.password}
`;
