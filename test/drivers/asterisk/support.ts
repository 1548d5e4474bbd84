import { setImmediate as nextTurn } from 'node:timers/promises';
import { asterisk } from '../../../src/drivers/asterisk/index.ts';
import { type AsteriskSimulator, createAsteriskSimulator } from '../../../src/simulator/asterisk/index.ts';
import type { AsteriskOptions, AsteriskSwitches, WriteClass } from '../../../src/simulator/asterisk/settings.ts';
import { makeWorld } from '../../../src/simulator/kit/make-world.ts';
import type { Log } from '../../../src/log.ts';
import type { Peer, Trunk } from '../../../src/snapshot/reading.ts';
import type { TargetRecord } from '../../../src/snapshot/record.ts';
import { createHandClock, type HandClock } from '../../simulator/hand-clock.ts';
import { type BenchChanges, benchTarget, type TargetBench } from '../../support/target-bench.ts';

/** A target with a simulated Asterisk. */
export interface AsteriskBench {
  readonly clock: HandClock;
  readonly simulator: AsteriskSimulator;
  readonly bench: TargetBench;
}

/** Options of the simulated Asterisk, including changes of individual switches. */
export type PbxChanges = Partial<Omit<AsteriskOptions, 'clock' | 'switches'>> & {
  readonly switches?: Partial<AsteriskSwitches>;
};

/** Creates both. Refused logins are answered immediately, because nothing advances the clock meanwhile. */
export async function setUp(changes: BenchChanges = {}, pbx: PbxChanges = {}): Promise<AsteriskBench> {
  const clock = createHandClock();
  const world = pbx.world ?? makeWorld({ peers: 6, trunks: 4 });
  const switches = { failedLoginDelayMs: 0, ...pbx.switches };
  const simulator = createAsteriskSimulator({ ...pbx, clock, world, switches });
  return { clock, simulator, bench: await benchTarget(asterisk, simulator, clock, changes) };
}

/** Returns the only user of the simulated manager.conf, with these classes in `write=`. */
export function userWith(write: readonly WriteClass[], multipleLogin = true): AsteriskSwitches['users'] {
  return [{ username: 'exporter', secret: 'made-up-secret', write, multipleLogin }];
}

/** Returns the peers of the record by id. */
export function peersOf(record: TargetRecord): Readonly<Record<string, Peer>> {
  return Object.fromEntries((record.retained.peers?.value ?? []).map((peer) => [peer.id, peer]));
}

/** Returns the trunks of the record by id. */
export function trunksOf(record: TargetRecord): Readonly<Record<string, Trunk>> {
  return Object.fromEntries((record.retained.trunks?.value ?? []).map((trunk) => [trunk.id, trunk]));
}

/** Waits for the network until the condition holds, for at most 20,000 turns of the event loop. */
export async function until(condition: () => boolean): Promise<void> {
  for (let turn = 0; turn < 20_000 && !condition(); turn += 1) await nextTurn();
}

/** Creates a log that records its lines, with level, message and fields. */
export function keepingLog(): { readonly log: Log; readonly lines: string[] } {
  const lines: string[] = [];
  const write = (level: string) => (message: string, fields?: object) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`);
  };
  const log: Log = {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    with: () => log,
  };
  return { log, lines };
}
