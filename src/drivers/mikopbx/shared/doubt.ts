import type { Peer } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';

/**
 * Whether a list of peers shows no sign of life at all: somebody is down, nobody reachable, not one contact registered.
 * That is what the API also says when Asterisk has gone or has just started.
 */
export function isLifeless(peers: readonly Peer[]): boolean {
  const down = peers.some(({ state }) => state === 'unregistered' || state === 'unreachable');
  return down && !peers.some(({ state, registered }) => state === 'reachable' || registered === true);
}

/** The failure while everything is down at once and a second reading has not confirmed it. */
export function unconfirmed(what: 'phone' | 'trunk'): Failure {
  return new Failure(
    'service_unavailable',
    `every ${what} reads as down at once, as it does while Asterisk starts or stops: waiting for the next round to confirm it`,
  );
}
