import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

/**
 * Addresses where connecting takes for ever, as with a PBX behind a dead line: ports that listen, whose short queue is
 * filled and never emptied, so that the system leaves further attempts without an answer.
 */
const [count = 1] = process.argv.slice(2).map(Number);
/** The system takes one more than this into the queue. */
const backlog = 1;

const ports: number[] = [];
for (let index = 0; index < count; index += 1) {
  const server = createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog });
  await once(server, 'listening');
  ports.push((server.address() as AddressInfo).port);
}
process.send?.({ ports }, () => {
  for (const port of ports)
    for (let filler = 0; filler < backlog + 2; filler += 1) connect(port, '127.0.0.1').on('error', () => {});
  // The connections above are made by the system after this turn; from the next one on nobody takes them.
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});
