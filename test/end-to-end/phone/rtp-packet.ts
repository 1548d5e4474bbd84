/** The fields of an RTP packet that the tests use (RFC 3550, section 5.1). */
export interface RtpPacket {
  readonly payloadType: number;
  /** 16 bits. */
  readonly sequence: number;
  /** 32 bits, in samples. */
  readonly timestamp: number;
  /** SSRC of the sender, 32 bits. */
  readonly source: number;
  readonly payload: Uint8Array;
}

const headerBytes = 12;

/** Formats a packet without extensions. */
export function formatRtp({ payloadType, sequence, timestamp, source, payload }: RtpPacket): Buffer {
  const data = Buffer.alloc(headerBytes + payload.length);
  data.writeUInt8(0x80, 0);
  data.writeUInt8(payloadType, 1);
  data.writeUInt16BE(sequence, 2);
  data.writeUInt32BE(timestamp, 4);
  data.writeUInt32BE(source, 8);
  data.set(payload, headerBytes);
  return data;
}

/** Parses a packet; undefined if the data is not an RTP packet. */
export function parseRtp(data: Buffer): RtpPacket | undefined {
  if (data.length < headerBytes || data.readUInt8(0) >> 6 !== 2) return undefined;
  return {
    payloadType: data.readUInt8(1) & 0x7f,
    sequence: data.readUInt16BE(2),
    timestamp: data.readUInt32BE(4),
    source: data.readUInt32BE(8),
    payload: data.subarray(headerBytes),
  };
}
