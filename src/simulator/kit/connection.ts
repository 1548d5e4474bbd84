import type { Socket } from 'node:net';
import type { Clock, Timer } from '../../clock.ts';

/** Closes a connection that waits too long for its next request. */
export interface IdleWatch {
  /** A request came: the connection is not idle. */
  begin(): void;
  /** The answer is out: idle again. */
  end(): void;
}

/** Starts to watch a new connection, on the simulator's clock: Node's own keep-alive timer knows only the machine's. */
export function watchIdle(socket: Socket, clock: Clock, idleMs: number): IdleWatch {
  let timer: Timer | undefined = undefined;
  const begin = (): void => timer?.stop();
  const end = (): void => {
    timer?.stop();
    if (!socket.destroyed && idleMs !== Infinity) timer = clock.after(idleMs, () => socket.destroy());
  };
  socket.once('close', begin);
  end();
  return { begin, end };
}

/**
 * Resets a connection (RST). A connection that is already ending cannot be reset: Node.js would neither reset it nor
 * report that it is gone, so it is only destroyed.
 */
export function resetConnection(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
