import { createServer, request as httpRequest, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server as SocketServer, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Failure } from '../../src/transport/failure.ts';
import { createHttpTransport } from '../../src/transport/http.ts';
import type { ApiRequest, Transport } from '../../src/transport/request.ts';
import { labResolver, setNameService } from '../reliability/names.ts';
import { makeCertificates } from '../support/certificates.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const read: ApiRequest = { call: 'read', path: '/read' };
const account = `Basic ${Buffer.from('user:geh@im').toString('base64')}`;

async function listen(server: SocketServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Starts a proxy that requires an account and records its requests. */
async function startProxy(): Promise<{ port: number; seen: readonly string[]; connections(): number }> {
  const seen: string[] = [];
  let connections = 0;
  const proxy: Server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    if (request.headers['proxy-authorization'] !== account) {
      response.writeHead(407).end();
      return;
    }
    httpRequest(request.url ?? '', (answer) => answer.pipe(response)).end();
  });
  proxy.on('connection', () => (connections += 1));
  proxy.on('connect', (request, socket: Socket) => {
    seen.push(`CONNECT ${request.url}`);
    if (request.headers['proxy-authorization'] !== account) {
      socket.end('HTTP/1.1 407 No\r\n\r\n');
      return;
    }
    const target = connect(Number(request.url?.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Yes\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
    socket.on('error', () => target.destroy());
  });
  return { port: await listen(proxy), seen, connections: () => connections };
}

function transportTo(url: string, proxyUrl: string): Transport {
  const transport = createHttpTransport({
    baseUrl: new URL(url),
    proxyUrl: new URL(proxyUrl),
    resolver: labResolver,
    allowed: [{ ...read, method: 'GET', serves: 'session' }],
    tls: { insecureSkipVerify: true },
    headers: {},
    userAgent: 'pbx-exporter/test',
    idleConnectionMs: 5_000,
    maximumConnections: 2,
  });
  cleanups.push(() => transport.close());
  return transport;
}

async function outcome(transport: Transport): Promise<string> {
  return transport.send(read, new AbortController().signal).then(
    ({ body }) => body,
    (thrown: unknown) => (thrown instanceof Failure ? `${thrown.reason}: ${thrown.message}` : String(thrown)),
  );
}

async function startPbxs(): Promise<Readonly<Record<'http' | 'https', string>>> {
  const { named } = await makeCertificates();
  const answer: Parameters<typeof createTlsServer>[1] = (_request, response) => void response.end('fine');
  const http = await listen(createServer(answer));
  const https = await listen(createTlsServer(named, answer));
  return { http: `http://pbx.invalid:${http}`, https: `https://127.0.0.1:${https}` };
}

test('both protocols go through the proxy, connections are kept, and names are its to resolve', async () => {
  const [pbxs, proxy] = [await startPbxs(), await startProxy()];
  const proxyUrl = `http://user:geh%40im@127.0.0.1:${proxy.port}`;
  const secure = transportTo(pbxs.https, proxyUrl);
  expect([await outcome(secure), await outcome(secure)]).toEqual(['fine', 'fine']);
  expect(proxy.connections()).toBe(1);
  expect(secure.takeCertificateExpiry?.()).toBeGreaterThan(Date.now() / 1000);
  expect(await outcome(transportTo(pbxs.http.replace('pbx.invalid', '127.0.0.1'), proxyUrl))).toBe('fine');
  expect(proxy.seen).toEqual([
    `CONNECT ${new URL(pbxs.https).host}`,
    `GET ${pbxs.http.replace('pbx.invalid', '127.0.0.1')}/read`,
  ]);
});

test('what the proxy refuses is "connect", names the proxy, and shows no password', async () => {
  const [pbxs, proxy] = [await startPbxs(), await startProxy()];
  for (const url of [pbxs.https, pbxs.http.replace('pbx.invalid', '127.0.0.1')]) {
    expect(await outcome(transportTo(url, `http://user:wrong@127.0.0.1:${proxy.port}`))).toBe(
      'connect: the proxy refused the connection (HTTP 407): the account was not accepted',
    );
  }
  const closed = await startProxy();
  for (const cleanup of cleanups.splice(-1)) await cleanup();
  for (const url of [pbxs.https, pbxs.http]) {
    expect(await outcome(transportTo(url, `http://user:geh%40im@127.0.0.1:${closed.port}`))).toBe(
      'connect: the proxy: the connection was refused (ECONNREFUSED)',
    );
  }
});

test('the name of the proxy is looked up like any other', async () => {
  setNameService('unknown');
  const said = await outcome(transportTo('https://127.0.0.1:1', 'http://proxy.invalid:3128'));
  setNameService('works');
  expect(said).toBe('connect: the proxy: its name cannot be resolved (ENOTFOUND)');
});

test('a PBX that the proxy does not reach is "connect" as well', async () => {
  const proxy = await startProxy();
  const said = await outcome(transportTo('https://127.0.0.1:1', `http://user:geh%40im@127.0.0.1:${proxy.port}`));
  expect(said).toBe('connect: the proxy refused the connection (HTTP 502): this connection is not allowed');
});
