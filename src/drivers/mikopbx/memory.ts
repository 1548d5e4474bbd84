import type { Clock } from '../../clock.ts';
import type { Account, DriverSetup, RoundTiming, Session } from '../driver.ts';
import type { Log } from '../../log.ts';
import { UnknownStates } from '../kit/state-table.ts';
import type { Api } from './generation.ts';
import { BadGatewayBackoff, HungListBackoff, RateLimit } from './shared/backoff.ts';
import { RecentStart } from './v3/recent-start.ts';
import { RegisteringTrunks } from './legacy/trunk-lists.ts';
import type { StatusRow } from './v3/peers.ts';
import { RefusalBudget, RefusedCalls } from './shared/refusals.ts';
import { DetailCache } from './legacy/detail-cache.ts';
import { RowConfirmation, Confirmation } from './shared/confirmation.ts';
import { SessionLifetime } from './legacy/session-lifetime.ts';
import { CachedValue } from '../kit/cached-value.ts';
import { VersionCache } from './shared/version-cache.ts';

/** The family's options, with defaults filled in. */
export interface MikoOptions {
  readonly api: 'auto' | Api;
  readonly details_per_round: number;
  readonly ban_guard: boolean;
}

const minuteMs = 60_000;

/** Data about one MikoPBX that is kept between rounds. Values expire, so that old ones are not shown as new. */
export class PbxMemory {
  readonly pbx: string;
  readonly account: Account;
  readonly options: MikoOptions;
  readonly clock: Clock;
  readonly timing: RoundTiming;
  readonly log: Log;
  /** The API of this PBX; undefined until it is detected, and again after the PBX was changed to a version with the other API. */
  api: Api | undefined;
  readonly rateLimit: RateLimit;
  readonly budget: RefusalBudget;
  readonly sessionLifetime: SessionLifetime;
  readonly version: VersionCache;
  readonly details: DetailCache;
  readonly recentStart: RecentStart;
  readonly peersConfirmation: Confirmation;
  readonly trunksConfirmation: Confirmation;
  /** Names of extensions (`getForSelect`, 2023.2 and 2024) and disabled ones (`employees`, 2025.1 and newer). */
  readonly names: CachedValue<ReadonlyMap<string, string>>;
  readonly disabledExtensions: CachedValue<ReadonlyMap<string, string>>;
  readonly unknownStates: UnknownStates;
  /** By kind of trunk: set for some time once it is confirmed that the PBX has no such trunks. */
  readonly noTrunksOf: { readonly sip: CachedValue<true>; readonly iax: CachedValue<true> };
  /** 2025.1 and newer: ids of trunks that do not register. */
  readonly addressTrunks: CachedValue<ReadonlySet<string>>;
  /** 2025.1 and newer: trunks that should register, but that Asterisk does not have. */
  readonly unloadedTrunks = new RowConfirmation();
  /** Up to 2024: IAX trunks that are reported as gone. */
  readonly goneTrunks = new RowConfirmation();
  /** Index of the call that lists the trunks, if the account lacks the right to more detailed calls. */
  readonly trunkSource: CachedValue<number>;
  /** 2025.1 and newer: backoff for the list of phones with devices and roundtrips, and its rows as last read. */
  readonly statusesBackoff: HungListBackoff;
  lastStatuses: { readonly rows: readonly StatusRow[]; readonly readAt: number } | undefined;
  readonly callsBackoff: HungListBackoff;
  /** Up to 2024: trunks that register with a provider, according to earlier lists. */
  readonly registering = new RegisteringTrunks();
  /** Whether a round is in progress: a login during a round belongs to it. */
  isCollecting = false;
  /** Number of peers in the last good list. */
  lastPeers = 0;
  /** Sessions that the PBX has refused: renewing them is useless. */
  readonly refusedSessions = new WeakSet<Session>();
  /** Calls that each session has served. */
  readonly served = new WeakMap<Session, Set<string>>();
  /** Monotonic time (ms) at which a session last served a call. */
  lastServedAt: number | undefined;
  /** Calls that this PBX has answered. */
  readonly goodCalls = new Set<string>(['session_alive']);
  readonly refusedCalls: RefusedCalls;
  readonly badGateway: BadGatewayBackoff;
  /** Up to 2024: whether this PBX has the page that distinguishes a valid session from an expired one. */
  readonly checkPage: CachedValue<boolean>;
  /** Up to 2024: names of trunks by id (reported by 2022.1 and 2024.1). */
  readonly trunkNames: CachedValue<ReadonlyMap<string, string>>;

  constructor(setup: DriverSetup, options: MikoOptions) {
    const { clock } = setup;
    this.pbx = setup.pbx;
    this.account = setup.account;
    this.options = options;
    this.clock = clock;
    this.timing = setup.timing;
    this.log = setup.log;
    this.unknownStates = new UnknownStates(setup.log);
    this.api = options.api === 'auto' ? undefined : options.api;
    this.refusedCalls = new RefusedCalls(clock);
    this.statusesBackoff = new HungListBackoff(clock, 'the list of phones');
    this.callsBackoff = new HungListBackoff(clock, 'the list of calls', 2);
    this.badGateway = new BadGatewayBackoff(clock, setup.timing);
    this.checkPage = new CachedValue(clock, 12 * 60 * minuteMs);
    this.trunkNames = new CachedValue(clock, 15 * minuteMs);
    this.rateLimit = new RateLimit(clock);
    this.budget = new RefusalBudget(setup.refusedRequests, clock, options.ban_guard);
    this.sessionLifetime = new SessionLifetime(clock);
    this.version = new VersionCache(clock);
    this.details = new DetailCache(clock, setup.timing);
    this.recentStart = new RecentStart(clock);
    this.peersConfirmation = new Confirmation(clock);
    this.trunksConfirmation = new Confirmation(clock);
    this.names = new CachedValue(clock, 15 * minuteMs);
    this.disabledExtensions = new CachedValue(clock, 5 * minuteMs);
    this.addressTrunks = new CachedValue(clock, 5 * minuteMs);
    this.trunkSource = new CachedValue(clock, 60 * minuteMs);
    this.noTrunksOf = { sip: new CachedValue(clock, 10 * minuteMs), iax: new CachedValue(clock, 10 * minuteMs) };
  }

  /** Records that this session has served this call. */
  noteServed(session: Session, call: string): void {
    this.lastServedAt = this.clock.monotonicTime();
    const calls = this.served.get(session) ?? new Set();
    this.served.set(session, calls.add(call));
  }

  /** Reports whether a trunk of 2025.1 or newer is known not to register. */
  isAddressTrunk(id: string): boolean {
    return !this.addressTrunks.due && this.addressTrunks.value?.has(id) === true;
  }

  /** Makes the next login detect the API again. Has no effect with a fixed `options.api`. */
  forgetApi(): void {
    if (this.options.api === 'auto') this.api = undefined;
  }
}
