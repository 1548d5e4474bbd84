import { type LinePlan, MediaLine } from './media-line.ts';
import { parseReport } from './rtcp-packet.ts';
import type { Place } from './session-description.ts';
import { openUdpSocket, type UdpSocket } from './udp-socket.ts';

/** Loss and delay between a phone and the PBX, by direction. */
export interface RelayPlan {
  /** From the phone to the PBX. */
  readonly toPbx?: LinePlan;
  /** From the PBX to the phone. */
  readonly fromPbx?: LinePlan;
}

/** Counters of a relay for one direction. */
export interface LineCount {
  /** Packets that arrived; delayed packets are neither forwarded nor dropped yet. */
  readonly arrived: number;
  readonly forwarded: number;
  readonly dropped: number;
  /** Dropped packets up to the highest sequence number of the receiver's last report, which cannot include later losses. */
  readonly droppedAtReport: number;
  /** Jitter of the forwarded packets in seconds, as defined in RFC 3550. */
  readonly jitterSeconds: number;
}

/** RTP ports of a relay; each RTCP port is one higher. */
const ports = { pbx: 30_000, phone: 30_100 } as const;

/** Relays RTP and RTCP between one phone and the media address given by the PBX, and counts packets. RTCP is never dropped. */
export class MediaRelay {
  /** The address to which the PBX sends. */
  readonly pbxSide: Place;
  /** The address to which the phone sends. */
  readonly phoneSide: Place;
  readonly #phone: Place;
  readonly #lines: Readonly<Record<'toPbx' | 'fromPbx', MediaLine>>;
  readonly #droppedAtReport = { toPbx: 0, fromPbx: 0 };
  #pbx: Place | undefined;
  #sockets: readonly UdpSocket[] = [];

  /** Listens on `address`; the phone receives RTP at `phone`. */
  constructor(address: string, phone: Place, plan: RelayPlan) {
    this.pbxSide = { address, port: ports.pbx };
    this.phoneSide = { address, port: ports.phone };
    this.#phone = phone;
    this.#lines = {
      toPbx: new MediaLine(
        plan.toPbx ?? {},
        this.#sender(0, () => this.#pbx),
      ),
      fromPbx: new MediaLine(
        plan.fromPbx ?? {},
        this.#sender(2, () => this.#phone),
      ),
    };
  }

  async open(): Promise<void> {
    const { toPbx, fromPbx } = this.#lines;
    this.#sockets = await Promise.all([
      openUdpSocket(this.pbxSide, (data) => fromPbx.rtp(data)),
      openUdpSocket(above(this.pbxSide), (data) => {
        this.#noteReport(data, 'toPbx');
        fromPbx.rtcp(data);
      }),
      openUdpSocket(this.phoneSide, (data) => toPbx.rtp(data)),
      openUdpSocket(above(this.phoneSide), (data) => {
        this.#noteReport(data, 'fromPbx');
        toPbx.rtcp(data);
      }),
    ]);
  }

  /** Sets the address to which RTP is forwarded: that of the PBX or, with direct media, that of the other phone. */
  connect(pbx: Place): void {
    this.#pbx = pbx;
  }

  async close(): Promise<void> {
    await Promise.all(this.#sockets.map((socket) => socket.close()));
  }

  /** Returns the counters so far. */
  count(direction: 'toPbx' | 'fromPbx'): LineCount {
    const { arrived, forwarded, dropped, jitterSeconds } = this.#lines[direction];
    return { arrived, forwarded, dropped, jitterSeconds, droppedAtReport: this.#droppedAtReport[direction] };
  }

  #noteReport(data: Buffer, about: 'toPbx' | 'fromPbx'): void {
    const [block] = parseReport(data)?.blocks ?? [];
    if (block !== undefined) this.#droppedAtReport[about] = this.#lines[about].droppedUpTo(block.highestSequence);
  }

  /** Sends from the sockets of one side: RTP from the socket at index `first`, RTCP from the next one. */
  #sender(first: number, to: () => Place | undefined) {
    const send = (index: number, data: Buffer, place: Place | undefined): void => {
      if (place !== undefined) this.#sockets[index]?.send(data, place);
    };
    return {
      rtp: (data: Buffer) => send(first, data, to()),
      rtcp: (data: Buffer) => send(first + 1, data, above(to())),
    };
  }
}

/** Returns the RTCP address that belongs to an RTP address. */
export function above(place: Place): Place;
export function above(place: Place | undefined): Place | undefined;
export function above(place: Place | undefined): Place | undefined {
  return place === undefined ? undefined : { ...place, port: place.port + 1 };
}
