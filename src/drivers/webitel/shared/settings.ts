import type { Account } from '../../driver.ts';
import type { UnknownStates } from '../../kit/state-table.ts';
import type { Clock } from '../../../clock.ts';

/** The two products called Webitel. `legacy`: engine 3 (2015 to 2022); `modern`: releases 20 and later. */
export type Flavor = 'legacy' | 'modern';

/** Settings and dependencies of both flavors of the driver. */
export interface Settings {
  /** Name of the target. */
  readonly pbx: string;
  /** Base URL. */
  readonly url: URL;
  readonly account: Account;
  /** SIP domain to read; undefined if the account belongs to one. */
  readonly domain?: string;
  /** State of a legacy gateway that is attached to no SIP profile. */
  readonly parkedGateways: 'unregistered' | 'disabled';
  /** Rows per page of the modern lists. */
  readonly pageSize: number;
  /** Whether rows that record-based access can hide make a modern list partial. */
  readonly checkRecordAccess: boolean;
  readonly unknownStates: UnknownStates;
  readonly clock: Clock;
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number;
}

/** Share of a session's lifetime after which it is replaced. The old session remains valid until the new one exists. */
const renewAtShareOfLife = 0.95;

/** Lifetimes shorter than this (ms) are ignored: the PBX itself reports when a session has ended. */
const shortestLifetimeMs = 60_000;

/**
 * Returns the `renewAt` of a session that is valid for another `lifetimeMs` milliseconds. Empty if the lifetime is
 * unknown or implausible, because a wrong clock on the PBX must not lead to a login in every round.
 */
export function renewAfter(clock: Clock, lifetimeMs: number): { readonly renewAt?: number } {
  if (!Number.isFinite(lifetimeMs) || lifetimeMs < shortestLifetimeMs) return {};
  return { renewAt: clock.monotonicTime() + lifetimeMs * renewAtShareOfLife };
}
