import { createServer } from 'node:https';
import { createServer as createHttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import { Failure } from '../../src/transport/failure.ts';
import { createHttpTransport, type HttpSettings } from '../../src/transport/http.ts';
import type { ApiAnswer, ApiRequest } from '../../src/transport/request.ts';
import { labResolver, setNameService } from '../reliability/names.ts';
import { type Identity, makeCertificates } from '../support/certificates.ts';
import { answerText, type RawServer, startRawServer } from '../support/raw-server.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const allowed = [
  { call: 'read', method: 'GET', serves: 'session', path: '/read' },
  { call: 'status', method: 'GET', serves: 'session', path: '/users/{id}/status' },
  { call: 'login', method: 'POST', serves: 'session', path: '/login' },
  { call: 'ping', method: 'POST', serves: 'session', path: '/rawman', fields: { action: 'Ping' } },
] as const;

function transportTo(url: URL, changes: Partial<HttpSettings> = {}) {
  const transport = createHttpTransport({
    baseUrl: url,
    allowed,
    tls: { insecureSkipVerify: false },
    headers: {},
    userAgent: 'pbx-exporter/test',
    idleConnectionMs: 5_000,
    maximumConnections: 2,
    ...changes,
  });
  cleanups.push(() => transport.close());
  return transport;
}

async function rawServer(onRequest: Parameters<typeof startRawServer>[0]): Promise<RawServer> {
  const server = await startRawServer(onRequest);
  cleanups.push(() => server.close());
  return server;
}

const read: ApiRequest = { call: 'read', path: '/read' };
const never = new AbortController().signal;

async function failureOf(answer: Promise<ApiAnswer>): Promise<Failure> {
  const outcome = await answer.then(
    (value) => value,
    (thrown: unknown) => thrown,
  );
  expect(outcome).toBeInstanceOf(Failure);
  return outcome as Failure;
}

describe('what is sent', () => {
  test('puts the path behind the base, repeats query arrays, adds headers', async () => {
    let seen = '';
    const server = await rawServer((socket, text) => {
      seen = text;
      socket.end(answerText('fine'));
    });
    const transport = transportTo(new URL('/prefix/', server.url), { headers: { 'x-family': 'yes' } });
    const answer = await transport.send(
      { ...read, query: { fields: ['id', 'name'], page: '1' }, headers: { authorization: 'Bearer abc' } },
      never,
    );
    expect(answer.body).toBe('fine');
    expect(seen).toContain('GET /prefix/read?fields=id&fields=name&page=1 HTTP/1.1');
    expect(seen).toMatch(/user-agent: pbx-exporter\/test/i);
    expect(seen).toMatch(/x-family: yes/i);
    expect(seen).toMatch(/authorization: Bearer abc/i);
  });

  test('sends an exact query as it stands, a space as %20', async () => {
    let seen = '';
    const server = await rawServer((socket, text) => {
      seen = text;
      socket.end(answerText('fine'));
    });
    const exactQuery = 'xmlstatus%20profile%20%27a%20b%27%20reg';
    const list = { call: 'list', method: 'GET', serves: 'peers', path: '/sofia', exactQuery } as const;
    await transportTo(server.url, { allowed: [list] }).send({ call: 'list', path: '/sofia', exactQuery }, never);
    expect(seen).toContain('GET /sofia?xmlstatus%20profile%20%27a%20b%27%20reg HTTP/1.1');
  });

  test.each([
    ['json', { kind: 'json', value: { username: 'a' } }, 'application/json', '{"username":"a"}'],
    [
      'form',
      { kind: 'form', fields: { action: 'login', secret: 'a&b' } },
      'application/x-www-form-urlencoded',
      'action=login&secret=a%26b',
    ],
  ] as const)('sends a %s body', async (_kind, body, type, expected) => {
    let seen = '';
    const server = await rawServer((socket, text) => {
      seen += text;
      if (seen.includes(expected)) socket.end(answerText('ok'));
    });
    await transportTo(server.url).send({ call: 'login', path: '/login', body }, never);
    expect(seen.toLowerCase()).toContain(`content-type: ${type}`);
  });

  test('the type that a family names replaces the usual one, and the length counts bytes', async () => {
    let seen = '';
    const server = await rawServer((socket, text) => {
      seen += text;
      if (seen.includes('}')) socket.end(answerText('ok'));
    });
    const headers = { 'content-type': 'application/json; charset=utf-8' };
    const body = { kind: 'json', value: { name: 'Jörg' } } as const;
    await transportTo(server.url, { headers }).send({ call: 'login', path: '/login', body }, never);
    expect(seen.match(/^content-type: .*$/gim)).toEqual(['content-type: application/json; charset=utf-8']);
    expect(seen.match(/^content-length: .*$/gim)).toEqual(['content-length: 16']);
  });

  test('a POST without body ends at once', async () => {
    let seen = '';
    const server = await rawServer((socket, text) => {
      seen += text;
      socket.end(answerText('ok'));
    });
    const answer = await transportTo(server.url).send({ call: 'login', path: '/login' }, never);
    expect(answer.status).toBe(200);
    expect(seen).toMatch(/^content-length: 0$/im);
  });

  test.each([
    ['a call that is not in the list', { call: 'reboot', path: '/reboot' }],
    ['another path under a known name', { call: 'read', path: '/reboot' }],
    ['a path that leaves its segment', { call: 'status', path: '/users/1/../../reboot/status' }],
    [
      'another action on the path of a known one',
      { call: 'ping', path: '/rawman', body: { kind: 'form', fields: { action: 'Reload' } } },
    ],
    [
      'a second action beside the right one',
      { call: 'ping', path: '/rawman', body: { kind: 'form', fields: { action: 'Ping', Action: 'Reload' } } },
    ],
    [
      'a second action in the query',
      {
        call: 'ping',
        path: '/rawman',
        query: { ACTION: 'Reload' },
        body: { kind: 'form', fields: { action: 'Ping' } },
      },
    ],
    ['no action at all', { call: 'ping', path: '/rawman' }],
    ['a query smuggled into a segment', { call: 'status', path: '/users/1?x=/status' }],
  ] satisfies [string, ApiRequest][])('refuses %s', async (_what, request) => {
    const server = await rawServer((socket) => socket.end(answerText('ok')));
    const failure = await failureOf(transportTo(server.url).send(request, never));
    expect(failure.reason).toBe('config');
    expect(server.connections()).toBe(0);
  });

  test('accepts an encoded segment', async () => {
    const server = await rawServer((socket) => socket.end(answerText('ok')));
    const answer = await transportTo(server.url).send(
      { call: 'status', path: `/users/${encodeURIComponent('a/b?c')}/status` },
      never,
    );
    expect(answer.status).toBe(200);
  });
});

describe('what is read', () => {
  test('status, headers, cookies and body of any answer', async () => {
    const server = await rawServer((socket) =>
      socket.end(answerText('gone', 'Set-Cookie: a="1"; Path=/\r\nSet-Cookie: b=2\r\nRetry-After: 5\r\n', '503 Busy')),
    );
    const answer = await transportTo(server.url).send(read, never);
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('5');
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect([...answer.cookies]).toEqual([
      ['a', '"1"'],
      ['b', '2'],
    ]);
    expect(answer.body).toBe('gone');
  });

  test('a redirect is an answer and is not followed', async () => {
    const server = await rawServer((socket) => socket.end(answerText('', 'Location: /elsewhere\r\n', '301 Moved')));
    const answer = await transportTo(server.url).send(read, never);
    expect(answer.status).toBe(301);
    expect(server.connections()).toBe(1);
  });

  test('bytes that are no UTF-8 are read all the same', async () => {
    const server = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n');
      socket.end(Buffer.from([0x61, 0xff, 0x62]));
    });
    expect((await transportTo(server.url).send(read, never)).body).toBe('aÿb');
  });

  test('gzip is unpacked', async () => {
    const packed = gzipSync('hello');
    const server = await rawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`);
      socket.end(packed);
    });
    expect((await transportTo(server.url).send(read, never)).body).toBe('hello');
  });
});

describe('what fails, and how it is named', () => {
  test('connection refused', async () => {
    const server = await startRawServer(() => {});
    await server.close();
    const failure = await failureOf(transportTo(server.url).send(read, never));
    expect(failure.reason).toBe('connect');
    expect(failure.message).toBe('the connection was refused (ECONNREFUSED)');
  });

  test('unknown host name', async () => {
    setNameService('unknown');
    const failure = await failureOf(
      transportTo(new URL('http://no-such-host.invalid'), { resolver: labResolver }).send(read, never),
    );
    expect(failure.reason).toBe('dns');
  });

  test.each([
    ['closed without a byte', '', 'connect'],
    ['cut in the body', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf', 'protocol'],
    ['cut in a chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab', 'protocol'],
    ['not HTTP', 'hello\r\n', 'protocol'],
    ['another service', 'SSH-2.0-OpenSSH_9.2\r\n', 'config'],
    ['bad gzip', 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd', 'protocol'],
  ])('%s', async (_what, text, reason) => {
    const server = await rawServer((socket) => socket.end(text));
    expect((await failureOf(transportTo(server.url).send(read, never))).reason).toBe(reason);
  });

  test('http:// on a port of TLS, told by nginx itself or by silence', async () => {
    const words = '<h1>400</h1><center>The plain HTTP request was sent to HTTPS port</center>';
    const nginx = await rawServer((socket) => socket.end(answerText(words, '', '400 Bad Request')));
    expect((await failureOf(transportTo(nginx.url).send(read, never))).message).toBe(
      'this port uses TLS (HTTP 400): write https:// in the url',
    );
    const silent = await rawServer((socket) => socket.destroy());
    expect((await failureOf(transportTo(silent.url).send(read, never))).message).toContain(
      'does the PBX expect https:// here?',
    );
  });

  test('one request, one connection: nothing is sent twice', async () => {
    const server = await rawServer((socket) => socket.destroy());
    await failureOf(transportTo(server.url).send(read, never));
    expect(server.connections()).toBe(1);
  });

  test.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
  ] as const)('an answer over the limit once it is unpacked (%s)', async (encoding, compress) => {
    const packed = compress(Buffer.alloc(1_000_000));
    const head = `HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\nContent-Length: ${packed.length}\r\n\r\n`;
    const server = await rawServer((socket) => socket.end(Buffer.concat([Buffer.from(head), packed])));
    const failure = await failureOf(transportTo(server.url, { maximumAnswerBytes: 100_000 }).send(read, never));
    expect(failure).toMatchObject({ reason: 'protocol', message: 'the answer is larger than 100000 bytes' });
    expect(packed.length).toBeLessThan(2_000);
  });

  test('an answer over the limit', async () => {
    const server = await rawServer((socket) => socket.end(answerText('x'.repeat(2_000))));
    const failure = await failureOf(transportTo(server.url, { maximumAnswerBytes: 1_000 }).send(read, never));
    expect(failure).toMatchObject({ reason: 'protocol', message: 'the answer is larger than 1000 bytes' });
  });

  test('the limit counts unpacked bytes', async () => {
    const packed = gzipSync(Buffer.alloc(1_000_000));
    const server = await rawServer((socket) => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${packed.length}\r\n\r\n`);
      socket.end(packed);
    });
    expect((await failureOf(transportTo(server.url, { maximumAnswerBytes: 100_000 }).send(read, never))).reason).toBe(
      'protocol',
    );
  });

  test.each(['nothing', 'head', 'drip'])(
    'the deadline ends an answer that never comes to its end: %s',
    async (kind) => {
      const controller = new AbortController();
      const server = await rawServer((socket) => {
        if (kind !== 'nothing') socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
        if (kind === 'drip') socket.write('x');
        controller.abort(new Failure('timeout', 'no answer in time'));
      });
      const failure = await failureOf(transportTo(server.url).send(read, controller.signal));
      expect(failure).toMatchObject({ reason: 'timeout', message: 'no answer in time' });
    },
  );

  test('a token in the query never shows in a failure', async () => {
    const server = await rawServer((socket) => socket.destroy());
    const failure = await failureOf(transportTo(server.url).send({ ...read, query: { token: 'geheim-123' } }, never));
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('geheim-123');
  });
});

describe('TLS', () => {
  const certificates = makeCertificates();

  async function tlsServer(identity: Identity) {
    const server = createServer(identity, (_request, response) => response.end('secure'));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    cleanups.push(() => new Promise((resolve) => server.close(() => resolve())));
    return new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
  }

  const given = (ca: string, serverName?: string): Partial<HttpSettings> => ({
    idleConnectionMs: 0,
    tls: { ca, insecureSkipVerify: false, ...(serverName === undefined ? {} : { serverName }) },
  });
  const outcomeOf = async (url: URL, changes: Partial<HttpSettings>): Promise<string> =>
    transportTo(url, changes)
      .send(read, never)
      .then(
        ({ body }) => body,
        (thrown: unknown) => (thrown instanceof Failure ? thrown.message : String(thrown)),
      );

  test('an unknown authority is refused unless told otherwise; of a known one the name counts', async () => {
    const { authority, named, stranger } = await certificates;
    const url = await tlsServer(named);
    expect((await failureOf(transportTo(url, { idleConnectionMs: 0 }).send(read, never))).reason).toBe('tls');
    expect(await outcomeOf(url, given(stranger.cert))).toContain('not signed by an authority known here');
    expect(await outcomeOf(url, given(authority))).toContain('another host name');
    expect(await outcomeOf(url, given(authority, 'pbx.example.org'))).toBe('secure');
    expect(await outcomeOf(url, { idleConnectionMs: 0, tls: { insecureSkipVerify: true } })).toBe('secure');
  });

  test('a certificate that itself stands in ca_file is pinned: whatever name it bears, whoever signed it', async () => {
    const { authority, named, stranger } = await certificates;
    const nameless = await tlsServer(stranger);
    expect(await outcomeOf(nameless, given(stranger.cert))).toBe('secure');
    expect(await outcomeOf(nameless, given(stranger.cert, 'other.example.org'))).toBe('secure');
    expect(await outcomeOf(nameless, given(`${authority}\n${stranger.cert}`))).toBe('secure');
    expect(await outcomeOf(nameless, given(authority))).toContain('not signed by an authority known here');
    expect(await outcomeOf(await tlsServer(named), given(named.cert))).toBe('secure');
  });

  test('HTTP spoken to a TLS port, and TLS to an HTTP port', async () => {
    const url = await tlsServer((await certificates).stranger);
    const plain = new URL(url);
    plain.protocol = 'http:';
    expect((await failureOf(transportTo(plain).send(read, never))).reason).toMatch(/connect|protocol/);
    const server = createHttpServer((_request, response) => response.end('plain'));
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    cleanups.push(() => new Promise((resolve) => server.close(() => resolve())));
    const wrong = new URL(`https://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect((await failureOf(transportTo(wrong).send(read, never))).reason).toBe('tls');
  });
});

describe('connections', () => {
  test('are kept for the next request where the family wants it, and not where it does not', async () => {
    const server = await rawServer((socket) => socket.write(answerText('ok')));
    const keeping = transportTo(server.url);
    await keeping.send(read, never);
    await keeping.send(read, never);
    expect(server.connections()).toBe(1);
    const single = transportTo(server.url, { idleConnectionMs: 0 });
    await single.send(read, never);
    await single.send(read, never);
    expect(server.connections()).toBe(3);
  });
});
