import { createSocket } from 'node:dgram';

/** The answer of a name server: IPv4 addresses, an unknown name, a server failure, or none. */
export type NameAnswer = readonly string[] | 'unknown' | 'broken' | 'silent';

/** A name server on loopback. */
export interface NameServer {
  /** Address and port in the form that resolvers accept. */
  readonly address: string;
  /** The queried names, one entry per query. */
  readonly asked: readonly string[];
  close(): void;
}

const codes = { unknown: 3, broken: 2 } as const;

/**
 * Starts a name server (RFC 1035) that answers with `answerFor`. A query for IPv6 addresses gets an empty answer if there are IPv4
 * addresses.
 */
export async function startNameServer(answerFor: (name: string) => NameAnswer): Promise<NameServer> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address }) => {
    const { name, end } = readName(message);
    asked.push(name);
    const said = answerFor(name);
    if (said === 'silent') return;
    const isIpv4 = message.readUInt16BE(end) === 1;
    const addresses = typeof said === 'string' || !isIpv4 ? [] : said;
    const head = Buffer.alloc(12);
    message.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 | (typeof said === 'string' ? codes[said] : 0), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(addresses.length, 6);
    socket.send(Buffer.concat([head, message.subarray(12, end + 4), ...addresses.map(record)]), port, address);
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  return { address: `127.0.0.1:${socket.address().port}`, asked, close: () => socket.close() };
}

function readName(message: Buffer): { name: string; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

/** Returns an address record for the name in the query, with a time to live of one minute. */
function record(address: string): Buffer {
  return Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)]);
}
