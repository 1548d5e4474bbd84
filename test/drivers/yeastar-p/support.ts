import { readFileSync } from 'node:fs';
import { yeastarP } from '../../../src/drivers/yeastar-p/index.ts';
import { createYeastarPSimulator } from '../../../src/simulator/yeastar-p/index.ts';
import type { PSeriesOptions } from '../../../src/simulator/yeastar-p/switches.ts';
import { createHandClock } from '../../simulator/hand-clock.ts';
import { benchTarget, type BenchChanges } from '../../support/target-bench.ts';

/** Creates a target with a simulated P-Series. */
export async function setUp(changes: BenchChanges = {}, options: Partial<Omit<PSeriesOptions, 'clock'>> = {}) {
  const clock = createHandClock();
  const simulator = createYeastarPSimulator({ clock, peers: 6, trunks: 4, ...options });
  return { clock, simulator, bench: await benchTarget(yeastarP, simulator, clock, changes) };
}

/** Returns the text of a captured response. */
export function captured(name: string): string {
  return readFileSync(new URL(`captured/${name}.json`, import.meta.url), 'utf8');
}
