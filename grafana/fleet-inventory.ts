import type { Section } from './dashboard.ts';
import { devicesByPbx, ends, usage } from './inventory.ts';
import { chosen } from './queries.ts';

/** What is asked next once all PBXs are up: which firmware runs where, what is near its limit, what ends first. */
export const fleetInventory: Section = {
  title: 'Devices, limits and certificates',
  panels: [devicesByPbx(chosen, 8), usage({ only: chosen }, 8), ends({ only: chosen }, 8)],
};
