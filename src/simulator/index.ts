import { asteriskFamily } from './asterisk/index.ts';
import { freeswitchFamily } from './freeswitch/index.ts';
import { createMikoSimulator, mikopbxFamily } from './mikopbx/index.ts';
import { portsipFamily } from './portsip/index.ts';
import type { SimulatorFamily } from './simulator.ts';
import { createLegacySimulator, createModernSimulator, webitelFamily } from './webitel/index.ts';
import { yeastarK2Family, yeastarSFamily } from './yeastar/index.ts';
import { yeastarPFamily } from './yeastar-p/index.ts';

/** One simulator per family. */
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

/** One generation or login method of a family, started by its own name. */
interface SimulatorVariant extends SimulatorFamily {
  /** Name on the command line. */
  readonly name: string;
  /** Short description for the list of simulators. */
  readonly help: string;
}

/** Generations and login methods that differ from the defaults in {@link simulators}. */
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
