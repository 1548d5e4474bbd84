import { asterisk } from './asterisk/index.ts';
import type { Family } from './driver.ts';
import { freeswitch } from './freeswitch/index.ts';
import { mikopbx } from './mikopbx/index.ts';
import { portsip } from './portsip/index.ts';
import { webitel } from './webitel/index.ts';
import { yeastarK2, yeastarS } from './yeastar-s-k2/index.ts';
import { yeastarP } from './yeastar-p/index.ts';

/** Every PBX family that the exporter supports. */
export const families: readonly Family[] = [
  asterisk,
  webitel,
  yeastarK2,
  yeastarP,
  yeastarS,
  portsip,
  mikopbx,
  freeswitch,
];
