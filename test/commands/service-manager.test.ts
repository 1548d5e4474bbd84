import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openNotifySocket, type ServiceManagerSetup, underServiceManager } from '../../src/commands/service-manager.ts';
import { makesProgress, type RunningExporter } from '../../src/commands/serve.ts';
import { silentLog } from '../../src/log.ts';
import { createHandClock, type HandClock } from '../simulator/hand-clock.ts';
import { receiveNotifications } from '../support/notify-receiver.ts';

interface Bench {
  readonly running: RunningExporter;
  readonly clock: HandClock;
  /** All messages in order. */
  readonly told: string[];
  /** Messages of the log lines. */
  readonly lines: string[];
  turning: boolean;
  unreachable: boolean;
}

async function supervise(
  environment: ServiceManagerSetup['environment'],
  replaced: Partial<ServiceManagerSetup> = {},
): Promise<Bench> {
  const clock = createHandClock();
  const bench = { clock, told: [] as string[], lines: [] as string[], turning: true, unreachable: false };
  const exporter: RunningExporter = {
    port: 1,
    reload: () => Promise.resolve(void bench.told.push('(reloads)')),
    stop: () => Promise.resolve(void bench.told.push('(stops)')),
    makesProgress: () => bench.turning,
  };
  const note = (message: string): void => void bench.lines.push(message);
  const running = await underServiceManager(exporter, {
    environment: { NOTIFY_SOCKET: '/run/systemd/notify', ...environment },
    processId: 7,
    clock,
    log: { ...silentLog, warn: note, error: note },
    openSocket: () =>
      Promise.resolve((message) => {
        if (bench.unreachable) throw new Error('connect: ECONNREFUSED');
        bench.told.push(message);
      }),
    ...replaced,
  });
  return Object.assign(bench, { running });
}

test('without a service manager nothing is loaded and nothing told', async () => {
  for (const NOTIFY_SOCKET of [undefined, '']) {
    const openSocket = (): never => expect.unreachable();
    const { told, clock } = await supervise({ NOTIFY_SOCKET, WATCHDOG_USEC: '1000' }, { openSocket });
    expect([told, clock.waiting]).toEqual([[], 0]);
  }
});

test('start, reload and stop are told, each before or after what it stands for', async () => {
  const { running, told, clock } = await supervise({});
  await running.reload();
  await running.stop();
  const reloading: unknown = expect.stringMatching(/^RELOADING=1\nMONOTONIC_USEC=\d+$/);
  expect(told).toEqual(['READY=1', reloading, '(reloads)', 'READY=1', 'STOPPING=1', '(stops)']);
  expect(clock.waiting).toBe(0);
});

test('the watchdog is fed at half its interval, only while rounds come to an end', async () => {
  const bench = await supervise({ WATCHDOG_USEC: '120000000', WATCHDOG_PID: '7' });
  const { told, lines, clock } = bench;
  const beats = (): number => told.filter((message) => message === 'WATCHDOG=1').length;
  clock.advance(0);
  expect(beats()).toBe(1);
  clock.advance(59_999);
  expect(beats()).toBe(1);
  clock.advance(1);
  expect(beats()).toBe(2);
  bench.turning = false;
  clock.advance(600_000);
  expect([beats(), lines]).toEqual([2, ['no rounds are ending, watchdog notifications stopped']]);
  bench.turning = true;
  clock.advance(60_000);
  expect(beats()).toBe(3);
  await bench.running.stop();
  expect(clock.waiting).toBe(0);
});

test.each([{ WATCHDOG_PID: '8', WATCHDOG_USEC: '1000' }, { WATCHDOG_USEC: '0' }, { WATCHDOG_USEC: 'soon' }, {}])(
  'no beats where none are wanted of this process: %j',
  async (environment) => expect((await supervise(environment)).clock.waiting).toBe(0),
);

test('a service manager that is not reached is one line, and is told again later', async () => {
  const bench = await supervise({ WATCHDOG_USEC: '2000000' });
  bench.unreachable = true;
  bench.clock.advance(10_000);
  expect(bench.lines).toEqual(['service manager could not be reached']);
  bench.unreachable = false;
  bench.clock.advance(1_000);
  expect(bench.told.at(-1)).toBe('WATCHDOG=1');
});

test('where the library does not load, one program tells that it is ready and wants no watchdog: one line, no failed start', async () => {
  const sent: (readonly string[])[] = [];
  const openSocket = (): Promise<never> => Promise.reject(new Error('no compiled code for this machine'));
  const runNotify = (message: readonly string[]): Promise<void> => Promise.resolve(void sent.push(message));
  const { lines, clock } = await supervise({ WATCHDOG_USEC: '2000000' }, { openSocket, runNotify });
  expect(sent).toEqual([['READY=1', 'WATCHDOG_USEC=0']]);
  expect(lines).toEqual(['service manager notified that the program is ready, but without watchdog']);
  expect(clock.waiting).toBe(0);
  const failing = await supervise({}, { openSocket, runNotify: () => Promise.reject(new Error('ENOENT')) });
  expect(failing.lines).toEqual(['service manager could not be notified that the program is ready']);
});

test('messages arrive on a real socket, one datagram each, at a path and at an abstract name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'notify-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const path of [join(folder, 'notify'), `@pbx-exporter-test-${process.pid}`]) {
    const { received } = receiveNotifications(path);
    const notify = await openNotifySocket(path);
    notify('READY=1');
    notify('RELOADING=1\nMONOTONIC_USEC=1');
    expect(received()).toEqual(['READY=1', 'RELOADING=1\nMONOTONIC_USEC=1']);
  }
  const nobody = await openNotifySocket(join(folder, 'nobody'));
  expect(() => nobody('READY=1')).toThrow('connect: ENOENT');
});

test('a loop turns while some PBX is on time or some round has just ended', () => {
  const late = { overdueMs: 1, roundEndedMsAgo: 60_000 };
  expect(makesProgress([])).toBe(true);
  expect(makesProgress([late, { overdueMs: 0, roundEndedMsAgo: Infinity }])).toBe(true);
  expect(makesProgress([late, { overdueMs: 500_000, roundEndedMsAgo: 59_999 }])).toBe(true);
  expect(makesProgress([late, { overdueMs: 500_000, roundEndedMsAgo: Infinity }])).toBe(false);
});
