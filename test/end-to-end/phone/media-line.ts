import { Reception } from './reception.ts';
import { parseRtp } from './rtp-packet.ts';

/** What befalls the RTP of one direction. */
export interface LinePlan {
  /** Every so many packets one is dropped; absent: none. */
  readonly dropOneOf?: number;
  /** Each packet is late by `middleMs`, more or less by up to `spreadMs`, and never overtakes another. RTCP is late by `middleMs`. */
  readonly delay?: { readonly middleMs: number; readonly spreadMs: number };
}

/** One direction of a relay: drops and delays by its plan, which leaves nothing to chance, and counts. */
export class MediaLine {
  readonly #plan: LinePlan;
  readonly #send: { readonly rtp: (data: Buffer) => void; readonly rtcp: (data: Buffer) => void };
  readonly #random = seededRandom(1);
  readonly #queue: Buffer[] = [];
  #dueAt = 0;
  #arrived = 0;
  #forwarded = 0;
  #reception: Reception | undefined;

  constructor(plan: LinePlan, send: { readonly rtp: (data: Buffer) => void; readonly rtcp: (data: Buffer) => void }) {
    this.#plan = plan;
    this.#send = send;
  }

  /** Packets that came. */
  get arrived(): number {
    return this.#arrived;
  }

  /** Packets that were sent on. */
  get forwarded(): number {
    return this.#forwarded;
  }

  /** Packets that were thrown away. */
  get dropped(): number {
    return this.#arrived - this.#forwarded - this.#queue.length;
  }

  /** Jitter (s) of the packets as they were sent on, by RFC 3550. */
  get jitterSeconds(): number {
    return this.#reception?.jitterSeconds ?? 0;
  }

  rtp(data: Buffer): void {
    this.#arrived += 1;
    if (this.#plan.dropOneOf !== undefined && this.#arrived % this.#plan.dropOneOf === 0) return;
    const { delay } = this.#plan;
    if (delay === undefined) {
      this.#forward(data);
      return;
    }
    const now = performance.now();
    const lateMs = delay.middleMs + delay.spreadMs * (2 * this.#random() - 1);
    this.#dueAt = Math.max(this.#dueAt, now + lateMs);
    this.#queue.push(data);
    // Whichever timer comes first sends the packet that came first.
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

/** Numbers from 0 to below 1, the same ones for the same seed (a linear congruential generator). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
