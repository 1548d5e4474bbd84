/** The report of a receiver about one sender (RFC 3550, section 6.4.1). */
export interface ReportBlock {
  /** SSRC of the sender, 32 bits. */
  readonly source: number;
  /** Fraction lost since the previous report, in 1/256. */
  readonly fractionLost: number;
  /** Packets lost since the start. */
  readonly lost: number;
  readonly highestSequence: number;
  /** Jitter in samples. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP time of the last received sender report; 0 = none. */
  readonly lastReport: number;
  /** Time since that report, in 1/65536 s. */
  readonly sinceLastReport: number;
}

/** The report of a sender about itself. */
export interface SenderInfo {
  /** Seconds since 1970. */
  readonly time: number;
  /** RTP timestamp of the same moment, in samples. */
  readonly timestamp: number;
  readonly packets: number;
  readonly bytes: number;
}

/** A sender report, or without `sender` a receiver report. */
export interface Report {
  readonly source: number;
  readonly sender?: SenderInfo;
  readonly blocks: readonly ReportBlock[];
}

/** A parsed report. */
export interface ReceivedReport extends Omit<Report, 'sender'> {
  /** Middle 32 bits of the sender's NTP time; absent in a receiver report. */
  readonly shortTime?: number;
}

const types = { sender: 200, receiver: 201, description: 202 } as const;
const sizes = { head: 8, sender: 20, block: 24 } as const;
/** Seconds from 1900, the epoch of NTP, to 1970. */
const ntpEpoch = 2_208_988_800;

/** Formats a report followed by the canonical name of its sender, which every RTCP datagram must include. */
export function formatReport({ source, sender, blocks }: Report, canonicalName: string): Buffer {
  const length = sizes.head + (sender === undefined ? 0 : sizes.sender) + blocks.length * sizes.block;
  const data = Buffer.alloc(length);
  writeHead(data, blocks.length, sender === undefined ? types.receiver : types.sender, source);
  if (sender !== undefined) writeSender(data, sender);
  for (const [index, block] of blocks.entries())
    writeBlock(data.subarray(length - (blocks.length - index) * sizes.block), block);
  return Buffer.concat([data, formatDescription(source, canonicalName)]);
}

/** Parses the report at the start of a datagram; undefined if there is none. */
export function parseReport(data: Buffer): ReceivedReport | undefined {
  if (data.length < sizes.head || data.readUInt8(0) >> 6 !== 2) return undefined;
  const type = data.readUInt8(1);
  if (type !== types.sender && type !== types.receiver) return undefined;
  const isSender = type === types.sender;
  const first = sizes.head + (isSender ? sizes.sender : 0);
  const count = data.readUInt8(0) & 0x1f;
  if (data.length < first + count * sizes.block) return undefined;
  const blocks = Array.from({ length: count }, (_, index) => readBlock(data.subarray(first + index * sizes.block)));
  const source = data.readUInt32BE(4);
  // The middle 32 bits of a 64-bit NTP time.
  return isSender ? { source, blocks, shortTime: data.readUInt32BE(10) } : { source, blocks };
}

function writeHead(data: Buffer, count: number, type: number, source: number): void {
  data.writeUInt8(0x80 | count, 0);
  data.writeUInt8(type, 1);
  data.writeUInt16BE(data.length / 4 - 1, 2);
  data.writeUInt32BE(source, 4);
}

function writeSender(data: Buffer, { time, timestamp, packets, bytes }: SenderInfo): void {
  const ntp = time + ntpEpoch;
  data.writeUInt32BE(Math.floor(ntp), 8);
  data.writeUInt32BE(Math.floor((ntp % 1) * 2 ** 32), 12);
  data.writeUInt32BE(timestamp, 16);
  data.writeUInt32BE(packets, 20);
  data.writeUInt32BE(bytes, 24);
}

function writeBlock(data: Buffer, block: ReportBlock): void {
  data.writeUInt32BE(block.source, 0);
  data.writeUInt8(block.fractionLost, 4);
  data.writeIntBE(block.lost, 5, 3);
  data.writeUInt32BE(block.highestSequence, 8);
  data.writeUInt32BE(block.jitter, 12);
  data.writeUInt32BE(block.lastReport, 16);
  data.writeUInt32BE(block.sinceLastReport, 20);
}

function readBlock(data: Buffer): ReportBlock {
  return {
    source: data.readUInt32BE(0),
    fractionLost: data.readUInt8(4),
    lost: data.readIntBE(5, 3),
    highestSequence: data.readUInt32BE(8),
    jitter: data.readUInt32BE(12),
    lastReport: data.readUInt32BE(16),
    sinceLastReport: data.readUInt32BE(20),
  };
}

/** Formats an SDES packet with a CNAME: one chunk, null-terminated and padded to a multiple of four bytes. */
function formatDescription(source: number, canonicalName: string): Buffer {
  const name = Buffer.from(canonicalName, 'utf8');
  const data = Buffer.alloc(sizes.head + Math.ceil((2 + name.length + 1) / 4) * 4);
  writeHead(data, 1, types.description, source);
  data.writeUInt8(1, 8);
  data.writeUInt8(name.length, 9);
  data.set(name, 10);
  return data;
}
