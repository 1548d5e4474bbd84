import type { Socket } from 'node:net';
import type { Clock, Timer } from '../../clock.ts';

/** Closes a connection that waits too long for its next request. */
export interface IdleWatch {
  /** Marks the connection as busy: a request has arrived. */
  begin(): void;
  /** Marks the connection as idle: the answer has been sent. */
  end(): void;
}

/** Starts watching a new connection. Uses the simulator's clock, because Node's keep-alive timer uses the machine's. */
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
 * Resets a connection (RST). A connection that is already closing is only destroyed: Node.js would neither reset it nor
 * report that it is gone.
 */
export function resetConnection(socket: Socket): void {
  if (socket.writableEnded && !socket.writableFinished) socket.destroy();
  else socket.resetAndDestroy();
}
