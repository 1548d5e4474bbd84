import { closeSync, readSync } from 'node:fs';
import koffi from 'koffi';
import { onTestFinished } from 'vitest';
import { socketAddress } from '../../src/commands/service-manager.ts';

/** Creates the receiving end of `NOTIFY_SOCKET`: a datagram socket bound to a path, or to an abstract name that starts with `@`. */
export function receiveNotifications(path: string): { readonly received: () => readonly string[] } {
  const library = koffi.load(null);
  const address = socketAddress(path);
  const nonBlockingDatagram = 2 | 0o2000000 | 0o4000;
  const descriptor = Number(library.func('int socket(int, int, int)')(1, nonBlockingDatagram, 0));
  const bound: unknown = library.func('int bind(int, const void *, uint32_t)')(descriptor, address, address.length);
  if (bound !== 0) throw new Error(`bind: ${koffi.errno()}`);
  onTestFinished(() => closeSync(descriptor));
  const messages: string[] = [];
  const buffer = Buffer.alloc(4096);
  return {
    received() {
      for (;;) {
        try {
          messages.push(buffer.toString('utf8', 0, readSync(descriptor, buffer)));
        } catch {
          return messages;
        }
      }
    },
  };
}
