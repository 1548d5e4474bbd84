import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AccountConfig, Config, TargetConfig } from '../../src/config/config.ts';
import { Secret } from '../../src/config/secret.ts';
import { defaultPeers } from '../../src/config/defaults.ts';
import { createExporter, type Exporter } from '../../src/exporter.ts';
import { silentLog } from '../../src/log.ts';
import type { Simulator } from '../../src/simulator/simulator.ts';
import { pageOf } from '../exposition/page-of.ts';
import { createHandClock, type HandClock } from '../simulator/hand-clock.ts';
import { allProducts, type Product } from '../support/products.ts';

interface Office {
  readonly clock: HandClock;
  readonly simulator: Simulator;
  readonly exporter: Exporter;
  /** One entry of the configuration, changed or not. */
  readonly target: (changes?: Partial<TargetConfig>) => TargetConfig;
}

async function openOffice({ family, simulate }: Product, concurrency = 8): Promise<Office> {
  const clock = createHandClock();
  const simulator = simulate({ clock, peers: 6, trunks: 2 });
  const url = await simulator.start();
  const target = (changes: Partial<TargetConfig> = {}): TargetConfig => ({
    name: 'hq',
    family: family.name,
    url,
    account: accountOf(simulator),
    intervalMs: 30_000,
    timeoutMs: 20_000,
    staleAfterMs: 90_000,
    requestsPerTarget: 2,
    collect: ['peers', 'trunks', 'system'],
    tls: { insecureSkipVerify: false },
    labels: {},
    peers: { ...defaultPeers, names: 'plain', limit: 100 },
    trunks: {},
    options: family.options.parse(simulator.targetOptions ?? {}),
    ...changes,
  });
  const config: Config = { concurrency, targets: [target()] };
  const exporter = createExporter({ config, clock, random: () => 0.5, log: silentLog, version: 'test' });
  onTestFinished(async () => {
    await simulator.stop();
    await exporter.fleet.stop();
  });
  return { clock, simulator, exporter, target };
}

function accountOf({ account }: Simulator): AccountConfig {
  if ('token' in account) return { kind: 'token', token: new Secret(account.token) };
  return { kind: 'password', username: account.username, password: new Secret(account.password) };
}

async function poll({ clock, exporter }: Office, afterMs = 30_000): Promise<void> {
  clock.advance(afterMs);
  await Promise.all(exporter.fleet.targets.map((target) => exporter.fleet.poll(target)));
}

const loginsOf = ({ ledger }: Simulator): number => ledger.loginsGood + ledger.loginsRefused;

describe.each(allProducts.map((product) => [product.name, product] as const))('%s', (_name, product) => {
  test('a reload that changes only what is shown, and when it is asked, keeps session, values and guard', async () => {
    const office = await openOffice(product);
    const { exporter, simulator, target } = office;
    await poll(office);
    const before = exporter.fleet.get('hq');
    const record = before?.record;
    const logins = loginsOf(simulator);
    const changes = await exporter.apply({
      concurrency: 8,
      targets: [
        target({
          labels: { site: 'berlin' },
          intervalMs: 60_000,
          timeoutMs: 10_000,
          staleAfterMs: 200_000,
          peers: { ...defaultPeers, names: 'none', limit: 50 },
        }),
      ],
    });
    expect(changes).toEqual({ unchanged: 0, added: 0, changed: 1, removed: 0 });
    expect(exporter.fleet.get('hq')).toBe(before);
    expect(before).toMatchObject({ intervalMs: 60_000, timeoutMs: 10_000 });
    expect(before?.record.retained).toEqual(record?.retained);
    const page = (await pageOf(exporter.fleet.targets, 'text')).toString();
    expect(page).toMatch(/pbx_target_info\{.*site="berlin".*\} 1/);
    expect(page).toContain('pbx_up{pbx="hq"} 1');
    await poll(office);
    expect(before?.record).toMatchObject({ up: true, counters: { logins: { success: logins, failure: 0 } } });
    expect(loginsOf(simulator)).toBe(logins);
    expect(simulator.ledger.sessionsEnded.logout ?? 0).toBe(0);
  });

  test('a reload that changes how it is asked logs out, and in again', async () => {
    const office = await openOffice(product);
    const { exporter, target } = office;
    await poll(office);
    const before = exporter.fleet.get('hq');
    await exporter.apply({ concurrency: 8, targets: [target({ collect: ['peers', 'trunks'] })] });
    expect(exporter.fleet.get('hq')).not.toBe(before);
    await poll(office);
    expect(exporter.fleet.get('hq')?.record.up).toBe(true);
  });

  test('a refused login is not tried again because of a label', async () => {
    const office = await openOffice(product);
    const { exporter, simulator, target } = office;
    const account: AccountConfig =
      'token' in simulator.account
        ? { kind: 'token', token: new Secret('made up') }
        : { kind: 'password', username: simulator.account.username, password: new Secret('made up') };
    await exporter.apply({ concurrency: 8, targets: [target({ account, collect: ['system'] })] });
    // Some families do not pause after the first refusal.
    await poll(office);
    await poll(office);
    const before = exporter.fleet.get('hq')?.record;
    const { loginsRefused } = simulator.ledger;
    expect([before?.up, loginsRefused > 0]).toEqual([false, true]);
    const relabelled = target({ account, collect: ['system'], labels: { site: 'berlin' }, intervalMs: 20_000 });
    await exporter.apply({ concurrency: 8, targets: [relabelled] });
    expect(exporter.fleet.get('hq')?.record).toEqual(before);
    // Shorter than the pause of any family.
    await poll(office, 5_000);
    expect(simulator.ledger.loginsRefused).toBe(loginsRefused);
    expect(exporter.fleet.get('hq')?.record).toMatchObject({
      up: false,
      lastRound: { reason: before?.lastRound?.reason },
    });
  });

  test('rows that a reload leaves out are gone at once', async () => {
    const office = await openOffice(product);
    const { exporter, target } = office;
    await poll(office);
    const ids = exporter.fleet.get('hq')?.record.retained.peers?.value.map(({ id }) => id) ?? [];
    const [first = 'none'] = ids;
    const exclude = new RegExp(`^${first.replaceAll(/[.*+?^$()|[\]\\{}]/g, String.raw`\$&`)}$`, 'u');
    await exporter.apply({
      concurrency: 8,
      targets: [target({ peers: { ...defaultPeers, names: 'plain', limit: 100, exclude } })],
    });
    expect(exporter.fleet.get('hq')?.record.retained.peers?.value.map(({ id }) => id)).toEqual(ids.slice(1));
  });
});

test('when many targets leave at once, no more of them log out at a time than may be polled', async () => {
  const product = allProducts.find(({ name }) => name === 'asterisk');
  if (product === undefined) throw new Error('there is no such product');
  const office = await openOffice(product, 3);
  const { exporter, simulator, target, clock } = office;
  const many = Array.from({ length: 12 }, (_, index) => target({ name: `pbx${index}` }));
  await exporter.apply({ concurrency: 3, targets: many });
  for (const one of exporter.fleet.targets) await exporter.fleet.poll(one);
  expect(simulator.ledger.sessionsLive).toBe(12);
  await simulator.faults.set({ kind: 'delay', delayMs: 500 });
  const state = { done: false, peak: 0 };
  const applied = exporter.apply({ concurrency: 3, targets: [target()] }).finally(() => (state.done = true));
  for (let turns = 1; !state.done; turns += 1) {
    await nextTurn();
    state.peak = Math.max(state.peak, simulator.ledger.requestsInFlight);
    if (turns % 50 === 0) clock.advance(100);
  }
  await applied;
  expect(simulator.ledger.sessionsLive).toBe(0);
  expect(simulator.ledger.sessionsEnded.logout).toBe(12);
  expect(state.peak).toBeGreaterThan(1);
  expect(state.peak).toBeLessThanOrEqual(3);
});
