import { asteriskFamily } from './asterisk/index.ts';
import { freeswitchFamily } from './freeswitch/index.ts';
import { mikopbxFamily } from './mikopbx/index.ts';
import { portsipFamily } from './portsip/index.ts';
import type { SimulatorFamily } from './simulator.ts';
import { webitelFamily } from './webitel/index.ts';
import { yeastarK2Family } from './yeastar-k2/index.ts';
import { yeastarPFamily } from './yeastar-p/index.ts';
import { yeastarSFamily } from './yeastar-s/index.ts';

/** Every family that can be simulated, one line each. */
export const simulators: readonly SimulatorFamily[] = [
  asteriskFamily,
  yeastarK2Family,
  yeastarPFamily,
  yeastarSFamily,
  webitelFamily,
  portsipFamily,
  mikopbxFamily,
  freeswitchFamily,
];
