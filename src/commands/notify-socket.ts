import { closeSync, writeSync } from 'node:fs';
import { endianness } from 'node:os';
import { getSystemErrorName } from 'node:util';

/** Sends one message, e.g. `READY=1`, as one datagram. Throws when it cannot be sent; never waits. */
export type Notify = (message: string) => void;

/** Values of Linux (`<sys/socket.h>`), the same on all of its processors for which Node.js is made. */
const unixFamily = 1;
const datagramType = 2;
const closeOnExec = 0o2000000;
const nonBlocking = 0o4000;

/**
 * Opens the way to the socket of a service manager, as `NOTIFY_SOCKET` names it: a path, or `@name` for an abstract one.
 * Node.js has no datagram sockets of this kind, so the two calls that it lacks are made in the C library; a library that
 * loads compiled code does that, and it is loaded only here. Rejects where it has none for this machine.
 * Each message has a socket of its own: nothing breaks when the service manager is replaced while we run.
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
