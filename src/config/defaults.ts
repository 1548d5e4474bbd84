import type { Collector } from '../snapshot/reading.ts';
import type { PeersConfig } from './config.ts';
import { longestDurationMs } from './duration.ts';

/** Values of keys that the configuration omits. */
export const defaults = {
  intervalMs: 30_000,
  timeoutMs: 20_000,
  staleAfterMs: 90_000,
  concurrency: 32,
  requestsPerTarget: 2,
  collect: ['peers', 'trunks', 'system'] satisfies Collector[],
  peerNames: 'plain',
  peerLimit: 5_000,
  userAgents: 50,
  rememberMs: 24 * 60 * 60_000,
  journal: { perPbx: 100, total: 10_000 },
} as const;

/** Settings of a target without a `peers:` section. */
export const defaultPeers: PeersConfig = {
  names: defaults.peerNames,
  limit: defaults.peerLimit,
  userAgents: defaults.userAgents,
  devices: false,
  registrationExpiry: false,
};

/** Smallest and largest allowed value, both inclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Allowed ranges of numbers and durations. */
export const limits = {
  durationMs: { from: 500, to: longestDurationMs },
  concurrency: { from: 1, to: 10_000 },
  requestsPerTarget: { from: 1, to: 100 },
  peerLimit: { from: 1, to: 1_000_000 },
  userAgents: { from: 0, to: 1_000 },
  journalPerPbx: { from: 10, to: 10_000 },
  journalTotal: { from: 100, to: 50_000 },
} as const;
