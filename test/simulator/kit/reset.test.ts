import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { resetConnection } from '../../../src/simulator/kit/connection.ts';

/** Opens a loopback connection and returns both ends. */
async function connection(): Promise<{ readonly near: Socket; readonly far: Socket }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const accepted = once(server, 'connection');
  const far = connect(port, '127.0.0.1');
  far.on('error', () => {});
  const [near] = (await accepted) as [Socket];
  near.on('error', () => {});
  onTestFinished(() => {
    far.destroy();
    server.close();
  });
  return { near, far };
}

test('a connection is reset, not closed', async () => {
  const { near, far } = await connection();
  const broken = once(far, 'error').catch((error: unknown) => [error]);
  const closed = once(near, 'close');
  resetConnection(near);
  await closed;
  expect((await broken)[0]).toMatchObject({ code: 'ECONNRESET' });
});

test('one that is just saying its last words is closed all the same', async () => {
  const { near } = await connection();
  let closed = false;
  near.once('close', () => (closed = true));
  near.end('last words');
  resetConnection(near);
  await expect.poll(() => closed).toBe(true);
});
