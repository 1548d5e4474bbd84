import { above } from './media-relay.ts';
import { Reception } from './reception.ts';
import { formatReport, parseReport, type ReceivedReport, type ReportBlock } from './rtcp-packet.ts';
import { formatRtp, parseRtp } from './rtp-packet.ts';
import { type Codec, codecs, type Place } from './session-description.ts';
import { openUdpSocket, type UdpSocket } from './udp-socket.ts';

const packetMs = 20;
const samplesPerPacket = 160;
/** Soon after the beginning of a call, and at the shortest pause of RFC 3550, section 6.2, somewhat shortened by its randomness. */
const reports = { firstMs: 2_500, pauseMs: 4_500 } as const;
/** Near the end of the 16 bits, so that the count begins anew during a call. */
const firstSequence = 65_000;

/** How a phone takes part in a call. */
export interface MediaBehaviour {
  readonly codec: Codec;
  /** Whether it sends RTCP. */
  readonly sendsReports: boolean;
  /** Whether it ever sends RTP. */
  readonly talks: boolean;
}

/** RTP and RTCP of one phone: sends a packet each 20 ms, counts what comes, and reports as RFC 3550 says. */
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

  /** Receives at `place` and sends to `remote`; `source` tells it from all others. */
  constructor(place: Place, remote: Place, behaviour: MediaBehaviour, source: number) {
    this.#place = place;
    this.#remote = remote;
    this.#behaviour = behaviour;
    this.#source = source;
  }

  /** What the last report of this phone said of what it receives; jitter in samples. */
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
    // Twice as often as packets: a timer that is late must not cost a packet.
    const packets = setInterval(() => this.#tick(), packetMs / 2);
    if (!this.#behaviour.sendsReports) {
      this.#timers = [packets];
      return;
    }
    const first = setTimeout(() => this.#report(), reports.firstMs);
    const later = setInterval(() => this.#report(), reports.pauseMs);
    this.#timers = [packets, first, later];
  }

  /** Stops or goes on sending RTP; RTCP goes on all the time. */
  send(isSending: boolean): void {
    this.#isSending = isSending && this.#behaviour.talks;
  }

  /** The next report of the far side about what this phone sends. */
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

  /** A timer that is late by more than a packet leaves a pause of speech, no loss and no jitter: the timestamp goes with the time. */
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
      // Rounded down: otherwise the roundtrip could come out below zero.
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

/** Any bytes will do: nobody listens. */
const speech = new Uint8Array(samplesPerPacket).fill(0x55);
