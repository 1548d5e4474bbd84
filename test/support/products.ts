import type { Clock } from '../../src/clock.ts';
import type { Family } from '../../src/drivers/driver.ts';
import { families } from '../../src/drivers/index.ts';
import { simulators } from '../../src/simulator/index.ts';
import type { Collector } from '../../src/snapshot/reading.ts';
import { createMikoSimulator } from '../../src/simulator/mikopbx/index.ts';
import type { Simulator, SimulatorOptions } from '../../src/simulator/simulator.ts';
import { createWebitelSimulator } from '../../src/simulator/webitel/index.ts';

/** A family, or one of its products if these have only the name in common. The suites for all families run once per product. */
export interface Product {
  /** The name of the family, followed by that of the product if the family has several. */
  readonly name: string;
  readonly family: Family;
  /** Creates its simulator. It never waits for the test's clock, and it locks addresses if this kind of PBX can. */
  readonly simulate: (options: SimulatorOptions) => Simulator;
}

type Make = (options: SimulatorOptions) => Simulator;

/** The products of families that have more than one, by the suffix to the name of the family. */
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

/** Options that a simulator needs in tests. */
const switches: Readonly<Record<string, object>> = {
  asterisk: { switches: { failedLoginDelayMs: 0 }, logWatcher: { failures: 5, withinMs: 600_000, banMs: 1_800_000 } },
};

/** Further options for a simulator with sessions that last for hours. */
const lasting: Readonly<Record<string, object>> = {
  // The token from POST /login cannot be renewed, so that login is repeated every 24 minutes. The token of this login flow can be renewed.
  portsip: { switches: { flows: new Set(['sign_in']) } },
};

/** Creates a small PBX of a product, with sessions that a family can keep for hours. */
export function simulateLasting({ family, simulate }: Product, clock: Clock): Simulator {
  return simulate({ clock, peers: 6, trunks: 3, ...lasting[family.name] });
}

/** Collectors of the family that a product does not support. */
const notReported: Readonly<Record<string, readonly Collector[]>> = { 'mikopbx 2024': ['storage', 'security'] };

/** All products of all families, ordered by family. */
export const allProducts: readonly Product[] = families.flatMap((family): readonly Product[] => {
  const several = products[family.name];
  if (several === undefined) return [{ name: family.name, family, simulate: usual(family) }];
  return Object.entries(several).map(([addition, simulate]) => {
    const name = `${family.name} ${addition}`;
    return { name, family: { ...family, collectors: collectorsOf(name, family) }, simulate };
  });
});

function collectorsOf(product: string, { collectors }: Family): readonly Collector[] {
  return collectors.filter((name) => notReported[product]?.includes(name) !== true);
}

function usual({ name }: Family): Make {
  const simulator = simulators.find((candidate) => candidate.family === name);
  if (simulator === undefined) throw new Error(`there is no simulator for ${name}`);
  return (options) => simulator.create({ ...options, ...switches[name] });
}
