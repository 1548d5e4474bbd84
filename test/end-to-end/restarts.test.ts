import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, type TestContext } from 'vitest';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { createHandClock, type HandClock } from '../simulator/hand-clock.ts';
import { allProducts, type Product } from '../support/products.ts';
import { startStepped, type SteppedExporter } from './stepped-process.ts';

const hour = 60 * 60_000;

/** A PBX, and exporters that share a state file and are started one after the other. */
interface Office {
  readonly clock: HandClock;
  readonly simulator: Simulator;
  readonly start: (password: string) => SteppedExporter;
}

async function openOffice({ family, simulate }: Product, { onTestFinished }: TestContext): Promise<Office> {
  const folder = mkdtempSync(join(tmpdir(), 'restarts-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const clock = createHandClock();
  const simulator = simulate({ clock, peers: 2, trunks: 1 });
  const url = await simulator.start();
  onTestFinished(() => simulator.stop());
  const { account, targetOptions = {} } = simulator;
  if ('token' in account) throw new Error('the products of this test log in with a password');
  const { username } = account;
  const stateFile = join(folder, 'state.json');
  const start = (password: string): SteppedExporter =>
    startStepped({
      family: family.name,
      url: url.href,
      username,
      password,
      options: targetOptions,
      intervalMs: hour,
      // Hashing takes real time, during which the clock of the exporter continues.
      timeoutMs: 50 * 60_000,
      stateFile,
      now: clock.monotonicTime(),
    });
  return { clock, simulator, start };
}

/** Runs one round; the clock of the PBX follows that of the exporter. */
async function round(clock: HandClock, exporter: SteppedExporter, advanceMs: number): Promise<boolean> {
  clock.advance(advanceMs);
  const { now, up } = await exporter.round(advanceMs);
  clock.advance(Math.max(0, now - clock.monotonicTime()));
  return up;
}

test.concurrent.for(allProducts.map((product) => [product.name, product] as const))(
  '%s: a program that is killed and started again every three hours of a day with a wrong password locks nobody out, and the right one comes through',
  async ([, product], context) => {
    const { clock, simulator, start } = await openOffice(product, context);
    for (let restart = 0; restart < 8; restart += 1) {
      const exporter = start('not the password');
      for (const advanceMs of [0, hour, hour]) expect(await round(clock, exporter, advanceMs)).toBe(false);
      await exporter.kill();
      clock.advance(hour);
    }
    expect(simulator.ledger).toMatchObject({ bans: 0, refusedWhileLocked: 0, loginsGood: 0 });
    expect(simulator.ledger.loginsRefused).toBeGreaterThan(0);
    const right = 'password' in simulator.account ? simulator.account.password : '';
    const corrected = start(right);
    expect(await round(clock, corrected, 0)).toBe(true);
    await corrected.kill();
    expect(simulator.ledger).toMatchObject({ bans: 0, refusedWhileLocked: 0, loginsGood: 1 });
  },
);

// The format of the file is the same for all families. These three count by account, by address, and without a time window.
const counting = allProducts.filter(({ name }) => ['yeastar-s', 'portsip', 'mikopbx 2026'].includes(name));

test.concurrent.for(counting.map((product) => [product.name, product] as const))(
  '%s: two programs that share the file and try a wrong password at the same moment count both',
  async ([, product], context) => {
    const { clock, simulator, start } = await openOffice(product, context);
    const both = [start('not the password'), start('not the password either')];
    for (let times = 0; times < 8; times += 1) {
      const seen = await Promise.all(both.map((exporter) => exporter.round(hour)));
      expect(seen.map(({ up }) => up)).toEqual([false, false]);
      clock.advance(Math.max(0, ...seen.map(({ now }) => now - clock.monotonicTime())));
    }
    await Promise.all(both.map((exporter) => exporter.kill()));
    expect(simulator.ledger).toMatchObject({ bans: 0, refusedWhileLocked: 0, loginsGood: 0 });
    expect(simulator.ledger.loginsRefused).toBeGreaterThan(1);
  },
);
