import type { ReportBlock } from './rtcp-packet.ts';
import type { RtpPacket } from './rtp-packet.ts';

/** Samples per second. */
const clockRate = 8_000;
const wrap = 2 ** 16;

/** The statistics of a receiver about one stream (RFC 3550, appendix A.1, A.3 and A.8). */
export class Reception {
  readonly source: number;
  #received = 0;
  readonly #first: number;
  #highest: number;
  #jitter = 0;
  #last: { readonly timestamp: number; readonly atMs: number } | undefined;
  /** Values at the previous report. */
  #before = { expected: 0, received: 0 };

  /** `first` is the first packet of the stream; the caller must also pass it to `count`. */
  constructor(first: RtpPacket) {
    this.source = first.source;
    this.#first = first.sequence;
    this.#highest = first.sequence;
  }

  /** Counts a packet that arrived at a time (ms of any clock). */
  count({ sequence, timestamp }: Pick<RtpPacket, 'sequence' | 'timestamp'>, atMs: number): void {
    this.#received += 1;
    const ahead = (sequence - (this.#highest % wrap) + wrap) % wrap;
    if (ahead < wrap / 2) this.#highest += ahead;
    const before = this.#last;
    this.#last = { timestamp, atMs };
    if (before === undefined) return;
    // Timestamps wrap around at 2^32, so their difference is a signed 32-bit number.
    const difference = ((atMs - before.atMs) * clockRate) / 1000 - ((timestamp - before.timestamp) | 0);
    this.#jitter += (Math.abs(difference) - this.#jitter) / 16;
  }

  get received(): number {
    return this.#received;
  }

  /** Negative if there were duplicate packets. */
  get lost(): number {
    return this.#expected - this.#received;
  }

  /** The current jitter in seconds. */
  get jitterSeconds(): number {
    return this.#jitter / clockRate;
  }

  /** Returns the current report block; the interval of the next block starts now. */
  takeBlock(): Pick<ReportBlock, 'source' | 'fractionLost' | 'lost' | 'highestSequence' | 'jitter'> {
    const expected = this.#expected - this.#before.expected;
    const lost = expected - (this.#received - this.#before.received);
    this.#before = { expected: this.#expected, received: this.#received };
    return {
      source: this.source,
      fractionLost: expected <= 0 || lost <= 0 ? 0 : Math.min(255, Math.floor((lost * 256) / expected)),
      lost: this.lost,
      highestSequence: this.#highest % 2 ** 32,
      jitter: Math.floor(this.#jitter),
    };
  }

  get #expected(): number {
    return this.#highest - this.#first + 1;
  }
}
