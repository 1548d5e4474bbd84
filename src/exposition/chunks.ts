import { setImmediate as nextTurn } from 'node:timers/promises';

/** Smaller pieces (bytes) are put together: copying them costs less than handing on each one. */
const smallPiece = 4_096;
/** How much is put together (bytes); the first time only as much as the reader needs to see that the page comes. */
const joinedSize = { first: 4_096, later: 65_536 } as const;
/** After so many bytes the event loop turns. */
const bytesPerTurn = 131_072;

/**
 * The same bytes in fewer pieces: large ones as they are, small neighbours joined. Lets the event loop turn now and
 * then: a fast reader's socket takes everything at once and would never make us wait.
 */
export async function* inChunks(pieces: Iterable<Buffer>): AsyncGenerator<Buffer> {
  let untilTurn = bytesPerTurn;
  for (const chunk of joinSmall(pieces)) {
    yield chunk;
    untilTurn -= chunk.length;
    if (untilTurn > 0) continue;
    await nextTurn();
    untilTurn = bytesPerTurn;
  }
}

function* joinSmall(pieces: Iterable<Buffer>): Generator<Buffer> {
  let [small, length, wanted]: [Buffer[], number, number] = [[], 0, joinedSize.first];
  for (const piece of pieces) {
    const isLarge = piece.length >= smallPiece;
    if (length >= wanted || (isLarge && length > 0)) {
      yield Buffer.concat(small, length);
      [small, length, wanted] = [[], 0, joinedSize.later];
    }
    if (isLarge) {
      yield piece;
      continue;
    }
    small.push(piece);
    length += piece.length;
  }
  if (length > 0) yield Buffer.concat(small, length);
}
