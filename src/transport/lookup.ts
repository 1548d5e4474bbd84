import type { LookupFunction } from 'node:net';
import { callbackify } from 'node:util';
import type { Resolver } from './resolver.ts';

/** A name server is waited for so long (ms) at most, and for most of the request's time, so that it is named rather than the deadline. */
const longestLookupMs = 5_000;
const lookupShare = 0.9;

/** A lookup for sockets, for a request that may take so long (ms). */
export function lookupBy(resolver: Resolver, timeoutMs = Infinity): LookupFunction {
  return (host, { all }, callback) => {
    // Most requests have a connection already and look nothing up.
    const addresses = callbackify(resolver.addresses.bind(resolver));
    addresses(host, Math.min(longestLookupMs, lookupShare * timeoutMs), (error, found) => {
      const [first] = found ?? [];
      if (first === undefined) callback(error ?? new Error('no address'), '');
      else if (all === true) callback(null, [...found]);
      else callback(null, first.address, first.family);
    });
  };
}
