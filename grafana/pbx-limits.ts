import type { Section } from './dashboard.ts';
import { ends, usage } from './inventory.ts';
import { one } from './queries.ts';

/** Section about the limits of the PBX and its expiry dates. */
export const pbxLimits: Section = {
  title: 'Limits and certificate',
  panels: [usage({ selector: one, several: false }, 12), ends({ selector: one, several: false }, 12)],
};
