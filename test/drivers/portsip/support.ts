import { setImmediate as nextTurn } from 'node:timers/promises';
import { portsip } from '../../../src/drivers/portsip/index.ts';
import { createPortsipSimulator, type PortsipSimulator } from '../../../src/simulator/portsip/index.ts';
import type { PortsipOptions } from '../../../src/simulator/portsip/settings.ts';
import type { Simulator } from '../../../src/simulator/simulator.ts';
import type { TargetRecord } from '../../../src/snapshot/record.ts';
import { createHandClock, type HandClock } from '../../simulator/hand-clock.ts';
import { type BenchChanges, benchTarget, type TargetBench } from '../../support/target-bench.ts';

/** A simulated PBX and its target, on the same clock. */
export interface TimedBench {
  readonly clock: HandClock;
  readonly simulator: Simulator;
  readonly bench: TargetBench;
}

export interface Portsip extends TimedBench {
  readonly simulator: PortsipSimulator;
}

/** Creates a target for a simulated PortSIP, with 8 peers unless changed. */
export async function setUp(options: Omit<PortsipOptions, 'clock'> = {}, changes: BenchChanges = {}): Promise<Portsip> {
  const clock = createHandClock();
  const simulator = createPortsipSimulator({ clock, peers: 8, ...options });
  return { clock, simulator, bench: await benchTarget(portsip, simulator, clock, changes) };
}

/** Runs one round. The clock advances whenever nothing else happens, so that pauses of the driver end. */
export async function pollInTime({ clock, simulator, bench }: TimedBench): Promise<TargetRecord> {
  const state = { done: false };
  const round = bench.poll().finally(() => (state.done = true));
  for (let quiet = 0; !state.done; quiet += 1) {
    await nextTurn();
    if (simulator.ledger.requestsInFlight > 0) quiet = 0;
    if (quiet < 20) continue;
    clock.advance(10);
    quiet = 0;
  }
  return round;
}

/** Runs rounds at their interval, as {@link pollInTime} does. Returns the record after each. */
export async function roundsInTime(portsip: Portsip, count: number, intervalMs: number): Promise<TargetRecord[]> {
  const records: TargetRecord[] = [];
  for (let round = 0; round < count; round += 1) {
    const startedAt = portsip.clock.monotonicTime();
    records.push(await pollInTime(portsip));
    portsip.clock.advance(Math.max(0, startedAt + intervalMs - portsip.clock.monotonicTime()));
  }
  return records;
}

/** Returns the states of the peers in a record, by extension number. */
export function peerStates(record: TargetRecord): Record<string, string> {
  return Object.fromEntries((record.retained.peers?.value ?? []).map(({ id, state }) => [id, state]));
}

/** Counts how often each state occurs. */
export function counts(states: Readonly<Record<string, string>>): Record<string, number> {
  const result: Record<string, number> = {};
  for (const state of Object.values(states)) result[state] = (result[state] ?? 0) + 1;
  return result;
}
