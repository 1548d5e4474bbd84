import { asterisk } from './asterisk/index.ts';
import type { Family } from './driver.ts';
import { webitel } from './webitel/index.ts';

/** Every PBX family that the exporter knows: one line each. */
export const families: readonly Family[] = [asterisk, webitel];
