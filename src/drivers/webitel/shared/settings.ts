import type { Account } from '../../driver.ts';
import type { UnknownWords } from '../../kit/state-table.ts';
import type { Clock } from '../../../clock.ts';

/** The two products called Webitel. `legacy`: engine 3 (2015 to 2022); `modern`: releases 20 and later. */
export type Flavor = 'legacy' | 'modern';

/** What both flavors of the driver are made from. */
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
  readonly unknownWords: UnknownWords;
  readonly clock: Clock;
  /** A number from 0 up to, not including, 1. */
  readonly random: () => number;
}

/** Share of a session's life after which it is replaced: the old session lives until the new one exists. */
const renewAtShareOfLife = 0.95;

/** Lifetimes shorter than this (ms) are ignored: the PBX itself reports when a session is over. */
const shortestLifetimeMs = 60_000;

/**
 * The `renewAt` of a session that lives for `lifetimeMs` more milliseconds. Empty if the lifetime is not known or not
 * plausible, because a wrong clock on the PBX must not lead to a login in every round.
 */
export function renewAfter(clock: Clock, lifetimeMs: number): { readonly renewAt?: number } {
  if (!Number.isFinite(lifetimeMs) || lifetimeMs < shortestLifetimeMs) return {};
  return { renewAt: clock.monotonicTime() + lifetimeMs * renewAtShareOfLife };
}
