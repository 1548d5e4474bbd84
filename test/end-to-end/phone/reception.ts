import type { ReportBlock } from './rtcp-packet.ts';
import type { RtpPacket } from './rtp-packet.ts';

/** Samples in a second. */
const clockRate = 8_000;
const wrap = 2 ** 16;

/** What a receiver counts of one stream (RFC 3550, appendix A.1, A.3 and A.8). */
export class Reception {
  readonly source: number;
  #received = 0;
  readonly #first: number;
  #highest: number;
  #jitter = 0;
  #last: { readonly timestamp: number; readonly atMs: number } | undefined;
  /** At the report before. */
  #before = { expected: 0, received: 0 };

  /** `first` is the first packet of the stream; it has to be counted, too. */
  constructor(first: RtpPacket) {
    this.source = first.source;
    this.#first = first.sequence;
    this.#highest = first.sequence;
  }

  /** Counts a packet that came at that time (ms of any clock). */
  count({ sequence, timestamp }: Pick<RtpPacket, 'sequence' | 'timestamp'>, atMs: number): void {
    this.#received += 1;
    const ahead = (sequence - (this.#highest % wrap) + wrap) % wrap;
    if (ahead < wrap / 2) this.#highest += ahead;
    const before = this.#last;
    this.#last = { timestamp, atMs };
    if (before === undefined) return;
    // Timestamps begin anew at 2^32: their difference is one of 32 bits with a sign.
    const difference = ((atMs - before.atMs) * clockRate) / 1000 - ((timestamp - before.timestamp) | 0);
    this.#jitter += (Math.abs(difference) - this.#jitter) / 16;
  }

  get received(): number {
    return this.#received;
  }

  /** Below 0 where packets came twice. */
  get lost(): number {
    return this.#expected - this.#received;
  }

  /** Of this moment, in seconds. */
  get jitterSeconds(): number {
    return this.#jitter / clockRate;
  }

  /** The report block of this moment; the next one tells of what comes from now on. */
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
