import { freeswitch } from '../../../src/drivers/freeswitch/index.ts';
import { createFreeswitchSimulator, type FreeswitchSimulator } from '../../../src/simulator/freeswitch/index.ts';
import type { FreeswitchOptions } from '../../../src/simulator/freeswitch/settings.ts';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import type { Peer, Trunk } from '../../../src/snapshot/reading.ts';
import type { TargetRecord } from '../../../src/snapshot/record.ts';
import { createHandClock, type HandClock } from '../../simulator/hand-clock.ts';
import { type BenchChanges, benchTarget, type TargetBench } from '../../support/target-bench.ts';

/** A target with a simulated FreeSWITCH. */
export interface FreeswitchBench {
  readonly clock: HandClock;
  readonly simulator: FreeswitchSimulator;
  readonly bench: TargetBench;
}

/** Creates both. */
export async function setUp(
  changes: BenchChanges = {},
  pbx: Partial<FreeswitchOptions> = {},
): Promise<FreeswitchBench> {
  const clock = createHandClock();
  const world = pbx.world ?? makeWorld({ peers: 5, trunks: 4 });
  const simulator = createFreeswitchSimulator({ ...pbx, clock, world });
  return { clock, simulator, bench: await benchTarget(freeswitch, simulator, clock, changes) };
}

/** Returns the peers of the record by id. */
export function peersOf(record: TargetRecord): Readonly<Record<string, Peer>> {
  return Object.fromEntries((record.retained.peers?.value ?? []).map((peer) => [peer.id, peer]));
}

/** Returns the trunks of the record by id. */
export function trunksOf(record: TargetRecord): Readonly<Record<string, Trunk>> {
  return Object.fromEntries((record.retained.trunks?.value ?? []).map((trunk) => [trunk.id, trunk]));
}
