import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { TargetConfig } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import { createExporter, type Exporter } from '../../src/exporter.ts';
import { silentLog } from '../../src/log.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { createHandClock, type HandClock } from '../simulator/hand-clock.ts';
import { allProducts, type Product } from '../support/products.ts';

const hour = 60 * 60_000;
const interval = hour;

function targetOf({ family }: Product, simulator: Simulator, url: URL, password: string): TargetConfig {
  const { account, targetOptions } = simulator;
  const username = 'username' in account ? account.username : '';
  return {
    name: 'hq',
    family: family.name,
    url,
    account: { kind: 'password', username, password: new Secret(password) },
    intervalMs: interval,
    // Hashes take real time, in which the time of this test runs on.
    timeoutMs: 50 * 60_000,
    staleAfterMs: 3 * interval,
    requestsPerTarget: 2,
    collect: ['system'],
    tls: { insecureSkipVerify: false },
    labels: {},
    peers: { names: 'plain', limit: 100 },
    trunks: {},
    options: family.options.parse(targetOptions ?? {}),
  };
}

async function passTime(clock: HandClock, work: Promise<unknown>): Promise<void> {
  const state = { done: false };
  const ended = work.finally(() => (state.done = true));
  for (let turns = 1; !state.done; turns += 1) {
    await nextTurn();
    if (turns % 30 === 0 && clock.waiting > 0) clock.advance(50);
  }
  await ended;
}

test.each(allProducts.map((product) => [product.name, product] as const))(
  '%s: a program that is started again every three hours of a day with a wrong password locks nobody out, and the right one comes through',
  async (_name, product) => {
    const folder = mkdtempSync(join(tmpdir(), 'restarts-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const clock = createHandClock();
    const simulator = product.simulate({ clock, peers: 2, trunks: 1 });
    const url = await simulator.start();
    onTestFinished(() => simulator.stop());
    const start = (password: string): Exporter =>
      createExporter({
        config: { concurrency: 8, targets: [targetOf(product, simulator, url, password)] },
        clock,
        random: () => 0.5,
        log: silentLog,
        version: 'test',
        stateFile: join(folder, 'state.json'),
      });
    const run = async ({ fleet, guards }: Exporter, rounds: number): Promise<void> => {
      for (let round = 0; round < rounds; round += 1) {
        await passTime(clock, Promise.all(fleet.targets.map((target) => fleet.poll(target))));
        clock.advance(interval);
      }
      await passTime(clock, Promise.all([fleet.stop(), guards.flush()]));
    };
    for (let restart = 0; restart < 8; restart += 1) await run(start('not the password'), (3 * hour) / interval);
    expect(simulator.ledger).toMatchObject({ bans: 0, refusedWhileLocked: 0, loginsGood: 0 });
    expect(simulator.ledger.loginsRefused).toBeGreaterThan(0);
    const right = 'password' in simulator.account ? simulator.account.password : '';
    const corrected = start(right);
    await run(corrected, 1);
    expect(corrected.fleet.get('hq')?.record.up).toBe(true);
    expect(simulator.ledger).toMatchObject({ bans: 0, refusedWhileLocked: 0, loginsGood: 1 });
  },
);
