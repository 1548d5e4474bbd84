import type { Section } from './dashboard.ts';
import { devicesByPbx, ends, usage } from './inventory.ts';
import { chosen } from './queries.ts';

/** Section about firmware versions, resources near their limits, and the next expiry dates. */
export const fleetInventory: Section = {
  title: 'Devices, limits and certificates',
  panels: [devicesByPbx(chosen, 8), usage({ only: chosen }, 8), ends({ only: chosen }, 8)],
};
