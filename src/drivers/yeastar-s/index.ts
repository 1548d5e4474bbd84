import { yeastarFamily } from '../yeastar-s-k2/family.ts';

/**
 * Yeastar S50, S100 and S300 ("S-Series API" and "S-Series API 2.0", help.yeastar.com). The default is what every
 * firmware with an API speaks.
 */
export const yeastarS = yeastarFamily({
  name: 'yeastar-s',
  title: 'Yeastar S-Series',
  versions: ['v1.0.0', 'v1.0.1', 'v1.0.6', 'v1.1.0', 'v2.0.0'],
  defaultVersion: 'v1.0.0',
});
