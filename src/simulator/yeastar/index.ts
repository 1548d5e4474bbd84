import type { SimulatorFamily } from '../simulator.ts';
import { createYeastarSimulator, type YeastarSimulator } from './simulator.ts';
import type { YeastarOptions } from './switches.ts';

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

/** Entry of this family in the list of simulators. */
export const yeastarSFamily: SimulatorFamily = { family: 'yeastar-s', create: createYeastarSSimulator };

/** Makes a simulated Yeastar K2, which has no line ports and no hardware version. Nothing happens before `start`. */
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

/** Entry of this family in the list of simulators. */
export const yeastarK2Family: SimulatorFamily = { family: 'yeastar-k2', create: createYeastarK2Simulator };
