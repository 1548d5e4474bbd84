import type { Section } from './dashboard.ts';
import { ends, usage } from './inventory.ts';
import { one } from './queries.ts';

/** How near the PBX is to what it allows, and what of it ends when. */
export const pbxLimits: Section = {
  title: 'Limits and certificate',
  panels: [usage({ selector: one, several: false }, 12), ends({ selector: one, several: false }, 12)],
};
