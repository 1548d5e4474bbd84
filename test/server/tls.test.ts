import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { silentLog } from '../../src/log.ts';
import { healthyRoute } from '../../src/server/management.ts';
import { createWebServer, type WebServer } from '../../src/server/server.ts';
import type { ClientAuthType, WebTls } from '../../src/server/web-config/web-config.ts';
import { type Certificates, type Identity, makeCertificates } from '../support/certificates.ts';

let certificates: Certificates;

beforeAll(async () => {
  certificates = await makeCertificates();
});

function tlsOf(clientAuth: ClientAuthType, changes: Partial<WebTls> = {}): WebTls {
  return {
    cert: certificates.server.cert,
    key: new Secret(certificates.server.key),
    clientAuth,
    ...(clientAuth === 'NoClientCert' ? {} : { clientAuthorities: certificates.authority }),
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    prefersOwnCiphers: true,
    ...changes,
  };
}

async function startServer(tls: WebTls): Promise<{ readonly server: WebServer; readonly port: number }> {
  const web = { headers: {}, users: new Map(), tls };
  const server = createWebServer({ host: '127.0.0.1', port: 0 }, [healthyRoute], silentLog, web);
  const port = await server.start();
  onTestFinished(() => server.stop());
  return { server, port };
}

interface Seen {
  readonly status: number;
  /** Common name of the server's certificate. */
  readonly name: string;
  readonly protocol: string;
  readonly cipher: string;
}

/** Sends one request; rejects if the connection is refused. */
function ask(
  port: number,
  options: { client?: Identity; maxVersion?: 'TLSv1.2'; ciphers?: string } = {},
): Promise<Seen> {
  const { client, ...rest } = options;
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path: '/-/healthy', ca: certificates.authority, agent: false, ...client, ...rest },
      (response) => {
        const socket = response.socket as TLSSocket;
        const name = String(socket.getPeerCertificate().subject.CN);
        const [protocol, cipher] = [socket.getProtocol() ?? '', socket.getCipher().name];
        response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, name, protocol, cipher }));
      },
    );
    sent.on('error', reject).end();
  });
}

describe('TLS', () => {
  test('is spoken with the certificate of the file, in its newest version', async () => {
    const { port } = await startServer(tlsOf('NoClientCert'));
    expect(await ask(port)).toMatchObject({ status: 200, name: 'server', protocol: 'TLSv1.3' });
    await expect(fetch(`http://127.0.0.1:${port}/-/healthy`)).rejects.toThrow('fetch failed');
  });

  test('keeps to the versions and suites that are allowed', async () => {
    const { port } = await startServer(tlsOf('NoClientCert', { minVersion: 'TLSv1.3' }));
    await expect(ask(port, { maxVersion: 'TLSv1.2' })).rejects.toThrow(/alert|hang up|reset|EPIPE/);
    const ciphers = 'ECDHE-ECDSA-AES128-GCM-SHA256';
    const limited = await startServer(tlsOf('NoClientCert', { maxVersion: 'TLSv1.2', ciphers }));
    expect(await ask(limited.port)).toMatchObject({ protocol: 'TLSv1.2', cipher: ciphers });
    await expect(ask(limited.port, { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' })).rejects.toThrow(
      /alert|hang up|reset|EPIPE/,
    );
  });

  test('takes over a renewed certificate without a restart', async () => {
    const { server, port } = await startServer(tlsOf('NoClientCert'));
    expect((await ask(port)).name).toBe('server');
    const { cert, key } = certificates.renewed;
    server.apply({ ...server.config, tls: tlsOf('NoClientCert', { cert, key: new Secret(key) }) });
    expect((await ask(port)).name).toBe('renewed');
  });
});

describe('client certificates', () => {
  const good = (): Identity => certificates.client;
  const stranger = (): Identity => certificates.stranger;
  const none = (): undefined => undefined;

  test.each([
    ['NoClientCert', 'none', none, true],
    ['NoClientCert', 'a good one', good, true],
    ['RequestClientCert', 'none', none, true],
    ['RequestClientCert', 'a strange one', stranger, true],
    ['RequireAnyClientCert', 'none', none, false],
    ['RequireAnyClientCert', 'a strange one', stranger, true],
    ['RequireAnyClientCert', 'a good one', good, true],
    ['VerifyClientCertIfGiven', 'none', none, true],
    ['VerifyClientCertIfGiven', 'a strange one', stranger, false],
    ['VerifyClientCertIfGiven', 'a good one', good, true],
    ['RequireAndVerifyClientCert', 'none', none, false],
    ['RequireAndVerifyClientCert', 'a strange one', stranger, false],
    ['RequireAndVerifyClientCert', 'a good one', good, true],
  ] as const)('%s and %s', async (clientAuth, _what, identity, isLetIn) => {
    const { port } = await startServer(tlsOf(clientAuth));
    const client = identity();
    const seen = await ask(port, client === undefined ? {} : { client }).then(
      ({ status }) => status,
      () => 'refused',
    );
    expect(seen).toBe(isLetIn ? 200 : 'refused');
  });

  test('follow a change of the authority', async () => {
    const { server, port } = await startServer(tlsOf('RequireAndVerifyClientCert'));
    expect((await ask(port, { client: good() })).status).toBe(200);
    server.apply({
      ...server.config,
      tls: tlsOf('RequireAndVerifyClientCert', { clientAuthorities: certificates.stranger.cert }),
    });
    await expect(ask(port, { client: good() })).rejects.toThrow(/alert|hang up|reset|EPIPE/);
  });
});
