import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { z } from 'zod';
import { type CallLab, password, pbxUrl, startCallLab } from './asterisk-calls.ts';
import { eventually } from './eventually.ts';
import { type ExporterProcess, startExporter } from './exporter-process.ts';
import { forwardedEnough } from './played-calls.ts';

const { asterisk } = inject('unavailable');
/** PJSIP reports the end of a leg since 18.17, 20.2 and 21.0. */
const tellsEnds = process.env['ASTERISK_SUITE'] !== 'bullseye';

/**
 * `httptimeout` and interval, in seconds. Without requests between two rounds, the session would end before each round. The requests are
 * sent after half of `httptimeout`, so a machine that pauses for less than the other half has no effect.
 */
const [sessionSeconds, intervalSeconds] = [24, 32];

/** The checked part of the response of /events. */
const answer = z.object({
  events: z.array(z.object({ id: z.string(), to: z.string(), time: z.iso.datetime(), changes: z.number() })),
});

describe.skipIf(asterisk !== '')('rounds of a real Asterisk that are further apart than its sessions live', () => {
  let lab: CallLab;
  let exporter: ExporterProcess;
  /** Wall clock (ms) before the first change. */
  let changedFrom: number;

  beforeAll(async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'end-to-end-between-rounds-'));
    lab = await startCallLab([{ name: 'talks' }, { name: 'leaves' }], { sessionSeconds });
    await writeFile(join(scratch, 'exporter.yml'), exporterFile);
    exporter = await startExporter(join(scratch, 'exporter.yml'), {});
    await eventually('a first round', async () => (await value('pbx_up{pbx="all"}')) === 1);
    changedFrom = Date.now();
    await lab.phone('leaves').unregister();
    await lab.phone('leaves').register();
    await lab.phone('talks').call('600');
    await forwardedEnough(lab.phone('talks'));
    await lab.phone('talks').hangUp();
    for (const round of [2, 3])
      await eventually(
        `round ${round}`,
        async () => (await rounds()) >= round,
        () => exporter.output(),
      );
    return async () => {
      await exporter.terminate();
      await lab.close();
      await rm(scratch, { recursive: true });
    };
  });

  const value = async (series: string): Promise<number | undefined> => {
    const lines = (await (await fetch(`${exporter.url}/metrics`)).text()).split('\n');
    const line = lines.find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length));
  };
  const rounds = async (): Promise<number> =>
    (await value('pbx_api_requests_total{pbx="all",call="core_status",result="ok"}')) ?? 0;

  test('one login, as Asterisk counts them, and no gap', async () => {
    expect(await lab.logins()).toEqual({ all: 1 });
    expect(await value('pbx_logins_total{pbx="all",result="success"}')).toBe(1);
    expect(await value('pbx_event_gaps_total{pbx="all"}')).toBe(0);
  });

  test('events were asked for between the rounds', async () => {
    const before = await rounds();
    expect(await value('pbx_api_requests_total{pbx="all",call="events",result="ok"}')).toBeGreaterThan(before);
  });

  test.skipIf(!tellsEnds)('a leg that ended between two rounds is counted', async () => {
    expect(await value('pbx_call_legs_finished_total{pbx="all",measured="yes"}')).toBe(1);
    const received = await value('pbx_rtp_packets_received_total{pbx="all",direction="in"}');
    expect(received).toBeGreaterThanOrEqual(500);
    expect(received).toBeLessThanOrEqual(lab.phone('talks').relay.count('toPbx').forwarded);
  });

  test('a phone that left and came back has changed twice, in the journal with the time of the round', async () => {
    expect(await value('pbx_peer_reachable{pbx="all",peer="leaves"}')).toBe(1);
    expect(await value('pbx_peer_reachable_changes_total{pbx="all",peer="leaves"}')).toBe(2);
    const headers = { accept: 'application/json' };
    const response = await fetch(`${exporter.url}/events?pbx=all&kind=peer`, { headers });
    const { events } = answer.parse(await response.json());
    expect(events.reduce((sum, { changes }) => sum + changes, 0)).toBe(2);
    expect(events.at(-1)).toMatchObject({ id: 'leaves', to: 'reachable' });
    for (const { time } of events) {
      expect(Date.parse(time)).toBeGreaterThanOrEqual(changedFrom);
      expect(Date.parse(time)).toBeLessThanOrEqual(Date.now());
    }
  });
});

const exporterFile = `
scrape: { timeout: 10s }
targets:
  - name: all
    family: asterisk
    url: '${pbxUrl}'
    username: all
    password: ${password}
    interval: ${intervalSeconds}s
    collect: [peers, trunks, calls, quality]
`;
