import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { silentLog } from '../../src/log.ts';
import { healthyRoute } from '../../src/server/management.ts';
import { type Route, sendText } from '../../src/server/routes.ts';
import { createWebServer } from '../../src/server/server.ts';
import type { WebConfig } from '../../src/server/web-config/web-config.ts';

async function startServer(routes: readonly Route[], config?: WebConfig): Promise<number> {
  const server = createWebServer({ host: '127.0.0.1', port: 0 }, routes, silentLog, config);
  const port = await server.start();
  onTestFinished(() => server.stop());
  return port;
}

/** Sends raw text and resolves to everything received until the server closes the connection. */
function exchange(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => (answer += data.toString('latin1')));
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}

describe('requests that are too much', () => {
  test.each([
    ['a body', 'GET /-/healthy HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello'],
    ['a chunked body', 'POST /-/healthy HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'],
    [
      'the announcement of one',
      'GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999\r\nExpect: 100-continue\r\n\r\n',
    ],
  ])('%s is refused, and the connection closed', async (_what, text) => {
    const port = await startServer([healthyRoute]);
    const answer = await exchange(port, text);
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('X-Content-Type-Options: nosniff');
  });

  test('an empty body is none', async () => {
    const port = await startServer([healthyRoute]);
    const answer = await exchange(
      port,
      'GET /-/healthy HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('a head that is too large is refused', async () => {
    const port = await startServer([healthyRoute]);
    const answer = await exchange(port, `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
  });

  test.each(['http://exporter.example.org/-/healthy', 'HTTP://x:1/-/healthy?a=b', 'https://x/-/healthy'])(
    'a request for %s, as a proxy sends it, is one for the path',
    async (form) => {
      const port = await startServer([healthyRoute]);
      const answer = await exchange(port, `GET ${form} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    },
  );

  test.each(['*', 'http://', '//-/healthy', 'http:///-/healthy', 'ftp://x/-/healthy'])(
    'a request for %s leads nowhere',
    async (form) => {
      const port = await startServer([healthyRoute]);
      const answer = await exchange(port, `GET ${form} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 404 /);
    },
  );

  test('a method that is not allowed is told all that are, HEAD too', async () => {
    const port = await startServer([healthyRoute]);
    const answer = await exchange(port, 'PUT /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 405 /);
    expect(answer).toContain('\r\nAllow: GET, HEAD\r\n');
  });

  test('what is no HTTP is refused', async () => {
    const port = await startServer([healthyRoute]);
    expect(await exchange(port, 'hello\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('too many at the same time for one path are told to come back; other paths are not touched', async () => {
    let answerAll: () => void = () => {};
    const gate = new Promise<void>((resolve) => (answerAll = resolve));
    let waiting = 0;
    const slow: Route = {
      path: '/slow',
      methods: ['GET'],
      maximumInFlight: 2,
      async handle({ response }) {
        waiting += 1;
        await gate;
        sendText(response, 200, 'done\n');
      },
    };
    const base = `http://127.0.0.1:${await startServer([slow, healthyRoute])}`;
    const first = [fetch(`${base}/slow`), fetch(`${base}/slow`)];
    await expect.poll(() => waiting).toBe(2);
    const third = await fetch(`${base}/slow`);
    expect([third.status, third.headers.get('retry-after')]).toEqual([503, '1']);
    expect((await fetch(`${base}/-/healthy`)).status).toBe(200);
    answerAll();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
    await expect.poll(async () => (await fetch(`${base}/slow`)).status).toBe(200);
  });
});

describe('headers', () => {
  const broken: Route = {
    path: '/broken',
    methods: ['GET'],
    handle: () => {
      throw new Error('something with a secret in it');
    },
  };

  test.each([
    ['/-/healthy', 200],
    ['/nothing', 404],
    ['/broken', 500],
  ])('protect every answer: %s', async (path, status) => {
    const base = `http://127.0.0.1:${await startServer([healthyRoute, broken])}`;
    const answer = await fetch(`${base}${path}`);
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'deny',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
    expect(await answer.text()).not.toContain('secret');
  });

  test('of the web configuration are set, and win', async () => {
    const headers = { 'X-Frame-Options': 'sameorigin', 'Strict-Transport-Security': 'max-age=60' };
    const base = `http://127.0.0.1:${await startServer([healthyRoute], { headers, users: new Map() })}`;
    const answer = await fetch(`${base}/-/healthy`);
    expect(answer.headers.get('x-frame-options')).toBe('sameorigin');
    expect(answer.headers.get('strict-transport-security')).toBe('max-age=60');
  });
});
