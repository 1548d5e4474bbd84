import type { Clock } from '../../src/clock.ts';
import type { Family } from '../../src/drivers/driver.ts';
import { families } from '../../src/drivers/index.ts';
import { simulators } from '../../src/simulator/index.ts';
import type { Collector } from '../../src/snapshot/reading.ts';
import { createMikoSimulator } from '../../src/simulator/mikopbx/index.ts';
import type { Simulator, SimulatorOptions } from '../../src/simulator/simulator.ts';
import { createWebitelSimulator } from '../../src/simulator/webitel/index.ts';

/** What the suites over all families run on: a family, or one of its products where they share nothing but the name. */
export interface Product {
  /** The family's name, and which product where there are several. */
  readonly name: string;
  readonly family: Family;
  /** Makes its simulator, which never waits for the test's clock and locks addresses where such a PBX can. */
  readonly simulate: (options: SimulatorOptions) => Simulator;
}

type Make = (options: SimulatorOptions) => Simulator;

/** The products of families that have more than one, by the addition to the family's name. */
const products: Readonly<Record<string, Readonly<Record<string, Make>>>> = {
  webitel: {
    '3': (options) => createWebitelSimulator({ ...options, flavor: 'legacy' }),
    '20+': (options) => createWebitelSimulator({ ...options, flavor: 'modern' }),
  },
  mikopbx: {
    '2024': (options) => createMikoSimulator({ ...options, release: '2024.1.114' }),
    '2026': (options) => createMikoSimulator({ ...options, release: '2026.1.223' }),
  },
};

/** Switches that a simulator needs for a test. */
const switches: Readonly<Record<string, object>> = {
  asterisk: { switches: { failedLoginDelayMs: 0 }, logWatcher: { failures: 5, withinMs: 600_000, banMs: 1_800_000 } },
};

/** What else a simulator needs whose session is to last for hours. */
const lasting: Readonly<Record<string, object>> = {
  // POST /login gives a token that cannot be renewed, so it is repeated every 24 minutes; this way to log in can.
  portsip: { switches: { flows: new Set(['sign_in']) } },
};

/** A small PBX of a product, with sessions that a family can keep for hours. */
export function simulateLasting({ family, simulate }: Product, clock: Clock): Simulator {
  return simulate({ clock, peers: 6, trunks: 3, ...lasting[family.name] });
}

/** What of a family's collectors a product cannot tell. */
const untold: Readonly<Record<string, readonly Collector[]>> = { 'mikopbx 2024': ['storage', 'security'] };

/** All products of all families, in the order of the families. */
export const allProducts: readonly Product[] = families.flatMap((family): readonly Product[] => {
  const several = products[family.name];
  if (several === undefined) return [{ name: family.name, family, simulate: usual(family) }];
  return Object.entries(several).map(([addition, simulate]) => {
    const name = `${family.name} ${addition}`;
    return { name, family: { ...family, collectors: collectorsOf(name, family) }, simulate };
  });
});

function collectorsOf(product: string, { collectors }: Family): readonly Collector[] {
  return collectors.filter((name) => untold[product]?.includes(name) !== true);
}

function usual({ name }: Family): Make {
  const simulator = simulators.find((candidate) => candidate.family === name);
  if (simulator === undefined) throw new Error(`there is no simulator for ${name}`);
  return (options) => simulator.create({ ...options, ...switches[name] });
}
