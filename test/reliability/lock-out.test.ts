import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AccountConfig, TargetConfig } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import { defaultPeers } from '../../src/config/defaults.ts';
import { createExporter, type Exporter } from '../../src/exporter.ts';
import { silentLog } from '../../src/log.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import type { Target } from '../../src/polling/target.ts';
import { createHandClock, type HandClock } from '../simulator/hand-clock.ts';
import { allProducts, type Product } from '../support/products.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
/** Interval between rounds that are not suspended, in milliseconds. */
const interval = 5 * minute;

const cases = allProducts.flatMap((product) =>
  [1, 5, 20].flatMap((targets) =>
    [0, 500].map((loginDelayMs) => ({ name: product.name, product, targets, loginDelayMs })),
  ),
);

/** One office: targets with wrong passwords that share one address. */
interface Office {
  readonly clock: HandClock;
  readonly simulator: Simulator;
  readonly exporter: Exporter;
  /**
   * Reloads the configuration. The number of concurrent requests changes, so that targets are recreated; if `right` is given, that target
   * gets the right password.
   */
  reload(right?: string): Promise<void>;
}

async function openOffice({ product, targets, loginDelayMs }: (typeof cases)[number]): Promise<Office> {
  const clock = createHandClock();
  const simulator = product.simulate({ clock, peers: 2, trunks: 1, loginDelayMs });
  const url = await simulator.start();
  let requestsPerTarget = 2;
  const corrected = new Set<string>();
  const config = () => ({
    concurrency: 32,
    targets: Array.from({ length: targets }, (_, index) => {
      const name = `t${index}`;
      return targetOf(product, simulator, { name, url, requestsPerTarget, right: corrected.has(name) });
    }),
  });
  const exporter = createExporter({ config: config(), clock, random: () => 0.5, log: silentLog, version: 'test' });
  onTestFinished(async () => {
    await simulator.stop();
    await exporter.fleet.stop();
  });
  return {
    clock,
    simulator,
    exporter,
    async reload(right) {
      requestsPerTarget = requestsPerTarget === 2 ? 3 : 2;
      if (right !== undefined) corrected.add(right);
      await passTime(clock, exporter.apply(config()));
    },
  };
}

interface Wanted {
  readonly name: string;
  readonly url: URL;
  readonly requestsPerTarget: number;
  readonly right: boolean;
}

function targetOf(
  { family }: Product,
  simulator: Simulator,
  { name, url, requestsPerTarget, right }: Wanted,
): TargetConfig {
  const { account, targetOptions } = simulator;
  if ('token' in account) throw new Error('the products of this test log in with a password');
  const secret = new Secret(right ? account.password : `not the password of ${name}`);
  const wrong: AccountConfig = { kind: 'password', username: account.username, password: secret };
  return {
    name,
    family: family.name,
    url,
    account: wrong,
    intervalMs: interval,
    timeoutMs: 20_000,
    staleAfterMs: 3 * interval,
    requestsPerTarget,
    collect: ['system'],
    tls: { insecureSkipVerify: false },
    labels: {},
    peers: { ...defaultPeers, names: 'plain', limit: 100 },
    trunks: {},
    options: family.options.parse(targetOptions ?? {}),
  };
}

/** Advances the clock in small steps whenever the network is quiet, until the work is done. */
async function passTime(clock: HandClock, work: Promise<unknown>): Promise<void> {
  const state = { done: false };
  const ended = work.finally(() => (state.done = true));
  for (let turns = 1; !state.done; turns += 1) {
    await nextTurn();
    if (turns % 30 === 0 && clock.waiting > 0) clock.advance(50);
  }
  await ended;
}

const poll = ({ clock, exporter }: Office, targets: readonly Target[]): Promise<void> =>
  passTime(clock, Promise.all(targets.map((target) => exporter.fleet.poll(target))));

/** Runs all rounds until a time. Skips the time during which all targets are suspended, because their rounds do nothing. */
async function runUntil(office: Office, end: number): Promise<void> {
  const { clock, exporter } = office;
  while (clock.monotonicTime() < end) {
    await poll(office, exporter.fleet.targets);
    const waits = exporter.fleet.targets.map(({ record }) => record.suspendedUntilWall - clock.wallTime());
    clock.advance(Math.min(end - clock.monotonicTime(), Math.max(interval, Math.min(...waits))));
  }
}

describe.each(cases)('$name, $targets targets, logins of $loginDelayMs ms', (one) => {
  test('wrong passwords for a day with a reload every hour lock nobody out, and the right one comes through at any moment', async () => {
    const office = await openOffice(one);
    const { clock, simulator, exporter } = office;
    const start = clock.monotonicTime();
    // Each case uses a different time of the day, including the first minutes.
    const moment = start + minute + (cases.indexOf(one) / cases.length) ** 2 * (day - 2 * minute);
    const locked = () => ({ bans: simulator.ledger.bans, refusedWhileLocked: simulator.ledger.refusedWhileLocked });
    for (let next = start + hour; clock.monotonicTime() < moment; next += hour) {
      await runUntil(office, Math.min(next, moment));
      await office.reload();
    }
    expect(simulator.ledger.loginsGood).toBe(0);
    expect(simulator.ledger.loginsRefused).toBeGreaterThan(0);
    expect(locked()).toEqual({ bans: 0, refusedWhileLocked: 0 });
    await office.reload('t0');
    await poll(office, exporter.fleet.targets);
    expect(exporter.fleet.get('t0')?.record.lastRound?.reason).toBeUndefined();
    expect(exporter.fleet.get('t0')?.record.up).toBe(true);
    for (const target of exporter.fleet.targets.slice(1)) {
      expect(target.record.up).toBe(false);
      expect(target.record.suspendedUntilWall).toBeGreaterThan(clock.wallTime());
      expect(target.record.lastRound).toMatchObject({ reason: 'bad_credentials' });
    }
    expect(locked()).toEqual({ bans: 0, refusedWhileLocked: 0 });
  });
});
