import { FaultPlan } from './fault-plan.ts';
import { Ledger } from './ledger.ts';
import { makeWorld } from './make-world.ts';
import { createRandom } from './random.ts';
import type { Random } from './random.ts';
import { SimulatorServer } from './server.ts';
import type { ServerDefinition } from './server-definition.ts';
import type { World } from './world.ts';
import type { Clock } from '../../clock.ts';
import type { SimulatorOptions } from '../simulator.ts';

/** The parts that every family's simulator is built from. */
export interface Kit {
  readonly clock: Clock;
  readonly random: Random;
  readonly world: World;
  readonly ledger: Ledger;
  readonly faults: FaultPlan;
  /** Makes the HTTP server; it does not listen until `start` is called. */
  serve(definition: ServerDefinition): SimulatorServer;
}

/** Makes the parts from the options that all families share. */
export function createKit(options: SimulatorOptions): Kit {
  const { clock, seed = 1 } = options;
  const ledger = new Ledger();
  const faults = new FaultPlan(clock);
  const world =
    options.world ??
    makeWorld({
      seed,
      startedAt: clock.wallTime() - 90_061_000,
      ...(options.peers === undefined ? {} : { peers: options.peers }),
      ...(options.trunks === undefined ? {} : { trunks: options.trunks }),
    });
  return {
    clock,
    random: createRandom(seed),
    world,
    ledger,
    faults,
    serve: (definition) =>
      new SimulatorServer(definition, {
        clock,
        ledger,
        faults,
        port: options.port ?? 0,
        host: options.host ?? '127.0.0.1',
        loginDelayMs: options.loginDelayMs ?? 0,
        ...(options.tls === undefined ? {} : { tls: options.tls }),
      }),
  };
}
