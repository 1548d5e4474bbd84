import { once } from 'node:events';
import { connect, createServer, type AddressInfo } from 'node:net';

/**
 * Opens addresses to which connections never complete, as with a PBX behind a dead line. Each is a listening port with a short queue that
 * is full and never emptied, so that the system does not answer further attempts.
 */
const [count = 1] = process.argv.slice(2).map(Number);
/** Size of the queue; the system accepts one more connection than this. */
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
  // The system completes the connections above after this turn. Then the process blocks and never accepts them.
  setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
});
