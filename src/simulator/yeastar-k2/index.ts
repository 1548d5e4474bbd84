import type { SimulatorFamily } from '../simulator.ts';
import { createYeastarSimulator } from '../yeastar/simulator.ts';
import type { YeastarSimulator } from '../yeastar/simulator.ts';
import type { YeastarOptions } from '../yeastar/switches.ts';

/** Makes a simulated Yeastar K2: no sockets for lines, no hardware version. Nothing happens before `start`. */
export function createYeastarK2Simulator(options: YeastarOptions): YeastarSimulator {
  return createYeastarSimulator(
    {
      family: 'yeastar-k2',
      device: 'Yeastar K2',
      firmware: '80.15.0.12',
      capacity: 2000,
      hasLines: false,
      versions: ['v1.0.0', 'v1.0.1', 'v1.0.6', 'v1.1.0', 'v1.10', 'v2.0.0'],
    },
    options,
  );
}

/** The line of this family in the list of simulators. */
export const yeastarK2Family: SimulatorFamily = { family: 'yeastar-k2', create: createYeastarK2Simulator };
