import { setImmediate as nextTurn } from 'node:timers/promises';

/** Pieces smaller than this (bytes) are joined, because copying them costs less than passing them on separately. */
const smallPiece = 4_096;
/** Size of joined pieces (bytes). The first one is small, so that the reader receives data immediately. */
const joinedSize = { first: 4_096, later: 65_536 } as const;

/**
 * Yields the same bytes in fewer pieces: large pieces unchanged, adjacent small ones joined. It lets the event loop turn
 * regularly: the socket of a fast reader accepts everything immediately and would never make the page wait, and rendering
 * new pieces takes time.
 *
 * @param time Monotonic time in milliseconds.
 */
export async function* inChunks(pieces: Iterable<Buffer>, time: () => number): AsyncGenerator<Buffer> {
  const pace = new EventLoopYield(time);
  for (const chunk of joinSmall(pieces, pace)) {
    if (chunk !== undefined) yield chunk;
    if (pace.isDue) await pace.turn();
  }
}

/** Yields undefined if the event loop must turn before the next piece is complete. */
function* joinSmall(pieces: Iterable<Buffer>, pace: EventLoopYield): Generator<Buffer | undefined> {
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
    if (pace.isDue) yield undefined;
  }
  if (length > 0) yield markTemporary(Buffer.concat(small, length));
}

/** Minimum and maximum time (ms) of work between two turns of the event loop. */
const limits = { least: 3, most: 100 };

/**
 * Lets the event loop turn after a few milliseconds of work. If the rest of this program is busy, the limit rises to the
 * CPU time of the last turn. With a fixed limit, the page of a large fleet in a busy exporter would need a thousand long
 * turns, longer than a reader waits. CPU time of other programs does not count, because raising the limit for them would
 * only delay all readers.
 */
export class EventLoopYield {
  readonly #time: () => number;
  readonly #computed: () => number;
  #turnedAt: number;
  #share = limits.least;

  /**
   * @param time Monotonic time in milliseconds.
   * @param computed Returns the CPU time of this program in milliseconds.
   */
  constructor(time: () => number, computed = processorTime) {
    this.#time = time;
    this.#computed = computed;
    this.#turnedAt = time();
  }

  /** Whether the event loop must turn now. */
  get isDue(): boolean {
    return this.#time() - this.#turnedAt >= this.#share;
  }

  /** Lets the event loop turn. */
  async turn(): Promise<void> {
    const [begin, computedBefore] = [this.#time(), this.#computed()];
    await nextTurn();
    this.#turnedAt = this.#time();
    // Limited to the elapsed time, because other threads of this program also use CPU time.
    const others = Math.min(this.#turnedAt - begin, this.#computed() - computedBefore);
    this.#share = Math.min(limits.most, Math.max(limits.least, others));
  }
}

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Memory that is unused after it was written. */
const temporary = new WeakSet<ArrayBufferLike>();

/** Marks the memory of bytes that were created for one page, unless it is shared, as for small buffers. Returns the bytes. */
export function markTemporary(bytes: Buffer): Buffer {
  if (bytes.buffer.byteLength <= bytes.length + 1) temporary.add(bytes.buffer);
  return bytes;
}

/**
 * Frees the memory of marked bytes immediately; other bytes are unaffected. A large uncompressed page creates so many of
 * them that the garbage collector would otherwise stop the program several times per page.
 */
export function release(bytes: Buffer): void {
  const { buffer } = bytes;
  if (!(buffer instanceof ArrayBuffer) || !temporary.delete(buffer)) return;
  buffer.transfer(0);
}
