import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { assert, expect, test } from 'vitest';
import { readState } from '../../src/polling/login-guard/state-format.ts';
import { createPortsipSimulator } from '../../src/simulator/portsip/index.ts';
import { createHandClock } from '../simulator/hand-clock.ts';
import { startHurried } from './hurried-process.ts';

const second = 1_000;
const minute = 60 * second;
/** Number of offices tested in parallel. */
const offices = 4;
/** How often the exporter of each office is killed. `KILLS=200` sets the total; each kill takes a second or more. */
const killsPerOffice = Math.ceil(Number(process.env['KILLS'] ?? 60) / offices);
/** Minimum number of refused logins. With fewer, the kills came too early to prove anything, and more kills follow. */
const refusalsNeeded = 5;
/**
 * `step`: how far both clocks advance at a time (ms). `longestLife`: maximum number of steps before a kill. `pause`: time without an
 * exporter (ms).
 */
const step = 5 * second;
const longestLife = 80;
const pause = 10 * minute;

test.concurrent.for(Array.from({ length: offices }, (_, index) => index + 1))(
  `office %i: killed at ${killsPerOffice} random moments with refused logins, no start forgets: the PBX never blocks the address`,
  { timeout: 600_000 },
  async (_office, { onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), 'killed-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const stateFile = join(folder, 'state.json');
    const clock = createHandClock();
    const simulator = createPortsipSimulator({ clock, peers: 2, loginDelayMs: 20 * second });
    const url = await simulator.start();
    onTestFinished(() => simulator.stop());
    const enough = (kills: number): boolean =>
      kills >= killsPerOffice && simulator.ledger.loginsRefused >= refusalsNeeded;
    for (let kill = 0; !enough(kill) && kill < 10 * killsPerOffice; kill += 1) {
      const exporter = await startHurried({
        family: 'portsip',
        url: url.href,
        username: 'metrics',
        // Every second start uses a new wrong password, as if somebody tried to correct it.
        password: `wrong ${Math.floor(kill / 2)}`,
        options: { domain: 'tenant1.example.net', login_flow: 'login' },
        intervalMs: minute,
        timeoutMs: 20 * minute,
        stateFile,
        now: clock.monotonicTime(),
      });
      const life = Math.floor(Math.random() * longestLife);
      for (let age = 0; age < life; age += 1) {
        // Both clocks advance together, even if one process has to wait for the CPU. Files and hashes need some real time.
        await exporter.advance(step);
        clock.advance(step);
        await wait(5);
      }
      await exporter.kill();
      clock.advance(pause);
      assert(!existsSync(stateFile) || 'state' in readState(readFileSync(stateFile, 'utf8')), 'the file is whole');
    }
    expect(simulator.ledger.loginsRefused).toBeGreaterThanOrEqual(refusalsNeeded);
    expect(simulator.ledger).toMatchObject({ bans: 0, refusedWhileLocked: 0 });
  },
);
