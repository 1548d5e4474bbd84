import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type CallLab, password, pbxUrl, startCallLab } from './asterisk-calls.ts';
import { patience } from './eventually.ts';
import { type ExporterProcess, startExporter } from './exporter-process.ts';
import { jitterTolerance, pause, phones, type PlayedLeg, playCalls } from './played-calls.ts';
import { instances, testbedOutput } from './testbed.ts';

const { asterisk } = inject('unavailable');
/** PJSIP reports the end of a leg since 18.17, 20.2 and 21. */
const tellsEnds = process.env['ASTERISK_SUITE'] !== 'bullseye';

/** Seconds between two rounds. Two rounds of `all` are far enough apart for 250 packets, the least for which a loss is reported. */
const intervals = { each: 3, all: 7 } as const;
/** Legs that are long enough to count. */
const measured = [
  'clean',
  'in-2',
  'in-10',
  'out-2',
  'out-10',
  'in-jitter',
  'out-jitter',
  'hold',
  'no-rtcp',
  'twelve-seconds',
  'bridged-a',
  'bridged-b',
];
/** Legs that ended just after a report. */
const reported = measured.filter((name) => name !== 'in-10' && name !== 'twelve-seconds' && name !== 'bridged-b');

/** Expected values while all except the short calls run. Legs that are not named flow and lose nothing on their way to the PBX. */
const expectedRunning = {
  flowing: 10,
  one_way: 1, // silent
  none: 3, // hold, direct-a, direct-b
  unknown: 0,
  '0.01': 4, // in-2, no-rtcp, in-10, bridged-a
  '0.05': 2, // in-10, bridged-a
  calls: 12, // two of them have two channels
};

/** Values by series. */
type Page = ReadonlyMap<string, number>;

describe.skipIf(asterisk !== '')('call quality of a real Asterisk, with real RTP through relays that count', () => {
  let lab: CallLab;
  let exporter: ExporterProcess;
  let linesBefore: number;
  let duringCalls: Page;
  let legs: ReadonlyMap<string, PlayedLeg>;
  let page: Page;

  beforeAll(async () => {
    const scratch = await mkdtemp(join(tmpdir(), 'end-to-end-calls-exporter-'));
    lab = await startCallLab(phones);
    await writeFile(join(scratch, 'exporter.yml'), exporterFile);
    exporter = await startExporter(join(scratch, 'exporter.yml'), {});
    // Asterisk itself logs warnings about missing configuration: at startup, and when its lists are requested.
    await readUntil((of) => of.get('pbx_up{pbx="all"}'), 1);
    linesBefore = (await logLines()).length;
    const seen = readUntil(runningOf, expectedRunning);
    [legs, duringCalls] = await Promise.all([playCalls(lab, seen, tellsEnds ? undefined : 12_000), seen]);
    page = await afterTheEnd();
    return async () => {
      await exporter.terminate();
      await lab.close();
      await rm(scratch, { recursive: true });
    };
  });

  const read = async (): Promise<Page> => {
    const text = await (await fetch(`${exporter.url}/metrics`)).text();
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
    );
  };

  const logLines = async (): Promise<readonly string[]> => {
    const file = await testbedOutput('asterisk', ['logs', instances.pbx]);
    return (await readFile(file.trim(), 'utf8')).trimEnd().split('\n');
  };

  /** Reads the page until it shows the expected values or the time is up; returns the last page in both cases. */
  const readUntil = async (tell: (of: Page) => unknown, expected: unknown): Promise<Page> => {
    const deadline = performance.now() + patience;
    for (;;) {
      const now = await read();
      if (isDeepStrictEqual(tell(now), expected) || performance.now() > deadline) return now;
      await pause(500);
    }
  };

  /** Returns the page after every leg has been reported and none is running. */
  const afterTheEnd = (): Promise<Page> => {
    const targets = tellsEnds ? phones.map(({ name }) => name) : [];
    const tell = (of: Page) => [
      of.get('pbx_call_legs{pbx="all",media="flowing"}'),
      finished(of, 'all'),
      ...targets.map((name) => finished(of, name)),
    ];
    return readUntil(tell, [0, tellsEnds ? phones.length : 0, ...targets.map(() => 1)]);
  };

  const value = (series: string): number => page.get(series) ?? Number.NaN;
  const leg = (name: string): PlayedLeg => {
    const found = legs.get(name);
    if (found === undefined) throw new Error(`there was no call of ${name}`);
    return found;
  };
  const packets = (name: string, direction: 'in' | 'out') => ({
    received: value(`pbx_rtp_packets_received_total{pbx="${name}",direction="${direction}"}`),
    lost: value(`pbx_rtp_packets_lost_total{pbx="${name}",direction="${direction}"}`),
  });
  const histogram = (metric: string, labels: string) => ({
    count: value(`${metric}_count{${labels}}`),
    sum: value(`${metric}_sum{${labels}}`),
  });
  const jitter = (name: string, direction: 'in' | 'out') =>
    histogram('pbx_call_leg_jitter_seconds', `pbx="${name}",direction="${direction}"`);
  const roundtrip = (name: string) => histogram('pbx_call_leg_roundtrip_seconds', `pbx="${name}"`);

  test('while the calls run: one-way speech, hold, direct media and lossy legs are told apart', () => {
    expect(runningOf(duringCalls)).toEqual(expectedRunning);
  });

  test('nothing that was asked about calls left a warning in the log of the PBX', async () => {
    const lines = await logLines();
    expect(lines.length).toBeGreaterThanOrEqual(linesBefore);
    expect(lines.slice(linesBefore).filter((line) => /WARNING|ERROR/u.test(line))).toEqual([]);
  });

  test.skipIf(tellsEnds)('a release that does not tell of the end of a leg has no series of it, not 0', () => {
    const absent = /^pbx_(rtp_packets|trunk_rtp_packets|call_leg_|call_legs_finished)/u;
    expect([...page.keys()].filter((series) => absent.test(series))).toEqual([]);
  });

  describe.skipIf(!tellsEnds)('after the end', () => {
    test.each(measured)('%s: what the PBX received and lost is what the relay forwarded and dropped', (name) => {
      const { atEnd, inAll } = leg(name);
      expect(value(`pbx_call_legs_finished_total{pbx="${name}",measured="yes"}`)).toBe(1);
      const { received, lost } = packets(name, 'in');
      expectWithin(received, atEnd.toPbx.forwarded, inAll.toPbx.forwarded);
      expectWithin(lost, inAll.toPbx.droppedAtReport, inAll.toPbx.dropped);
      expect(value(`pbx_trunk_rtp_packets_received_total{pbx="all",trunk="${name}"}`)).toBe(received);
      expect(value(`pbx_trunk_rtp_packets_lost_total{pbx="all",trunk="${name}"}`)).toBe(lost);
      const loss = histogram('pbx_call_leg_loss_ratio', `pbx="${name}",direction="in"`);
      expect(loss.count).toBe(1);
      expect(loss.sum).toBeCloseTo(lost / (received + lost), 9);
    });

    test.each(measured.filter((name) => name !== 'no-rtcp'))(
      '%s: what the PBX sent and what of it was lost is what the phone reported',
      (name) => {
        const { atEnd, inAll, told } = leg(name);
        const { received, lost } = packets(name, 'out');
        expectWithin(received + lost, atEnd.fromPbx.arrived, inAll.fromPbx.arrived);
        expect(lost).toBe(told?.lost);
        expect(jitter(name, 'out').sum).toBeCloseTo(told?.jitterSeconds ?? Number.NaN, 5);
        // Packets lost between the other phone and the PBX are missing here, too.
        const elsewhere = name === 'bridged-b' ? leg('bridged-a').inAll.toPbx.dropped : 0;
        expectWithin(lost, inAll.fromPbx.droppedAtReport, inAll.fromPbx.dropped + elsewhere);
      },
    );

    test.each(reported)('%s: the jitter on the way to the PBX is that of the relay', (name) => {
      const { count, sum } = jitter(name, 'in');
      expect(count).toBe(1);
      expect(Math.abs(sum - leg(name).atEnd.toPbx.jitterSeconds)).toBeLessThan(jitterTolerance);
    });

    test('jitter of one direction is not told of the other one, and its delay is in the roundtrip', () => {
      expectWithin(jitter('in-jitter', 'in').sum, 0.006, 0.04);
      expectWithin(jitter('out-jitter', 'out').sum, 0.006, 0.04);
      for (const name of ['in-jitter', 'out-jitter']) {
        const { count, sum } = roundtrip(name);
        expect(count).toBe(1);
        // The unit is seconds, not milliseconds. The upper limit allows for delays of a busy machine.
        expectWithin(sum, 0.039, 10);
      }
    });

    test('a leg of a bridge is not blamed for what the other one lost', () => {
      expect(packets('bridged-b', 'in').lost).toBe(0);
      expect(packets('bridged-b', 'out').lost).toBeGreaterThan(0);
    });

    test('a phone without RTCP: nothing is told of the way to it', () => {
      expect(leg('no-rtcp').inAll.fromPbx.dropped).toBeGreaterThan(0);
      expect(packets('no-rtcp', 'out')).toEqual({ received: 0, lost: 0 });
      expect(jitter('no-rtcp', 'out').count).toBe(0);
      expect(roundtrip('no-rtcp').count).toBe(0);
    });

    // Media bypass the PBX only after both phones have been re-invited; until then the PBX may receive a few packets.
    test.each([
      ['four-seconds', ['short']],
      ['silent', ['one_way']],
      ['direct-a', ['no_media', 'short']],
      ['direct-b', ['no_media', 'short']],
    ])('%s: the leg is told as %s and in no other number', (name, outcomes) => {
      const counts = outcomes.map((outcome) =>
        value(`pbx_call_legs_finished_total{pbx="${name}",measured="${outcome}"}`),
      );
      expect(counts.filter((count) => count === 1)).toHaveLength(1);
      for (const direction of ['in', 'out'] as const) {
        expect(packets(name, direction)).toEqual({ received: 0, lost: 0 });
        expect(jitter(name, direction).count).toBe(0);
      }
    });

    test('media that went past the PBX did flow', () => {
      for (const name of ['direct-a', 'direct-b']) expect(leg(name).inAll.fromPbx.forwarded).toBeGreaterThan(250);
    });

    test('a target that sees all legs tells the sum, and none of them missed an event', () => {
      const sum = (direction: 'in' | 'out') =>
        measured
          .map((name) => packets(name, direction))
          .reduce((left, right) => ({
            received: left.received + right.received,
            lost: left.lost + right.lost,
          }));
      for (const direction of ['in', 'out'] as const) expect(packets('all', direction)).toEqual(sum(direction));
      expect(value('pbx_call_legs_finished_total{pbx="all",measured="yes"}')).toBe(measured.length);
      const gaps = [...page].filter(([series]) => series.startsWith('pbx_event_gaps_total{'));
      expect(gaps.map(([, count]) => count)).toEqual(Array.from({ length: phones.length + 1 }, () => 0));
    });
  });
});

function expectWithin(value: number, low: number, high: number): void {
  expect(value).toBeGreaterThanOrEqual(low);
  expect(value).toBeLessThanOrEqual(high);
}

/** Returns how many legs of a target have ended. */
function finished(page: Page, target: string): number {
  const start = `pbx_call_legs_finished_total{pbx="${target}",`;
  const counts = [...page].filter(([series]) => series.startsWith(start));
  return counts.reduce((sum, [, count]) => sum + count, 0);
}

function runningOf(page: Page): Record<string, number | undefined> {
  const media = (name: string) => page.get(`pbx_call_legs{pbx="all",media="${name}"}`);
  const lossy = (name: string) => page.get(`pbx_call_legs_lossy{pbx="all",threshold="${name}"}`);
  return {
    ...Object.fromEntries(['flowing', 'one_way', 'none', 'unknown'].map((name) => [name, media(name)])),
    ...Object.fromEntries(['0.01', '0.05'].map((name) => [name, lossy(name)])),
    calls: page.get('pbx_calls{pbx="all",direction="all"}'),
  };
}

// One target for each phone: its AMI user receives events for the legs of that phone only. The user of target `all` receives all events.
const exporterFile = `
scrape: { timeout: 20s }
targets:
${phones.map(({ name }) => targetOf(name, `interval: ${intervals.each}s, collect: [quality], options: { running_legs: 0 }`)).join('')}
${targetOf('all', `interval: ${intervals.all}s, collect: [trunks, calls, quality], options: { trunk_pattern: . }`)}
`;

function targetOf(name: string, rest: string): string {
  return `  - { name: ${name}, family: asterisk, url: '${pbxUrl}', username: ${name}, password: ${password}, ${rest} }\n`;
}
