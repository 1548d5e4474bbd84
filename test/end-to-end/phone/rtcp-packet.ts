/** What a receiver says of one sender (RFC 3550, section 6.4.1). */
export interface ReportBlock {
  /** The sender: 32 bits. */
  readonly source: number;
  /** Lost since the report before, of 256. */
  readonly fractionLost: number;
  /** Lost since the beginning. */
  readonly lost: number;
  readonly highestSequence: number;
  /** In samples. */
  readonly jitter: number;
  /** Middle 32 bits of the NTP time of the last sender report that came; 0 = none. */
  readonly lastReport: number;
  /** Since then, in 1/65536 s. */
  readonly sinceLastReport: number;
}

/** What a sender says of itself. */
export interface SenderInfo {
  /** Seconds since 1970. */
  readonly time: number;
  /** In samples, of the same moment. */
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

/** A report as it was read. */
export interface ReceivedReport extends Omit<Report, 'sender'> {
  /** Middle 32 bits of the sender's NTP time; absent in a receiver report. */
  readonly shortTime?: number;
}

const types = { sender: 200, receiver: 201, description: 202 } as const;
const sizes = { head: 8, sender: 20, block: 24 } as const;
/** Seconds from 1900, where NTP begins, to 1970. */
const ntpEpoch = 2_208_988_800;

/** Writes a report and, as every RTCP datagram has to, the canonical name of who sends it. */
export function formatReport({ source, sender, blocks }: Report, canonicalName: string): Buffer {
  const length = sizes.head + (sender === undefined ? 0 : sizes.sender) + blocks.length * sizes.block;
  const data = Buffer.alloc(length);
  writeHead(data, blocks.length, sender === undefined ? types.receiver : types.sender, source);
  if (sender !== undefined) writeSender(data, sender);
  for (const [index, block] of blocks.entries())
    writeBlock(data.subarray(length - (blocks.length - index) * sizes.block), block);
  return Buffer.concat([data, formatDescription(source, canonicalName)]);
}

/** Reads the report at the head of a datagram; undefined where there is none. */
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
  // The middle of a time in 32 and 32 bits.
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

/** SDES with a CNAME: one chunk, ended by a null and filled up to four bytes. */
function formatDescription(source: number, canonicalName: string): Buffer {
  const name = Buffer.from(canonicalName, 'utf8');
  const data = Buffer.alloc(sizes.head + Math.ceil((2 + name.length + 1) / 4) * 4);
  writeHead(data, 1, types.description, source);
  data.writeUInt8(1, 8);
  data.writeUInt8(name.length, 9);
  data.set(name, 10);
  return data;
}
