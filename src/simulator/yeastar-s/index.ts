import type { SimulatorFamily } from '../simulator.ts';
import { createYeastarSimulator } from '../yeastar/simulator.ts';
import type { YeastarSimulator } from '../yeastar/simulator.ts';
import type { YeastarOptions } from '../yeastar/switches.ts';

/** Makes a simulated Yeastar S100. Nothing happens before `start`. */
export function createYeastarSSimulator(options: YeastarOptions): YeastarSimulator {
  return createYeastarSimulator(
    {
      family: 'yeastar-s',
      device: 'Yeastar S100',
      firmware: '30.15.0.21',
      hardware: 'V1.30 0000-0000',
      capacity: 100,
      hasLines: true,
      versions: ['v1.0.0', 'v1.0.1', 'v1.0.6', 'v1.1.0', 'v1.10', 'v2.0.0'],
    },
    options,
  );
}

/** The line of this family in the list of simulators. */
export const yeastarSFamily: SimulatorFamily = { family: 'yeastar-s', create: createYeastarSSimulator };
