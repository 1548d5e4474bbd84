import { getDiffieHellman } from 'node:crypto';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import type { AddressInfo, Socket } from 'node:net';
import { deflateRawSync, gzipSync } from 'node:zlib';
import { generate } from 'selfsigned';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { Failure } from '../../src/transport/failure.ts';
import { createHttpTransport, type HttpSettings, type TlsSettings } from '../../src/transport/http.ts';
import type { ApiRequest, Transport } from '../../src/transport/request.ts';
import { makeCertificates } from '../support/certificates.ts';
import { answerText, startRawServer } from '../support/raw-server.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const read: ApiRequest = { call: 'read', path: '/read' };
const never = new AbortController().signal;

function transportTo(url: URL, changes: Partial<HttpSettings> = {}): Transport {
  const transport = createHttpTransport({
    baseUrl: url,
    allowed: [{ ...read, method: 'GET', serves: 'session' }],
    tls: { insecureSkipVerify: true },
    headers: {},
    userAgent: 'pbx-exporter/test',
    idleConnectionMs: 5_000,
    maximumConnections: 2,
    ...changes,
  });
  cleanups.push(() => transport.close());
  return transport;
}

/** Returns the result of a request: the body, or `reason: message`. */
async function outcome(transport: Transport, request: ApiRequest = read): Promise<string> {
  return transport.send(request, never).then(
    ({ body }) => body,
    (thrown: unknown) => (thrown instanceof Failure ? `${thrown.reason}: ${thrown.message}` : String(thrown)),
  );
}

async function rawServer(
  onRequest: (socket: Socket, text: string) => void,
): Promise<{ url: URL; connections(): number }> {
  const server = await startRawServer(onRequest);
  cleanups.push(() => server.close());
  return server;
}

const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n';

describe('HTTP framing', () => {
  test.each([
    ['header lines that end in LF alone', 'HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 4\n\nfine'],
    ['spaces behind the size of a chunk', `${chunked}\r\n4  \r\nfine\r\n0 \r\n\r\n`],
    ['Content-Length beside chunks', `${chunked}Content-Length: 9999\r\n\r\n4\r\nfine\r\n0\r\n\r\n`],
    ['Content-Length that is too small beside chunks', `${chunked}Content-Length: 1\r\n\r\n4\r\nfine\r\n0\r\n\r\n`],
  ])('%s are read', async (_what, answer) => {
    const server = await rawServer((socket) => socket.end(answer));
    expect(await outcome(transportTo(server.url))).toBe('fine');
  });

  test('of an answer with both lengths the next one on the same connection is read as well', async () => {
    const server = await rawServer((socket) =>
      socket.write(`${chunked}Content-Length: 1\r\n\r\n4\r\nfine\r\n0\r\n\r\n`),
    );
    const transport = transportTo(server.url);
    expect([await outcome(transport), await outcome(transport)]).toEqual(['fine', 'fine']);
    expect(server.connections()).toBe(1);
  });

  test('a space before a colon is read where Node.js can, elsewhere the message says so', async () => {
    const said = await Promise.all(
      ['Server : old', 'Connection : close'].map(async (line) => {
        const server = await rawServer((socket) =>
          socket.end(`HTTP/1.1 200 OK\r\n${line}\r\nContent-Length: 4\r\n\r\nfine`),
        );
        return outcome(transportTo(server.url));
      }),
    );
    expect(said).toEqual([
      expect.stringMatching(/^protocol: .*HPE_INVALID_HEADER_TOKEN.*a space before a colon/),
      'fine',
    ]);
  });

  test('nothing but gzip is offered', async () => {
    const server = await rawServer((socket, text) => {
      const offered = /^accept-encoding: (.*)$/im.exec(text)?.[1] ?? '';
      const [name, packed] = /deflate/.test(offered)
        ? ['deflate', deflateRawSync('fine')]
        : ['gzip', gzipSync(`fine: ${offered.trim()}`)];
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: ${name}\r\nContent-Length: ${packed.length}\r\n\r\n`);
      socket.end(packed);
    });
    expect(await outcome(transportTo(server.url))).toBe('fine: gzip');
  });
});

describe('a kept connection that is dead', () => {
  /** Answers the first request on each of the first `healthy` connections. Other requests get `farewell`, or a reset if it is empty. */
  async function forgetful(healthy = Infinity, farewell = '') {
    const served = new Map<Socket, number>();
    let requests = 0;
    const server = await rawServer((socket) => {
      requests += 1;
      const before = served.get(socket) ?? 0;
      served.set(socket, before + 1);
      if (before === 0 && served.size <= healthy) socket.write(answerText('fine'));
      else if (farewell === '') socket.resetAndDestroy();
      else socket.end(farewell);
    });
    return { server, requests: () => requests };
  }

  test('costs one repeat on a new connection', async () => {
    const { server, requests } = await forgetful();
    const transport = transportTo(server.url);
    expect([await outcome(transport), await outcome(transport)]).toEqual(['fine', 'fine']);
    expect([server.connections(), requests()]).toEqual([2, 3]);
  });

  test('is repeated once only', async () => {
    const { server, requests } = await forgetful(1);
    const transport = transportTo(server.url);
    await outcome(transport);
    expect(await outcome(transport)).toMatch(/^connect: /);
    expect(requests()).toBe(3);
  });

  test('is not repeated where an answer had begun, or where the one who asks does not want it', async () => {
    const begun = await forgetful(Infinity, 'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf');
    const transport = transportTo(begun.server.url);
    await outcome(transport);
    expect(await outcome(transport)).toMatch(/^protocol: /);
    expect(begun.requests()).toBe(2);
    const { server, requests } = await forgetful();
    const login = transportTo(server.url);
    await outcome(login);
    expect(await outcome(login, { ...read, mayRepeat: () => false })).toMatch(/^connect: /);
    expect(requests()).toBe(2);
  });

  test('all connections that lay idle with it are given up', async () => {
    const { server, requests } = await forgetful();
    const transport = transportTo(server.url);
    await Promise.all([outcome(transport), outcome(transport)]);
    expect([await outcome(transport), await outcome(transport)]).toEqual(['fine', 'fine']);
    expect(requests()).toBe(6);
  });
});

describe('ports of other services', () => {
  test.each([
    ['Asterisk Call Manager/5.0.1\r\n', 'the manager interface of Asterisk (AMI)', '8088 (http) or 8089 (https)'],
    ['Asterisk Call Manager/5.0.1\r\n', 'the manager interface of Asterisk (AMI)', undefined],
    ['Content-Type: auth/request\n\n', 'the event socket of FreeSWITCH', undefined],
    ['SSH-2.0-OpenSSH_9.2\r\n', 'SSH', undefined],
    ['220 pbx ESMTP\r\n', 'mail or FTP', undefined],
    ['J\0\0\0\u000A5.5.5-10.6.12-MariaDB\0', 'a database (MySQL or MariaDB)', undefined],
  ])('%j is told by its greeting, with the port to use', async (greeting, service, webPorts) => {
    const server = await rawServer((socket) => socket.write(greeting));
    const transport = transportTo(server.url, webPorts === undefined ? {} : { webPorts });
    expect(await outcome(transport)).toBe(
      `config: this is the port of ${service}, not of a web server: use port ${webPorts ?? "that of the PBX's web interface"}`,
    );
  });

  test('other bytes that are no HTTP say so', async () => {
    const server = await rawServer((socket) => socket.end('hello\r\n'));
    expect(await outcome(transportTo(server.url))).toBe('protocol: the answer is not HTTP (HPE_INVALID_CONSTANT)');
  });
});

describe('TLS', async () => {
  const { named } = await makeCertificates();
  const servers: { close(): void }[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });

  async function tlsServer(options: TlsOptions): Promise<{ readonly url: URL; readonly resumed: () => number }> {
    let resumed = 0;
    const server = createTlsServer({ ...named, ...options }, (socket) => {
      resumed += socket.isSessionReused() ? 1 : 0;
      socket.on('error', () => {});
      socket.on('data', () => socket.end(answerText(`fine ${socket.getProtocol()}`)));
    });
    server.on('tlsClientError', () => {});
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    servers.push(server);
    return { url: new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`), resumed: () => resumed };
  }

  const ask = async (url: URL, tls: Partial<TlsSettings> = {}): Promise<string> =>
    outcome(transportTo(url, { tls: { insecureSkipVerify: true, ...tls } }));

  test('TLS 1.0 and 1.1 are told, and read where min_version allows them', async () => {
    for (const [version, key] of [
      ['TLSv1', 'TLS10'],
      ['TLSv1.1', 'TLS11'],
    ] as const) {
      const { url } = await tlsServer({ minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' });
      expect(await ask(url)).toMatch(
        /^tls: the PBX supports only old versions of TLS \(.*\): update it, or set tls.min_version/,
      );
      expect(await ask(url, { minVersion: key })).toBe(`fine ${version}`);
      expect(await ask(url, { minVersion: key, securityLevel: 2 })).toBe(`fine ${version}`);
    }
  });

  test('min_version TLS13 refuses what is older', async () => {
    const { url } = await tlsServer({ maxVersion: 'TLSv1.2' });
    expect(await ask(url)).toBe('fine TLSv1.2');
    expect(await ask(url, { minVersion: 'TLS13' })).toMatch(/^tls: /);
  });

  test.each([
    [40, 'the PBX and the exporter have no common cipher (', 'tls.security_level'],
    [70, 'the PBX supports only old versions of TLS (', 'tls.min_version'],
    [71, 'the PBX and the exporter have no common cipher (', 'tls.security_level'],
    [80, 'the TLS handshake failed (', 'internal error'],
    [112, 'the PBX does not know the host name in the url (', 'tls.server_name'],
    [116, 'the PBX requires a client certificate', 'certificate required'],
  ])('the alert %i has its cause and its hint', async (alert, cause, hint) => {
    const server = await rawServer((socket) => socket.end(Buffer.from([0x15, 3, 3, 0, 2, 2, alert])));
    const said = await ask(new URL(`https://127.0.0.1:${server.url.port}`));
    expect(said).toContain(`tls: ${cause}`);
    expect(said).toContain(hint);
  });

  test('a key of 1024 bits is told, and read on security level 1', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'PBX' }], {
      keySize: 1024,
      algorithm: 'sha256',
    });
    const { url } = await tlsServer({ cert, key, ciphers: 'ALL:@SECLEVEL=0' });
    const trusting = { ca: cert, insecureSkipVerify: false };
    expect(await ask(url, trusting)).toMatch(
      /^tls: the key or the signature in the certificate of the PBX is too weak \(.*too weak\): set tls.security_level to 1/,
    );
    expect(await ask(url, { ...trusting, securityLevel: 1 })).toBe('fine TLSv1.3');
  });

  test('a Diffie-Hellman key of 1024 bits is told, and read on security level 1', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'PBX' }], { algorithm: 'sha256' });
    const { url } = await tlsServer({
      cert,
      key,
      maxVersion: 'TLSv1.2',
      ciphers: 'DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0',
      dhparam: shortGroup(),
    });
    expect(await ask(url)).toMatch(
      /^tls: the PBX uses a Diffie-Hellman key that is too short \(dh key too small\): set/,
    );
    expect(await ask(url, { securityLevel: 1 })).toBe('fine TLSv1.2');
  });

  test('a port without TLS, on https', async () => {
    const server = await rawServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const url = new URL(`https://127.0.0.1:${server.url.port}`);
    expect(await ask(url)).toMatch(/^tls: this port does not use TLS \(.*\): use http:\/\/ in the url/);
  });

  test('a port with TLS, on http', async () => {
    const server = await rawServer((socket) => socket.end(Buffer.from([0x15, 0x03, 0x03, 0, 2, 2, 10])));
    expect(await ask(server.url)).toMatch(/^protocol: this port uses TLS \(.*\): write https:/);
  });

  test('closed or reset within the handshake', async () => {
    for (const end of [(socket: Socket) => socket.end(), (socket: Socket) => socket.resetAndDestroy()]) {
      const server = await rawServer(end);
      expect(await ask(new URL(`https://127.0.0.1:${server.url.port}`))).toMatch(
        /^tls: the PBX closed the connection during the TLS handshake \(ECONNRESET\)/,
      );
    }
  });

  test('no session is resumed, whether connections are kept or not', async () => {
    for (const idleConnectionMs of [0, 5_000]) {
      const { url, resumed } = await tlsServer({});
      const transport = transportTo(url, { idleConnectionMs });
      await outcome(transport);
      await outcome(transport);
      expect(await outcome(transport)).toMatch(/^fine/);
      expect(resumed()).toBe(0);
    }
  });

  test('the first message fits into what old devices read at once', async () => {
    const sizes: number[] = [];
    const server = await startRawServer(() => {});
    await server.close();
    const hello = await rawServer((socket, text) => {
      sizes.push(Buffer.byteLength(text));
      socket.destroy();
    });
    await ask(new URL(`https://localhost:${hello.url.port}`));
    expect(Math.max(...sizes)).toBeLessThan(1_000);
  });
});

/** Returns the 1024-bit group of RFC 2409 as DH parameters in PEM. */
function shortGroup(): string {
  const prime = Buffer.concat([Buffer.from([0x02, 0x81, 0x81, 0x00]), getDiffieHellman('modp2').getPrime()]);
  const numbers = Buffer.concat([prime, Buffer.from([0x02, 0x01, 0x02])]);
  const sequence = Buffer.concat([Buffer.from([0x30, 0x81, numbers.length]), numbers]);
  return `-----BEGIN DH PARAMETERS-----\n${sequence.toString('base64')}\n-----END DH PARAMETERS-----\n`;
}
