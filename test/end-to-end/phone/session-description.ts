/** An IPv4 address and a UDP port. */
export interface Place {
  readonly address: string;
  readonly port: number;
}

/** Who sends: both, only the one who says so, only the other one, nobody. */
export type MediaDirection = 'sendrecv' | 'sendonly' | 'recvonly' | 'inactive';

/** The payload types that these phones speak: 64 kbit/s, 8 000 samples a second. */
export const codecs = { PCMU: 0, PCMA: 8 } as const;
/** One of {@link codecs}. */
export type Codec = keyof typeof codecs;

/** What a session description says of its audio. */
export interface Audio {
  /** Where RTP is to be sent; RTCP goes to the port above. */
  readonly place: Place;
  readonly codec: Codec;
  readonly direction: MediaDirection;
}

/** Writes a session description (RFC 4566) with one audio stream and one codec, 20 ms a packet. */
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

/** Reads the audio stream of a description; undefined where there is none in our codecs. */
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
