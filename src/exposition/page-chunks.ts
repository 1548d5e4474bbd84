import { EventLoopYield } from './event-loop-yield.ts';
import { markTemporary } from './temporary-buffers.ts';

/** Smaller pieces (bytes) are put together: copying them costs less than handing on each one. */
const smallPiece = 4_096;
/** How much is put together (bytes); the first time only as much as the reader needs to see that the page comes. */
const joinedSize = { first: 4_096, later: 65_536 } as const;
/** After so many bytes the event loop turns. */
const bytesPerTurn = 131_072;

/**
 * The same bytes in fewer pieces: large ones as they are, small neighbours joined. Lets the event loop turn now and
 * then: a fast reader's socket takes everything at once and would never make us wait, and pieces that are made for the
 * first time take a while.
 *
 * @param time Monotonic time in milliseconds.
 */
export async function* inChunks(pieces: Iterable<Buffer>, time: () => number): AsyncGenerator<Buffer> {
  const pace = new EventLoopYield(time);
  let untilTurn = bytesPerTurn;
  const isDue = (): boolean => untilTurn <= 0 || pace.isDue;
  for (const chunk of joinSmall(pieces, isDue)) {
    if (chunk !== undefined) yield chunk;
    untilTurn -= chunk?.length ?? 0;
    if (!isDue()) continue;
    await pace.turn();
    untilTurn = bytesPerTurn;
  }
}

/** Gives undefined where the event loop is due to turn before the next piece is complete. */
function* joinSmall(pieces: Iterable<Buffer>, isDue: () => boolean): Generator<Buffer | undefined> {
  let [small, length, wanted]: [Buffer[], number, number] = [[], 0, joinedSize.first];
  for (const piece of pieces) {
    const isLarge = piece.length >= smallPiece;
    if (length >= wanted || (isLarge && length > 0)) {
      yield markTemporary(Buffer.concat(small, length));
      [small, length, wanted] = [[], 0, joinedSize.later];
    }
    if (isLarge) {
      yield piece;
      continue;
    }
    small.push(piece);
    length += piece.length;
    if (isDue()) yield undefined;
  }
  if (length > 0) yield markTemporary(Buffer.concat(small, length));
}
