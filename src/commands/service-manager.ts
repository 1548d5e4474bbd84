import { execFile } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { endianness } from 'node:os';
import { getSystemErrorName, promisify } from 'node:util';
import type { Clock } from '../clock.ts';
import { createSchedule } from '../fleet/schedule.ts';
import type { Log } from '../log.ts';
import type { RunningExporter } from './serve.ts';

/** What is needed to speak with the service manager. */
export interface ServiceManagerSetup {
  /** `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID`, as sd_notify(3) and sd_watchdog_enabled(3) describe them. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly processId: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Default: {@link openNotifySocket}. */
  readonly openSocket?: (path: string) => Promise<Notify>;
  /** Has a message sent by a program that lives only for it. Default: `systemd-notify`. */
  readonly runNotify?: (message: readonly string[], environment: ServiceManagerSetup['environment']) => Promise<void>;
}

/**
 * Notifies the service manager, if there is one, that the program runs, reloads (on SIGHUP) and stops, and, if
 * requested, that rounds continue. Call it once the program listens. Never rejects: a failed notification is one line
 * in the log.
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
  return notify === undefined ? running : supervised(running, createTeller(notify, setup.log), setup);
}

function supervised(running: RunningExporter, tell: Notify, setup: ServiceManagerSetup): RunningExporter {
  let stopping = false;
  let stuck = false;
  const beat = (): void => {
    const turning = stopping || running.turning();
    if (!turning && !stuck) setup.log.error('no rounds are ending, watchdog notifications stopped');
    stuck = !turning;
    if (turning) tell('WATCHDOG=1');
  };
  const intervalMs = watchdogMs(setup);
  const beats = intervalMs === undefined ? undefined : createSchedule(setup.clock, intervalMs / 2, beat);
  tell('READY=1');
  beats?.start(0);
  return {
    ...running,
    async reload() {
      tell(`RELOADING=1\nMONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`);
      await running.reload();
      tell('READY=1');
    },
    async stop() {
      stopping = true;
      tell('STOPPING=1');
      await running.stop();
      beats?.stop();
    },
  };
}

/** Messages that do not arrive are told once, until one does. */
function createTeller(notify: Notify, log: Log): Notify {
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

/** Without READY=1 the start would count as failed, and without beats the program would be ended: it asks for none. */
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
  // Its environment is not ours: passwords may be in there.
  await promisify(execFile)('systemd-notify', message, { env: { NOTIFY_SOCKET, PATH }, timeout: 10_000 });
}

/** How often the service manager wants to hear of this process (ms); undefined when not at all. */
function watchdogMs({ environment, processId }: ServiceManagerSetup): number | undefined {
  const { WATCHDOG_USEC = '', WATCHDOG_PID = '' } = environment;
  const isMeant = WATCHDOG_PID === '' || WATCHDOG_PID === String(processId);
  return isMeant && /^[1-9]\d{0,17}$/.test(WATCHDOG_USEC) ? Number(WATCHDOG_USEC) / 1000 : undefined;
}

/** First line of the error; errors of loading and sending contain no secret. */
function messageOf(thrown: unknown): string {
  return (thrown instanceof Error ? thrown.message : String(thrown)).split('\n', 1)[0] ?? '';
}

/** Sends one message, e.g. `READY=1`, as one datagram. Throws when it cannot be sent; never waits. */
type Notify = (message: string) => void;

/** Values of Linux (`<sys/socket.h>`), the same on all of its processors for which Node.js is made. */
const unixFamily = 1;
const datagramType = 2;
const closeOnExec = 0o2000000;
const nonBlocking = 0o4000;

/**
 * Connects to the socket of a service manager, as given in `NOTIFY_SOCKET`: a path, or `@name` for an abstract socket.
 * Node.js has no Unix datagram sockets, so the two missing calls are made in the C library, through a library that loads
 * compiled code and is loaded only here. Rejects if that library has no compiled code for this machine.
 * Each message uses its own socket, so nothing breaks when the service manager is replaced while we run.
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

/** A `sockaddr_un`: the family in the order of the machine, then the path with its final NUL, or NUL and the abstract name. */
export function socketAddress(path: string): Buffer {
  const family = Buffer.alloc(2);
  if (endianness() === 'LE') family.writeUInt16LE(unixFamily);
  else family.writeUInt16BE(unixFamily);
  const name = path.startsWith('@') ? `\0${path.slice(1)}` : `${path}\0`;
  return Buffer.concat([family, Buffer.from(name)]);
}
