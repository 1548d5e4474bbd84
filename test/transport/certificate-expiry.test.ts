import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { generate } from 'selfsigned';
import { afterEach, expect, test } from 'vitest';
import { createHttpTransport, type TlsSettings } from '../../src/transport/http.ts';
import type { Transport } from '../../src/transport/request.ts';

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

const never = new AbortController().signal;
const read = { call: 'read', path: '/read' } as const;
/** The time in a number of days, in whole seconds since 1970. */
const inDays = (days: number): number => Math.floor(Date.now() / 1000) + days * 86_400;

interface Signer {
  readonly cert: string;
  readonly private: string;
}

/** Creates a certificate that expires at `end` (seconds since 1970), signed by `ca` or by itself. */
async function certificate(name: string, end: number, ca?: Signer): Promise<Signer> {
  const isAuthority = name.startsWith('authority');
  return generate([{ name: 'commonName', value: name }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(0),
    notAfterDate: new Date(end * 1000),
    ...(ca === undefined ? {} : { ca: { key: ca.private, cert: ca.cert } }),
    extensions: [
      { name: 'basicConstraints', cA: isAuthority, critical: true },
      ...(isAuthority ? [{ name: 'keyUsage', keyCertSign: true, critical: true } as const] : []),
      { name: 'subjectAltName', altNames: [{ type: 7, ip: '127.0.0.1' }] },
    ],
  });
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  cleanups.push(() => new Promise((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
}

/** Starts a server that sends these certificates; the first one is its own. */
async function serverWith(own: Signer, ...others: readonly Signer[]): Promise<URL> {
  const cert = [own, ...others].map((one) => one.cert.trim()).join('\n');
  const server = createServer({ cert, key: own.private }, (_request, response) => response.end('secure'));
  return new URL(`https://127.0.0.1:${await listen(server)}`);
}

function transportTo(baseUrl: URL, tls: TlsSettings, idleConnectionMs = 0): Transport {
  const transport = createHttpTransport({
    baseUrl,
    allowed: [{ ...read, method: 'GET', serves: 'session' }],
    tls,
    headers: {},
    userAgent: 'pbx-exporter/test',
    idleConnectionMs,
    maximumConnections: 1,
  });
  cleanups.unshift(() => transport.close());
  return transport;
}

async function expiryOf(url: URL, tls: TlsSettings): Promise<number | undefined> {
  const transport = transportTo(url, tls);
  await transport.send(read, never).catch(() => {});
  return transport.takeCertificateExpiry?.();
}

test('the earliest end of the chain that was sent, checked or not; an authority that only we know does not count', async () => {
  const [soon, later, latest] = [inDays(5), inDays(20), inDays(30)];
  const root = await certificate('authority root', soon);
  const between = await certificate('authority between', later, root);
  const url = await serverWith(await certificate('pbx', latest, between), between);
  expect(await expiryOf(url, { ca: root.cert, insecureSkipVerify: false })).toBe(later);
  expect(await expiryOf(url, { insecureSkipVerify: true })).toBe(later);
  const whole = await serverWith(await certificate('pbx', latest, root), root);
  expect(await expiryOf(whole, { insecureSkipVerify: true })).toBe(soon);
});

test('a certificate signed by itself counts, whether it is trusted or not', async () => {
  const end = inDays(3);
  const own = await certificate('pbx', end);
  const url = await serverWith(own);
  expect(await expiryOf(url, { insecureSkipVerify: true })).toBe(end);
  expect(await expiryOf(url, { ca: own.cert, insecureSkipVerify: false })).toBe(end);
});

test('a certificate that is refused is told all the same: it may have ended', async () => {
  const end = inDays(-2);
  const own = await certificate('pbx', end);
  const url = await serverWith(own);
  await expect(transportTo(url, { ca: own.cert, insecureSkipVerify: false }).send(read, never)).rejects.toMatchObject({
    reason: 'tls',
    message: expect.stringContaining(`it was valid until ${new Date(end * 1000).toISOString().slice(0, 10)}`),
  });
  expect(await expiryOf(url, { ca: own.cert, insecureSkipVerify: false })).toBe(end);
});

test('a kept connection tells it for each use, and nothing is told where none was used', async () => {
  const end = inDays(9);
  const transport = transportTo(await serverWith(await certificate('pbx', end)), { insecureSkipVerify: true }, 60_000);
  for (let round = 0; round < 2; round += 1) {
    await transport.send(read, never);
    expect(transport.takeCertificateExpiry?.()).toBe(end);
    expect(transport.takeCertificateExpiry?.()).toBeUndefined();
  }
});

test('without TLS there is none', async () => {
  const server = createHttpServer((_request, response) => response.end('plain'));
  const url = new URL(`http://127.0.0.1:${await listen(server)}`);
  expect(await expiryOf(url, { insecureSkipVerify: false })).toBeUndefined();
});
