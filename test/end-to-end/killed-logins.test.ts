import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { assert, expect, onTestFinished, test } from 'vitest';
import { createPortsipSimulator } from '../../src/simulator/portsip/index.ts';
import { readState } from '../../src/polling/login-guard/state-format.ts';
import { hurriedClock } from './hurried-clock.ts';
import { projectFolder } from './testbed.ts';

/** An hour of the test is this many times as long. */
const speed = 1_000;
/** `KILLS=200` for more; each takes a second or more. */
const kills = Number(process.env['KILLS'] ?? 60);

test(
  'killed at random moments with refused logins, no start forgets: the PBX never blocks the address',
  { timeout: 1_200_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'killed-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const stateFile = join(folder, 'state.json');
    const startedAt = Date.now();
    const clock = hurriedClock(startedAt, speed);
    const simulator = createPortsipSimulator({ clock, peers: 2, loginDelayMs: 20_000 });
    const url = await simulator.start();
    onTestFinished(() => simulator.stop());
    const run = async (kill: number): Promise<void> => {
      // Every other start has another wrong password, as if somebody tried to correct it.
      const password = `wrong ${Math.floor(kill / 2)}`;
      const child = spawn(
        process.execPath,
        ['test/end-to-end/refused-run.ts', url.href, stateFile, String(startedAt), String(speed), password],
        { cwd: projectFolder, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      await once(child.stdout, 'data');
      await wait(Math.random() * 400);
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
      assert(!existsSync(stateFile) || 'state' in readState(readFileSync(stateFile, 'utf8')), 'the file is whole');
    };
    for (let kill = 0; kill < kills; kill += 1) await run(kill);
    expect(simulator.ledger.loginsRefused).toBeGreaterThan(4);
    expect(simulator.ledger).toMatchObject({ bans: 0, refusedWhileLocked: 0 });
  },
);
