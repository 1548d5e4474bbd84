import { setImmediate as nextTurn } from 'node:timers/promises';

/** Smaller pieces (bytes) are put together: copying them costs less than handing on each one. */
const smallPiece = 4_096;
/** How much is put together (bytes); the first time only as much as the reader needs to see that the page comes. */
const joinedSize = { first: 4_096, later: 65_536 } as const;
/** After so many bytes the event loop turns. */
const bytesPerTurn = 131_072;

/**
 * Passes on the same bytes in fewer pieces: large pieces as they are, small neighbours joined. Lets the event loop turn
 * now and then: the socket of a fast reader takes everything immediately and would never make us wait, and pieces that
 * are made for the first time take a while.
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

/** Gives undefined if the event loop is due to turn before the next piece is complete. */
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

/** Least and most time (ms) of work between two turns of the event loop. */
const limits = { least: 5, most: 100 };

/**
 * Shares the event loop: lets it turn after a few milliseconds of work. If the rest of this program is busier, the limit
 * rises to the CPU time that the last turn took. With a fixed limit, the page of a large fleet in a busy exporter would
 * take a thousand long turns, longer than a reader waits. Time taken by other programs on the machine does not count:
 * raising the limit for them would only delay everybody.
 */
export class EventLoopYield {
  readonly #time: () => number;
  readonly #computed: () => number;
  #turnedAt: number;
  #share = limits.least;

  /**
   * @param time Monotonic time in milliseconds.
   * @param computed CPU time of this program in milliseconds.
   */
  constructor(time: () => number, computed = processorTime) {
    this.#time = time;
    this.#computed = computed;
    this.#turnedAt = time();
  }

  /** Whether the event loop is due to turn. */
  get isDue(): boolean {
    return this.#time() - this.#turnedAt >= this.#share;
  }

  /** Lets the event loop turn. */
  async turn(): Promise<void> {
    const [begin, computedBefore] = [this.#time(), this.#computed()];
    await nextTurn();
    this.#turnedAt = this.#time();
    // Threads beside the event loop compute too, so that CPU time can be more than the time that passed.
    const others = Math.min(this.#turnedAt - begin, this.#computed() - computedBefore);
    this.#share = Math.min(limits.most, Math.max(limits.least, others));
  }
}

function processorTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/** Memory that nobody uses again once it was written. */
const temporary = new WeakSet<ArrayBufferLike>();

/** Marks bytes that were made for one page, unless they share their memory with others, as small buffers do; gives them back. */
export function markTemporary(bytes: Buffer): Buffer {
  if (bytes.buffer.byteLength <= bytes.length + 1) temporary.add(bytes.buffer);
  return bytes;
}

/**
 * Frees the memory of such bytes immediately; other bytes stay. A large uncompressed page creates so many of them that
 * the garbage collector would otherwise stop the program several times per page.
 */
export function release(bytes: Buffer): void {
  const { buffer } = bytes;
  if (!(buffer instanceof ArrayBuffer) || !temporary.delete(buffer)) return;
  buffer.transfer(0);
}
