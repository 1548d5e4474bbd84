import { yeastarFamily } from '../yeastar-s-k2/family.ts';

/** Yeastar K2 ("K2 API" and "K2 API 2.0", help.yeastar.com). */
export const yeastarK2 = yeastarFamily({
  name: 'yeastar-k2',
  title: 'Yeastar K2',
  versions: ['v1.1.0', 'v2.0.0'],
  defaultVersion: 'v1.1.0',
});
