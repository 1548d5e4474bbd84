import type { Socket } from 'node:net';

/**
 * Resets a connection (RST). One that is in the middle of its own end cannot be reset: Node.js would then neither do that
 * nor say that the connection is gone, so it is only destroyed.
 */
export function resetConnection(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
