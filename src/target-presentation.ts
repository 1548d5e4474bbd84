import type { TargetConfig } from './config/config.ts';
import { defaults } from './config/defaults.ts';
import { createReloadedPeers } from './config/expected-peers.ts';
import type { Log } from './log.ts';
import type { TargetPresentation } from './polling/target-setup.ts';

/** Returns the presentation and the polling times of a target. */
export function presentationOf(
  { name, family, labels, peers, trunks, ...times }: TargetConfig,
  log: Log,
): TargetPresentation {
  const { staleAfterMs, intervalMs, timeoutMs } = times;
  return {
    identity: {
      name,
      family,
      labels,
      peerNames: peers.names,
      peerLimit: peers.limit,
      userAgents: peers.userAgents,
      peerDevices: peers.devices,
      registrationExpiry: peers.registrationExpiry,
      staleAfterMs,
    },
    exclusions: { peers: peers.exclude, trunks: trunks.exclude },
    intervalMs,
    timeoutMs,
    absence: {
      rememberMs: peers.rememberMs ?? defaults.rememberMs,
      ...(peers.expected === undefined ? {} : { expected: createReloadedPeers(peers.expected, peers.limit, log) }),
    },
  };
}
