import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { generate } from 'selfsigned';
import { gunzipSync } from 'node:zlib';
import { readForm, readJsonObject } from '../../../src/simulator/kit/request.ts';
import { createKit } from '../../../src/simulator/kit/kit.ts';
import { jsonResponse } from '../../../src/simulator/kit/response.ts';
import type { ServerDefinition, SimulatorTls } from '../../../src/simulator/kit/server-definition.ts';
import type { SimulatorServer } from '../../../src/simulator/kit/server.ts';
import type { Kit } from '../../../src/simulator/kit/kit.ts';
import { ask, keepAlive } from '../ask.ts';
import { createHandClock } from '../hand-clock.ts';
import type { HandClock } from '../hand-clock.ts';

const text = 'twenty characters ok';
let clock: HandClock;
let kit: Kit;
let server: SimulatorServer;
let url: URL;
let handled: number;

async function open(changes: Partial<ServerDefinition> = {}, tls?: SimulatorTls): Promise<void> {
  clock = createHandClock();
  kit = createKit({ clock, ...(tls === undefined ? {} : { tls }) });
  handled = 0;
  server = kit.serve({
    nameCall: (request) => request.path.slice(1) || 'root',
    handle: (request) => {
      handled += 1;
      return {
        status: 200,
        headers: { 'Content-Type': 'text/plain' },
        body: request.body === '' ? text : `${text}|${request.body}`,
      };
    },
    ...changes,
  });
  url = await server.start();
}

beforeEach(() => open());
afterEach(() => server.stop());

describe('a simulated server in order', () => {
  it('answers over a real socket with the exact length', async () => {
    const answer = await ask(new URL('/some/path?x=1', url));
    expect(answer).toMatchObject({ status: 200, text, error: undefined });
    expect(answer.headers['content-length']).toBe('20');
    expect(kit.ledger.requests).toEqual({ 'some/path': 1 });
    expect(kit.ledger.requestsTotal).toBe(1);
  });

  it('gives handlers what was asked and never throws on nonsense', async () => {
    const seen: unknown[] = [];
    await server.stop();
    await open({
      handle: (request) => {
        seen.push([
          request.path,
          request.rawPath,
          request.query.get('a'),
          readJsonObject(request),
          request.clientAddress,
        ]);
        return jsonResponse(200, [...readForm(request)]);
      },
    });
    const answer = await ask(new URL('/a%20b/%zz?a=%41', url), { method: 'POST', body: '[1,' });
    await ask(new URL('/a%20b', url), { method: 'POST', body: '{"k":1}' });
    expect(answer.status).toBe(200);
    expect(seen).toEqual([
      ['/a%20b/%zz', '/a%20b/%zz', 'A', {}, '127.0.0.1'],
      ['/a b', '/a%20b', null, { k: 1 }, '127.0.0.1'],
    ]);
  });

  describe('whose answers end with the connection', () => {
    const reopen = async (): Promise<void> => {
      await server.stop();
      await open({ handle: () => ({ status: 200, reason: 'Fine', framing: 'close', body: text }) });
    };

    it('sends no length and no chunks, and a body to HEAD too', async () => {
      await reopen();
      const answer = await ask(url, { agent: keepAlive() });
      expect(answer).toMatchObject({ status: 200, text, error: undefined });
      expect(answer.headers).toEqual({ connection: 'close' });
      const socket = connect(Number(url.port), '127.0.0.1');
      socket.end('HEAD / HTTP/1.1\r\nHost: pbx\r\n\r\n');
      expect((await buffer(socket)).toString()).toBe(`HTTP/1.1 200 Fine\r\nConnection: close\r\n\r\n${text}`);
    });

    it('cuts, so that the half looks whole to HTTP', async () => {
      await reopen();
      await kit.faults.set({ kind: 'cut-body' });
      expect(await ask(url)).toMatchObject({ status: 200, text: 'twenty cha', error: undefined });
    });
  });

  it('serves so many connections at a time, the others in turn', async () => {
    await server.stop();
    await open({ connectionsAtOnce: 2, idleMs: 5_000 });
    const idle = [1, 2].map(() => connect(Number(url.port), '127.0.0.1'));
    await Promise.all(idle.map((socket) => once(socket, 'connect')));
    await expect.poll(() => kit.ledger.connectionsOpen).toBe(2);
    const late = ask(url);
    await expect.poll(() => kit.ledger.connectionsOpen).toBe(3);
    expect(handled).toBe(0);
    clock.advance(5_000);
    expect(await late).toMatchObject({ status: 200, text });
  });

  it('starts and stops twice and keeps its port', async () => {
    expect(await server.start()).toEqual(url);
    await server.stop();
    await server.stop();
    expect((await ask(url)).error).toBe('ECONNREFUSED');
    expect(await server.start()).toEqual(url);
    expect((await ask(url)).text).toBe(text);
  });

  it('closes idle connections on the injected clock, but not busy ones', async () => {
    await server.stop();
    await open({ idleMs: 15_000 });
    const agent = keepAlive();
    await ask(url, { agent });
    await ask(url, { agent });
    expect(kit.ledger.connectionsAccepted).toBe(1);
    clock.advance(14_999);
    await ask(url, { agent });
    expect(kit.ledger.connectionsAccepted).toBe(1);
    clock.advance(15_000);
    await ask(url, { agent });
    await ask(url, { agent });
    expect(kit.ledger.connectionsAccepted).toBe(2);
    agent.destroy();
  });

  it('shows a defect of a handler instead of hanging', async () => {
    await server.stop();
    await open({
      handle: () => {
        throw new Error('oh');
      },
    });
    expect(await ask(url)).toMatchObject({ status: 599 });
  });

  it('turns connections away when the family says so', async () => {
    await server.stop();
    await open({ admit: (_address, open) => (open >= 1 ? 'close' : 'serve') });
    const agent = keepAlive();
    expect((await ask(url, { agent })).status).toBe(200);
    expect((await ask(url)).error).toBe('ECONNRESET');
    expect((await ask(url, { agent })).status).toBe(200);
    agent.destroy();
  });

  it('serves TLS, and resets below it', async () => {
    await server.stop();
    const pem = await generate([{ name: 'commonName', value: 'pbx.example.org' }]);
    await open({}, { certificate: pem.cert, key: pem.private });
    expect(url.protocol).toBe('https:');
    expect((await ask(url)).error).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    expect((await ask(url, { rejectUnauthorized: false })).text).toBe(text);
    await kit.faults.set({ kind: 'reset-in-body' });
    expect((await ask(url, { rejectUnauthorized: false })).error).toBe('ECONNRESET');
  });
});

describe('faults at the connection', () => {
  it('refuses until cleared, kept connections included', async () => {
    const agent = keepAlive();
    await ask(url, { agent });
    await kit.faults.set({ kind: 'refuse' });
    expect((await ask(url)).error).toBe('ECONNREFUSED');
    await kit.faults.clear();
    expect((await ask(url, { agent })).text).toBe(text);
    expect(kit.ledger.connectionsAccepted).toBe(2);
    agent.destroy();
  });

  it('refuses for a time of the clock', async () => {
    await kit.faults.set({ kind: 'refuse' }, { durationMs: 60_000 });
    expect((await ask(url)).error).toBe('ECONNREFUSED');
    clock.advance(60_000);
    await kit.faults.clear('hang');
    expect((await ask(url)).text).toBe(text);
  });

  it.each(['reset-at-accept', 'close-at-accept'] as const)('%s', async (kind) => {
    await kit.faults.set({ kind }, { times: 1 });
    expect((await ask(url)).error).toBe('ECONNRESET');
    expect((await ask(url)).text).toBe(text);
    expect(kit.ledger.requestsTotal).toBe(1);
    expect(kit.ledger.faults).toEqual({ [kind]: 1 });
  });

  it('hangs at accept', async () => {
    await kit.faults.set({ kind: 'hang-at-accept' });
    const pending = ask(url);
    await expect.poll(() => kit.ledger.connectionsOpen).toBe(1);
    clock.advance(3_600_000);
    expect(kit.ledger.requestsTotal).toBe(0);
    await server.stop();
    expect((await pending).error).toBe('ECONNRESET');
  });
});

describe('faults in place of the answer', () => {
  it('hangs for as long as it likes', async () => {
    await kit.faults.set({ kind: 'hang' });
    const pending = ask(url);
    await expect.poll(() => kit.ledger.requestsTotal).toBe(1);
    clock.advance(3_600_000);
    expect(kit.ledger.requestsInFlight).toBe(1);
    await server.stop();
    expect((await pending).error).toBe('ECONNRESET');
    await expect.poll(() => kit.ledger.requestsInFlight).toBe(0);
    expect(handled).toBe(0);
  });

  it.each(['close', 'reset-after-request'] as const)('%s', async (kind) => {
    await kit.faults.set({ kind });
    expect(await ask(url)).toMatchObject({ error: 'ECONNRESET', status: 0 });
    expect(handled).toBe(0);
  });

  it('gives a web page, a status, a redirect', async () => {
    await kit.faults.set({ kind: 'html', status: 200 }, { times: 1 });
    await kit.faults.set({ kind: 'status', status: 429, body: 'no', headers: { 'Retry-After': '7' } }, { times: 1 });
    await kit.faults.set({ kind: 'redirect', to: 'https://other.example.org/', status: 302 }, { times: 1 });
    expect((await ask(url)).text).toContain('<html>');
    expect(await ask(url)).toMatchObject({ status: 429, text: 'no', headers: { 'retry-after': '7' } });
    expect(await ask(url)).toMatchObject({ status: 302, headers: { location: 'https://other.example.org/' } });
    expect(kit.faults.active).toEqual([]);
  });

  it('gives huge bodies and gzip bombs', async () => {
    await kit.faults.set({ kind: 'huge-body', bytes: 1_000_001 }, { times: 1 });
    await kit.faults.set({ kind: 'gzip-bomb', bytes: 3_000_001 }, { times: 1 });
    expect((await ask(url)).body.length).toBe(1_000_001);
    const bomb = await ask(url);
    expect(bomb.headers['content-encoding']).toBe('gzip');
    expect(bomb.body.length).toBeLessThan(100_000);
    expect(gunzipSync(bomb.body).length).toBe(3_000_001);
  });
});

describe('faults done to the answer', () => {
  it('loses the answer after the work is done', async () => {
    await kit.faults.set({ kind: 'lost-answer' });
    expect(await ask(url)).toMatchObject({ error: 'ECONNRESET', status: 0 });
    expect(handled).toBe(1);
  });

  it.each(['cut-body', 'reset-in-body'] as const)('%s breaks off in the middle', async (kind) => {
    await kit.faults.set({ kind });
    expect(await ask(url)).toMatchObject({ status: 200, error: 'ECONNRESET' });
  });

  it('says a wrong length', async () => {
    await kit.faults.set({ kind: 'wrong-length', difference: -5 }, { times: 1 });
    await kit.faults.set({ kind: 'wrong-length', difference: 5 }, { times: 1 });
    expect((await ask(url)).error).toMatch(/^HPE_/u);
    expect(await ask(url)).toMatchObject({ text, error: 'ECONNRESET' });
  });

  it('breaks the chunks', async () => {
    await kit.faults.set({ kind: 'broken-chunks' });
    expect((await ask(url)).error).toMatch(/^HPE_/u);
  });

  it('sends bytes that are no UTF-8, in one call only', async () => {
    await kit.faults.set({ kind: 'invalid-utf8' }, { call: 'list' });
    expect((await ask(new URL('/other', url))).text).toBe(text);
    const { body } = await ask(new URL('/list', url));
    expect(body.length).toBe(24);
    expect(() => new TextDecoder('utf-8', { fatal: true }).decode(body)).toThrow(TypeError);
  });

  it('alters the body, after letting requests pass', async () => {
    await kit.faults.set({ kind: 'altered-body', alter: (body) => body.slice(7) }, { after: 1, times: 1 });
    expect((await ask(url)).text).toBe(text);
    expect((await ask(url)).text).toBe('characters ok');
    expect((await ask(url)).text).toBe(text);
  });

  it('is slow by the clock', async () => {
    await kit.faults.set({ kind: 'delay', delayMs: 5000 });
    const pending = ask(url);
    await expect.poll(() => handled).toBe(1);
    clock.advance(4999);
    expect(kit.ledger.requestsInFlight).toBe(1);
    clock.advance(1);
    expect((await pending).text).toBe(text);
  });

  it('drips byte by byte by the clock', async () => {
    await kit.faults.set({ kind: 'drip', intervalMs: 1000 });
    const pending = ask(url);
    await expect.poll(() => handled).toBe(1);
    let seconds = 0;
    for (; kit.ledger.connectionsOpen > 0 && seconds < 1000; seconds += 1) {
      clock.advance(1000);
      await new Promise(setImmediate);
    }
    expect((await pending).text).toBe(text);
    expect(seconds).toBeGreaterThan(20);
  });

  it('drops the connection in the middle of a hanging body when stopped', async () => {
    await kit.faults.set({ kind: 'hang-in-body' });
    const pending = ask(url);
    await expect.poll(() => handled).toBe(1);
    await server.stop();
    expect(await pending).toMatchObject({ error: 'ECONNRESET' });
  });
});

it('a port that somebody else took while connections were refused is taken back as soon as it is free', async () => {
  await kit.faults.set({ kind: 'refuse' });
  const other = createServer();
  other.listen(Number(url.port), '127.0.0.1');
  await once(other, 'listening');
  const cleared = kit.faults.clear();
  setTimeout(() => other.close(), 50);
  await cleared;
  expect((await ask(url)).status).toBe(200);
});
