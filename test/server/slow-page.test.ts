import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { sendPage } from '../../src/server/metrics.ts';
import type { RouteContext } from '../../src/server/routes.ts';
import { serveRoutes } from '../support/web-bench.ts';

const stalledAfterMs = 20;

/** Starts a server with only this page. */
function servePage(page: (context: RouteContext) => AsyncIterable<Buffer>): Promise<string> {
  return serveRoutes([
    {
      path: '/metrics',
      methods: ['GET'],
      handle: (context) => sendPage(context.request, context.response, () => page(context), stalledAfterMs),
    },
  ]);
}

test('a page that we are slow to make is not cut off', async () => {
  const base = await servePage(async function* ({ response }) {
    for (const text of ['one\n', 'two\n', 'three\n']) {
      yield Buffer.from(text.repeat(50_000));
      // Long enough that a reader that accepts no data would have been disconnected.
      await once(response, 'timeout');
    }
  });
  const text = await (await fetch(`${base}/metrics`, { headers: { 'accept-encoding': 'identity' } })).text();
  expect(text).toHaveLength(50_000 * (4 + 4 + 6));
});

test('a reader that takes nothing is cut off', async () => {
  const chunk = Buffer.alloc(1_000_000, 'x');
  let closed: Promise<unknown> | undefined;
  const base = await servePage(async function* ({ response }) {
    closed ??= once(response, 'close');
    for (;;) yield chunk;
  });
  const socket = connect(Number(new URL(base).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  socket.pause();
  socket.write('GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n');
  await expect.poll(() => closed).toBeDefined();
  await closed;
});
