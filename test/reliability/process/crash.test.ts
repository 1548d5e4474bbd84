import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { createYeastarSSimulator } from '../../../src/simulator/yeastar/index.ts';
import { parseExposition } from '../../support/exposition-parser.ts';
import { startProgram } from './program.ts';

async function startPbx() {
  const pbx = createYeastarSSimulator({ clock: systemClock, peers: 3, trunks: 1 });
  const url = await pbx.start();
  onTestFinished(() => pbx.stop());
  const { username, password } = pbx.account as { username: string; password: string };
  const config = `targets:\n  - { name: hq, family: yeastar-s, url: '${url.href}', username: ${username}, password: '${password}' }\n`;
  return { pbx, config };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await wait(10);
}

// SIGWINCH repeats the same error, also during the shutdown.
test.each(['SIGUSR2', 'SIGPIPE', 'SIGWINCH'] as const)(
  'an error that nobody caught (%s) logs out everywhere, says one line without secrets, and ends with code 1',
  async (signal) => {
    const { pbx, config } = await startPbx();
    const program = startProgram(config);
    await until(() => pbx.ledger.sessionsLive === 1);
    program.process.kill(signal);
    expect(await program.ended).toBe(1);
    expect(pbx.ledger.sessionsLive).toBe(0);
    expect(pbx.ledger.sessionsEnded.logout).toBe(1);
    const lines = program.errors().trimEnd().split('\n');
    expect(lines.filter((line) => line.startsWith('pbx-exporter: '))).toEqual([
      expect.stringMatching(
        /^pbx-exporter: unexpected error, stopping: (TypeError|RangeError|SyntaxError) .*crash-on-signal/,
      ),
    ]);
    // Log lines start with a time; no other lines may appear between them.
    expect(lines.filter((line) => !line.startsWith('pbx-exporter: ') && !line.startsWith('time='))).toEqual([]);
    expect(program.errors()).not.toContain('planted-secret');
  },
);

test('it starts when every PBX is down, and says so', async () => {
  const config = `targets:
  - { name: closed, family: asterisk, url: 'http://127.0.0.1:9', username: exporter, password: example }
  - { name: nowhere, family: yeastar-s, url: 'http://${'p'.repeat(64)}.invalid', username: exporter, password: example }
`;
  const program = startProgram(config);
  const url = await program.url;
  const up = async (): Promise<readonly number[]> => {
    const page = parseExposition(Buffer.from(await (await fetch(`${url}/metrics`)).arrayBuffer()), 'text');
    return page.find(({ name }) => name === 'pbx_up')?.samples.map(({ value }) => value) ?? [];
  };
  expect((await fetch(`${url}/-/healthy`)).status).toBe(200);
  while ((await fetch(`${url}/-/ready`)).status !== 200) await wait(20);
  expect(await up()).toEqual([0, 0]);
  program.process.kill('SIGTERM');
  expect(await program.ended).toBe(0);
});
