/** An IPv4 address and a UDP port. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** Which side sends: both, only the side that states it, only the other side, or neither. */
export type MediaDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** The payload types of these phones, 64 kbit/s at 8000 samples per second. */
export const codecs = { PCMU: 0, PCMA: 8 } as const;
/** One of {@link codecs}. */
export type Codec = keyof typeof codecs;

/** The audio stream of a session description. */
export interface Audio {
  /** The address to which RTP must be sent; RTCP goes to the next higher port. */
  readonly place: Place;
  readonly codec: Codec;
  readonly direction: MediaDirection;
}

/** Formats a session description (RFC 4566) with one audio stream and one codec, 20 ms per packet. */
export function formatAudio({ place, codec, direction }: Audio, version: number): string {
  const lines = [
    'v=0',
    `o=phone 1 ${version} IN IP4 ${place.address}`,
    's=-',
    `c=IN IP4 ${place.address}`,
    't=0 0',
    `m=audio ${place.port} RTP/AVP ${codecs[codec]}`,
    `a=rtpmap:${codecs[codec]} ${codec}/8000`,
    'a=ptime:20',
    `a=${direction}`,
  ];
  return `${lines.join('\r\n')}\r\n`;
}

/** Parses the audio stream of a description; undefined if there is none with a supported codec. */
export function parseAudio(text: string): Audio | undefined {
  const [, address] = /^c=IN IP4 (\S+)/m.exec(text) ?? [];
  const [, port, type] = /^m=audio (\d+) RTP\/AVP (\d+)/m.exec(text) ?? [];
  if (address === undefined || port === undefined || (type !== '0' && type !== '8')) return undefined;
  const [, direction = 'sendrecv'] = /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(text) ?? [];
  return {
    place: { address, port: Number(port) },
    codec: type === '8' ? 'PCMA' : 'PCMU',
    direction: direction as MediaDirection,
  };
}
