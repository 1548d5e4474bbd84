import { above } from './media-relay.ts';
import { Reception } from './reception.ts';
import { formatReport, parseReport, type ReceivedReport, type ReportBlock } from './rtcp-packet.ts';
import { formatRtp, parseRtp } from './rtp-packet.ts';
import { type Codec, codecs, type Place } from './session-description.ts';
import { openUdpSocket, type UdpSocket } from './udp-socket.ts';

const packetMs = 20;
const samplesPerPacket = 160;
/**
 * The first report follows soon after the start of a call. The interval is slightly below the minimum of RFC 3550, section 6.2, as its
 * randomization allows.
 */
const reports = { firstMs: 2_500, pauseMs: 4_500 } as const;
/** Near the end of the 16-bit range, so that the sequence number wraps around during a call. */
const firstSequence = 65_000;

/** How a phone takes part in a call. */
export interface MediaBehaviour {
  readonly codec: Codec;
  /** Whether it sends RTCP. */
  readonly sendsReports: boolean;
  /** Whether it ever sends RTP. */
  readonly talks: boolean;
}

/** RTP and RTCP of one phone. Sends a packet every 20 ms, counts received packets, and sends reports as specified in RFC 3550. */
export class MediaSession {
  readonly #place: Place;
  readonly #remote: Place;
  readonly #behaviour: MediaBehaviour;
  readonly #source: number;
  readonly #listeners = new Set<(block: ReportBlock) => void>();
  #sockets: readonly UdpSocket[] = [];
  #timers: readonly NodeJS.Timeout[] = [];
  #startedAt = 0;
  #isSending = false;
  #slot = -1;
  #sent = 0;
  #reception: Reception | undefined;
  #lastReport: { readonly shortTime: number; readonly atMs: number } | undefined;
  #told: Pick<ReportBlock, 'lost' | 'jitter'> | undefined;

  /** Receives at `place` and sends to `remote`; `source` is its SSRC. */
  constructor(place: Place, remote: Place, behaviour: MediaBehaviour, source: number) {
    this.#place = place;
    this.#remote = remote;
    this.#behaviour = behaviour;
    this.#source = source;
  }

  /** Loss and jitter (in samples) of the received stream, from the last report of this phone. */
  get told(): Pick<ReportBlock, 'lost' | 'jitter'> | undefined {
    return this.#told;
  }

  async open(): Promise<void> {
    this.#sockets = await Promise.all([
      openUdpSocket(this.#place, (data) => this.#receive(data)),
      openUdpSocket(above(this.#place), (data) => this.#receiveReport(data)),
    ]);
  }

  start(): void {
    if (this.#timers.length > 0) return;
    this.#startedAt = performance.now();
    this.#isSending = this.#behaviour.talks;
    // Twice as often as packets are due, so that a late timer does not cost a packet.
    const packets = setInterval(() => this.#tick(), packetMs / 2);
    if (!this.#behaviour.sendsReports) {
      this.#timers = [packets];
      return;
    }
    const first = setTimeout(() => this.#report(), reports.firstMs);
    const later = setInterval(() => this.#report(), reports.pauseMs);
    this.#timers = [packets, first, later];
  }

  /** Stops or resumes RTP; RTCP continues in both cases. */
  send(isSending: boolean): void {
    this.#isSending = isSending && this.#behaviour.talks;
  }

  /** Resolves with the next report of the far side about the stream of this phone. */
  nextReport(): Promise<ReportBlock> {
    return new Promise((resolve) => {
      const listener = (block: ReportBlock): void => {
        this.#listeners.delete(listener);
        resolve(block);
      };
      this.#listeners.add(listener);
    });
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  async close(): Promise<void> {
    this.stop();
    await Promise.all(this.#sockets.map((socket) => socket.close()));
  }

  /**
   * Sends the packet that is due. The timestamp follows the clock, so a timer that is late by more than one packet causes a gap, but no
   * loss and no jitter.
   */
  #tick(): void {
    const slot = Math.floor((performance.now() - this.#startedAt) / packetMs);
    if (slot === this.#slot || !this.#isSending) return;
    this.#slot = slot;
    const packet = formatRtp({
      payloadType: codecs[this.#behaviour.codec],
      sequence: (firstSequence + this.#sent) % 2 ** 16,
      timestamp: slot * samplesPerPacket,
      source: this.#source,
      payload: speech,
    });
    this.#sent += 1;
    this.#sockets[0]?.send(packet, this.#remote);
  }

  #receive(data: Buffer): void {
    const packet = parseRtp(data);
    if (packet === undefined) return;
    if (this.#reception?.source !== packet.source) this.#reception = new Reception(packet);
    this.#reception.count(packet, performance.now());
  }

  #receiveReport(data: Buffer): void {
    const report = parseReport(data);
    if (report === undefined) return;
    this.#noteSender(report);
    const block = report.blocks.find(({ source }) => source === this.#source);
    if (block === undefined) return;
    for (const listener of this.#listeners) listener(block);
  }

  #noteSender({ source, shortTime }: ReceivedReport): void {
    if (shortTime === undefined || source !== this.#reception?.source) return;
    this.#lastReport = { shortTime, atMs: performance.now() };
  }

  #report(): void {
    const now = performance.now();
    const block = this.#reception?.takeBlock();
    const sinceMs = this.#lastReport === undefined ? 0 : now - this.#lastReport.atMs;
    const received = {
      lastReport: this.#lastReport?.shortTime ?? 0,
      // Rounded down; otherwise the computed roundtrip could be negative.
      sinceLastReport: Math.floor((sinceMs * 65_536) / 1000),
    };
    const sender = {
      time: Date.now() / 1000,
      timestamp: Math.floor(((now - this.#startedAt) * samplesPerPacket) / packetMs),
      packets: this.#sent,
      bytes: this.#sent * samplesPerPacket,
    };
    if (block !== undefined) this.#told = block;
    const report = {
      source: this.#source,
      ...(this.#isSending ? { sender } : {}),
      blocks: block === undefined ? [] : [{ ...block, ...received }],
    };
    this.#sockets[1]?.send(formatReport(report, 'phone@example.org'), above(this.#remote));
  }
}

/** The content does not matter: nobody listens. */
const speech = new Uint8Array(samplesPerPacket).fill(0x55);
