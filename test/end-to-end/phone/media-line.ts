import { Reception } from './reception.ts';
import { parseRtp } from './rtp-packet.ts';

/** Number of RTP sequence numbers. */
const wrap = 2 ** 16;

/** Loss and delay of RTP in one direction. */
export interface LinePlan {
  /** Drops one of this many packets; absent: none. */
  readonly dropOneOf?: number;
  /** Each RTP packet is delayed by `middleMs` plus or minus up to `spreadMs`, without reordering. RTCP is delayed by `middleMs`. */
  readonly delay?: { readonly middleMs: number; readonly spreadMs: number };
}

/** One direction of a relay. It drops and delays packets according to a deterministic plan, and counts them. */
export class MediaLine {
  readonly #plan: LinePlan;
  readonly #send: { readonly rtp: (data: Buffer) => void; readonly rtcp: (data: Buffer) => void };
  readonly #random = seededRandom(1);
  readonly #queue: Buffer[] = [];
  /** Their sequence numbers. */
  readonly #dropped: number[] = [];
  #dueAt = 0;
  #arrived = 0;
  #forwarded = 0;
  #reception: Reception | undefined;

  constructor(plan: LinePlan, send: { readonly rtp: (data: Buffer) => void; readonly rtcp: (data: Buffer) => void }) {
    this.#plan = plan;
    this.#send = send;
  }

  /** Packets that arrived. */
  get arrived(): number {
    return this.#arrived;
  }

  /** Packets that were forwarded. */
  get forwarded(): number {
    return this.#forwarded;
  }

  /** Packets that were dropped. */
  get dropped(): number {
    return this.#arrived - this.#forwarded - this.#queue.length;
  }

  /** Returns the number of packets dropped up to that sequence number, for calls of less than 32768 packets. */
  droppedUpTo(sequence: number): number {
    return this.#dropped.filter((one) => ((sequence % wrap) - one + wrap) % wrap < wrap / 2).length;
  }

  /** Jitter (s) of the forwarded packets, as defined in RFC 3550. */
  get jitterSeconds(): number {
    return this.#reception?.jitterSeconds ?? 0;
  }

  rtp(data: Buffer): void {
    this.#arrived += 1;
    if (this.#plan.dropOneOf !== undefined && this.#arrived % this.#plan.dropOneOf === 0) {
      this.#dropped.push(parseRtp(data)?.sequence ?? 0);
      return;
    }
    const { delay } = this.#plan;
    if (delay === undefined) {
      this.#forward(data);
      return;
    }
    const now = performance.now();
    const lateMs = delay.middleMs + delay.spreadMs * (2 * this.#random() - 1);
    this.#dueAt = Math.max(this.#dueAt, now + lateMs);
    this.#queue.push(data);
    // Each timer sends the oldest packet, even if the timers fire in another order.
    setTimeout(() => this.#forward(this.#queue.shift()), this.#dueAt - now);
  }

  rtcp(data: Buffer): void {
    setTimeout(() => this.#send.rtcp(data), this.#plan.delay?.middleMs ?? 0);
  }

  #forward(data: Buffer | undefined): void {
    const packet = data === undefined ? undefined : parseRtp(data);
    if (data === undefined || packet === undefined) return;
    this.#forwarded += 1;
    this.#reception ??= new Reception(packet);
    this.#reception.count(packet, performance.now());
    this.#send.rtp(data);
  }
}

/** Returns a generator of numbers from 0 (inclusive) to 1 (exclusive), determined by the seed (a linear congruential generator). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
