import { asteriskFamily } from './asterisk/index.ts';
import type { SimulatorFamily } from './simulator.ts';

/** Every family that can be simulated, one line each. */
export const simulators: readonly SimulatorFamily[] = [asteriskFamily];
