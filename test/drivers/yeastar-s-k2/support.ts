import { readFileSync } from 'node:fs';
import type { Family } from '../../../src/drivers/driver.ts';
import type { Log, LogFields } from '../../../src/log.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import { createYeastarK2Simulator, createYeastarSSimulator } from '../../../src/simulator/yeastar/index.ts';
import type { YeastarOptions } from '../../../src/simulator/yeastar/switches.ts';
import { yeastarK2, yeastarS } from '../../../src/drivers/yeastar-s-k2/index.ts';
import { createHandClock } from '../../simulator/hand-clock.ts';
import { benchTarget, type BenchChanges } from '../../support/target-bench.ts';

/** Creates a target of one of the two families, with its simulated PBX. */
export async function setUp(
  family: Family,
  changes: BenchChanges = {},
  options: Partial<Omit<YeastarOptions, 'clock'>> = {},
) {
  const clock = createHandClock();
  const create = family === yeastarK2 ? createYeastarK2Simulator : createYeastarSSimulator;
  const simulator = create({ clock, peers: 6, trunks: 4, ...options });
  return { clock, simulator, bench: await benchTarget(family, simulator, clock, changes) };
}

/** The two families that share the API. */
export const both = [
  ['yeastar-s', yeastarS],
  ['yeastar-k2', yeastarK2],
] as const;

/** Returns the text of a captured response. */
export function captured(name: string): string {
  return readFileSync(new URL(`captured/${name}.json`, import.meta.url), 'utf8');
}

/** Makes the simulated PBX answer a call with the given text. */
export async function answerWith(simulator: Simulator, call: string, text: string): Promise<void> {
  await simulator.faults.set({ kind: 'altered-body', alter: () => text }, { call });
}

/** Creates a log that records its lines. */
export function keepingLog(): Log & { readonly lines: (readonly [string, LogFields | undefined])[] } {
  const lines: (readonly [string, LogFields | undefined])[] = [];
  const keep = (message: string, fields?: LogFields): void => void lines.push([message, fields]);
  const log = { lines, debug: keep, info: keep, warn: keep, error: keep, with: () => log };
  return log;
}
