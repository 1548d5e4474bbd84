import { asterisk } from './asterisk/index.ts';
import type { Family } from './driver.ts';

/** Every PBX family that the exporter knows: one line each. */
export const families: readonly Family[] = [asterisk];
