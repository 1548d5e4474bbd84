import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createCommandLine } from '../../src/command-line.ts';
import { parseListenAddress, startProblem } from '../../src/commands/flags.ts';

test.each([
  [':10560', { port: 10_560 }],
  ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
  ['[::1]:8080', { host: '::1', port: 8_080 }],
  ['pbx.example.org:80', { host: 'pbx.example.org', port: 80 }],
  ['10560', undefined],
  ['::1:80', undefined],
  [':70000', undefined],
  ['a b:80', undefined],
  ['', undefined],
])('%s', (text, expected) => {
  expect(parseListenAddress(text)).toEqual(expected);
});

/** Returns a port that is already in use. */
async function takenPort(): Promise<number> {
  const other = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void other.close());
  await once(other, 'listening');
  const address = other.address();
  return address !== null && typeof address === 'object' ? address.port : 0;
}

async function run(...args: readonly string[]): Promise<unknown> {
  const terminal = { out() {}, error() {}, colour: false, watched: false };
  const program = createCommandLine({ terminal, keepRunning() {}, exit() {} });
  return program.parseAsync(['node', 'pbx-exporter', ...args]).catch((thrown: unknown) => thrown);
}

test('simulate on a port that is taken names the port and its own flag', async () => {
  const port = await takenPort();
  const problem = startProblem(await run('simulate', '--family', 'asterisk', '--port', String(port)));
  expect(problem).toBe(
    `127.0.0.1:${port} is in use by another program; choose another with --port (0 = any free ports)`,
  );
});

test.each([
  [{ code: 'EADDRINUSE', address: '127.0.0.1', port: 10560 }, '127.0.0.1:10560 is in use by another program; '],
  [{ code: 'EADDRINUSE', address: '::', port: 10560 }, ':10560 is in use by another program; '],
  [{ code: 'EADDRINUSE', address: '::1', port: 10560 }, '[::1]:10560 is in use by another program; '],
  [{ code: 'EADDRINUSE' }, 'the address is in use by another program; '],
  [{ code: 'EADDRNOTAVAIL', address: '192.0.2.1', port: 10560 }, 'this machine has no address 192.0.2.1; '],
  [{ code: 'EACCES', address: '127.0.0.1', port: 80 }, 'this user may not listen on 127.0.0.1:80; '],
])('an address on which it may not listen: %j', (facts, message) => {
  const problem = startProblem(Object.assign(new Error('listen'), facts));
  expect(problem).toContain(message);
  expect(problem).toContain('--web.listen-address');
});

test.each([
  [new Error('what it says'), 'what it says'],
  ['thrown text', 'the program could not start'],
])('anything else: %s', (thrown, message) => expect(startProblem(thrown)).toBe(message));
