import { createSocket, type Socket } from 'node:dgram';
import type { Place } from './session-description.ts';

/** A UDP socket bound to a fixed address and port. */
export interface UdpSocket {
  readonly place: Place;
  send(data: Uint8Array, to: Place): void;
  close(): Promise<void>;
}

/** Opens a socket; `receive` is called with each datagram and its source address. */
export async function openUdpSocket(place: Place, receive: (data: Buffer, from: Place) => void): Promise<UdpSocket> {
  const socket = createSocket('udp4');
  socket.on('message', (data, from) => receive(data, from));
  await bind(socket, place);
  // Ignored: the far side may have closed its socket already.
  socket.on('error', () => {});
  let isOpen = true;
  return {
    place,
    send(data, to) {
      if (isOpen) socket.send(data, to.port, to.address);
    },
    close() {
      if (!isOpen) return Promise.resolve();
      isOpen = false;
      return new Promise((resolve) => {
        socket.close(() => resolve());
      });
    },
  };
}

function bind(socket: Socket, { address, port }: Place): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => {
      socket.off('error', reject);
      resolve();
    });
  });
}
