import { execFile } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { endianness } from 'node:os';
import { getSystemErrorName, promisify } from 'node:util';
import type { Clock } from '../clock.ts';
import { createSchedule } from '../fleet/schedule.ts';
import type { Log } from '../log.ts';
import type { RunningExporter } from './serve.ts';

/** Dependencies of the communication with the service manager. */
export interface ServiceManagerSetup {
  /** `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`, as described in sd_notify(3) and sd_watchdog_enabled(3). */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly processId: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Default: {@link openNotifySocket}. */
  readonly openSocket?: (path: string) => Promise<Notify>;
  /** Sends a message by running a separate program. Default: `systemd-notify`. */
  readonly runNotify?: (message: readonly string[], environment: ServiceManagerSetup['environment']) => Promise<void>;
}

/**
 * Notifies the service manager, if there is one, when the program is ready, reloads (on SIGHUP) or stops, and, if
 * requested, regularly while rounds make progress. Call it once the program listens. Never rejects: a failed notification
 * is only logged.
 */
export async function underServiceManager(
  running: RunningExporter,
  setup: ServiceManagerSetup,
): Promise<RunningExporter> {
  const path = setup.environment['NOTIFY_SOCKET'];
  if (path === undefined || path === '') return running;
  const notify = await (setup.openSocket ?? openNotifySocket)(path).catch((thrown: unknown) =>
    readyWithoutSocket(setup, thrown),
  );
  return notify === undefined ? running : supervised(running, createNotifier(notify, setup.log), setup);
}

function supervised(running: RunningExporter, send: Notify, setup: ServiceManagerSetup): RunningExporter {
  let stopping = false;
  let isStalled = false;
  const sendWatchdog = (): void => {
    const makesProgress = stopping || running.makesProgress();
    if (!makesProgress && !isStalled) setup.log.error('no rounds are ending, watchdog notifications stopped');
    isStalled = !makesProgress;
    if (makesProgress) send('WATCHDOG=1');
  };
  const intervalMs = watchdogMs(setup);
  const watchdog = intervalMs === undefined ? undefined : createSchedule(setup.clock, intervalMs / 2, sendWatchdog);
  send('READY=1');
  watchdog?.start(0);
  return {
    ...running,
    async reload() {
      send(`RELOADING=1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
      await running.reload();
      send('READY=1');
    },
    async stop() {
      stopping = true;
      send('STOPPING=1');
      await running.stop();
      watchdog?.stop();
    },
  };
}

/** Logs only the first of several consecutive failed messages. */
function createNotifier(notify: Notify, log: Log): Notify {
  let failing = false;
  return (message) => {
    try {
      notify(message);
      failing = false;
    } catch (thrown) {
      if (!failing) log.warn('service manager could not be reached', { problem: messageOf(thrown) });
      failing = true;
    }
  };
}

/** Sends READY=1 with the separate program, because the start would fail otherwise, and disables the watchdog, which would end us. */
async function readyWithoutSocket(
  { environment, log, runNotify = runSystemdNotify }: ServiceManagerSetup,
  thrown: unknown,
): Promise<undefined> {
  const problem = messageOf(thrown);
  try {
    await runNotify(['READY=1', 'WATCHDOG_USEC=0'], environment);
    log.warn('service manager notified that the program is ready, but without watchdog', { problem });
  } catch (second) {
    log.warn('service manager could not be notified that the program is ready', {
      problem,
      'systemd-notify': messageOf(second),
    });
  }
}

async function runSystemdNotify(
  message: readonly string[],
  { NOTIFY_SOCKET, PATH }: ServiceManagerSetup['environment'],
): Promise<void> {
  // Our environment may contain passwords, so it is not passed on.
  await promisify(execFile)('systemd-notify', message, { env: { NOTIFY_SOCKET, PATH }, timeout: 10_000 });
}

/** The watchdog interval of the service manager for this process (ms); undefined if there is no watchdog. */
function watchdogMs({ environment, processId }: ServiceManagerSetup): number | undefined {
  const { WATCHDOG_USEC = '', WATCHDOG_PID = '' } = environment;
  const isMeant = WATCHDOG_PID === '' || WATCHDOG_PID === String(processId);
  return isMeant && /^[1-9]\d{0,17}$/.test(WATCHDOG_USEC) ? Number(WATCHDOG_USEC) / 1000 : undefined;
}

/** The first line of an error message; errors of loading and sending contain no secrets. */
function messageOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).split('\n', 1)[0] ?? '';
}

/** Sends a message such as `READY=1` as one datagram. Throws if it cannot be sent; never blocks. */
type Notify = (message: string) => void;

/** Values on Linux (`<sys/socket.h>`), identical on all processors supported by Node.js. */
const unixFamily = 1;
const datagramType = 2;
const closeOnExec = 0o2000000;
const nonBlocking = 0o4000;

/**
 * Returns a function that sends messages to the socket in `NOTIFY_SOCKET`: a path, or `@name` for an abstract socket.
 * Node.js has no Unix datagram sockets, so the two missing functions are called in the C library through koffi, which is
 * loaded only here. Rejects if koffi has no compiled code for this machine. Each message uses its own socket, so messages
 * still arrive if the service manager is replaced while we run.
 */
export async function openNotifySocket(path: string): Promise<Notify> {
  const { default: koffi } = await import('koffi');
  const library = koffi.load(null);
  const socket = library.func('int socket(int domain, int type, int protocol)');
  const connect = library.func('int connect(int socket, const void *address, uint32_t length)');
  const address = socketAddress(path);
  const checked = (call: string, result: unknown): number => {
    if (typeof result === 'number' && result >= 0) return result;
    throw new Error(`${call}: ${getSystemErrorName(-koffi.errno())}`);
  };
  return (message) => {
    const descriptor = checked('socket', socket(unixFamily, datagramType | closeOnExec | nonBlocking, 0));
    try {
      checked('connect', connect(descriptor, address, address.length));
      writeSync(descriptor, message);
    } finally {
      closeSync(descriptor);
    }
  };
}

/** Returns a `sockaddr_un`: the family in native byte order, then the path with a final NUL, or NUL and the abstract name. */
export function socketAddress(path: string): Buffer {
  const family = Buffer.alloc(2);
  if (endianness() === 'LE') family.writeUInt16LE(unixFamily);
  else family.writeUInt16BE(unixFamily);
  const name = path.startsWith('@') ? `\0${path.slice(1)}` : `${path}\0`;
  return Buffer.concat([family, Buffer.from(name)]);
}
