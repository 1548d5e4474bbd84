import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { assert, expect, test } from 'vitest';
import { readState } from '../../src/polling/login-guard/state-format.ts';
import { createPortsipSimulator } from '../../src/simulator/portsip/index.ts';
import { hurriedClock } from './hurried-clock.ts';
import { startHurried } from './hurried-process.ts';

/** How many times faster than real time the clocks of the test run. */
const speed = 1_000;
/** Number of offices tested in parallel. */
const offices = 4;
/** How often the exporter of each office is killed. `KILLS=200` sets the total; each kill takes a second or more. */
const killsPerOffice = Math.ceil(Number(process.env['KILLS'] ?? 60) / offices);
/** Minimum number of refused logins. With fewer, the kills came too early to prove anything, and more kills follow. */
const refusalsNeeded = 5;

test.concurrent.for(Array.from({ length: offices }, (_, index) => index + 1))(
  `office %i: killed at ${killsPerOffice} random moments with refused logins, no start forgets: the PBX never blocks the address`,
  { timeout: 600_000 },
  async (_office, { onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), 'killed-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const stateFile = join(folder, 'state.json');
    const startedAt = Date.now();
    const clock = hurriedClock(startedAt, speed);
    const simulator = createPortsipSimulator({ clock, peers: 2, loginDelayMs: 20_000 });
    const url = await simulator.start();
    onTestFinished(() => simulator.stop());
    const enough = (kills: number): boolean =>
      kills >= killsPerOffice && simulator.ledger.loginsRefused >= refusalsNeeded;
    for (let kill = 0; !enough(kill) && kill < 10 * killsPerOffice; kill += 1) {
      const end = await startHurried({
        family: 'portsip',
        url: url.href,
        username: 'metrics',
        // Every second start uses a new wrong password, as if somebody tried to correct it.
        password: `wrong ${Math.floor(kill / 2)}`,
        options: { domain: 'tenant1.example.net', login_flow: 'login' },
        intervalMs: 60_000,
        timeoutMs: 20 * 60_000,
        stateFile,
        startedAt,
        speed,
      });
      await wait(Math.random() * 400);
      await end();
      assert(!existsSync(stateFile) || 'state' in readState(readFileSync(stateFile, 'utf8')), 'the file is whole');
    }
    expect(simulator.ledger.loginsRefused).toBeGreaterThanOrEqual(refusalsNeeded);
    expect(simulator.ledger).toMatchObject({ bans: 0, refusedWhileLocked: 0 });
  },
);
