import { asteriskFamily } from './asterisk/index.ts';
import { freeswitchFamily } from './freeswitch/index.ts';
import { createMikoSimulator, mikopbxFamily } from './mikopbx/index.ts';
import { portsipFamily } from './portsip/index.ts';
import type { SimulatorFamily } from './simulator.ts';
import { createLegacySimulator, createModernSimulator, webitelFamily } from './webitel/index.ts';
import { yeastarK2Family, yeastarSFamily } from './yeastar/index.ts';
import { yeastarPFamily } from './yeastar-p/index.ts';

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

/** A PBX of a family as it is used in one of several ways. */
interface SimulatorVariant extends SimulatorFamily {
  /** Name under which a command line starts it. */
  readonly name: string;
  /** A few words for people. */
  readonly help: string;
}

/** Generations and ways to log in that the family's own line in the list of simulators does not show. */
export const simulatorVariants: readonly SimulatorVariant[] = [
  {
    name: 'mikopbx-api-key',
    help: 'MikoPBX 2026, with an API key',
    family: 'mikopbx',
    create: (options) => createMikoSimulator({ ...options, useApiKey: true }),
  },
  {
    name: 'mikopbx-legacy',
    help: 'MikoPBX 2024, with the account of the web interface',
    family: 'mikopbx',
    create: (options) => createMikoSimulator({ ...options, release: '2024.1.114' }),
  },
  {
    name: 'webitel-modern',
    help: 'Webitel 20 and later, with a user access token',
    family: 'webitel',
    create: (options) => createModernSimulator({ ...options, staticToken: true }),
  },
  {
    name: 'webitel-legacy',
    help: 'Webitel 3, with a user of a role for the exporter',
    family: 'webitel',
    create: createLegacySimulator,
  },
];
