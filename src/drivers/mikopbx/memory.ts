import type { Clock } from '../../clock.ts';
import type { Account, DriverSetup, RoundTiming, Session } from '../driver.ts';
import type { Log } from '../../log.ts';
import { UnknownWords } from '../kit/state-table.ts';
import type { Api } from './generation.ts';
import { BadGatewayBackoff, HungListBackoff, RateLimit } from './shared/backoff.ts';
import { FirstQualify } from './v3/first-qualify.ts';
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

/** What is known of one MikoPBX between rounds. Values expire by age; none is shown as if it were new. */
export class PbxMemory {
  readonly pbx: string;
  readonly account: Account;
  readonly options: MikoOptions;
  readonly clock: Clock;
  readonly timing: RoundTiming;
  readonly log: Log;
  /** The API that this PBX has; undefined until it was found out, and again when the PBX was changed to another version. */
  api: Api | undefined;
  readonly rateLimit: RateLimit;
  readonly budget: RefusalBudget;
  readonly sessionLifetime: SessionLifetime;
  readonly version: VersionCache;
  readonly details: DetailCache;
  readonly firstQualify: FirstQualify;
  readonly peersConfirmation: Confirmation;
  readonly trunksConfirmation: Confirmation;
  /** Names of extensions (`getForSelect`, 2023.2 and 2024) and disabled ones (`employees`, 2025.1 and newer). */
  readonly names: CachedValue<ReadonlyMap<string, string>>;
  readonly disabledExtensions: CachedValue<ReadonlyMap<string, string>>;
  readonly unknownWords: UnknownWords;
  /** Lists of trunks that were empty and are known to be so, by kind. */
  readonly noTrunksOf: { readonly sip: CachedValue<true>; readonly iax: CachedValue<true> };
  /** 2025.1 and newer: trunks that register with nobody, by id. */
  readonly addressTrunks: CachedValue<ReadonlySet<string>>;
  /** 2025.1 and newer: trunks that should register and that Asterisk does not know. */
  readonly unloadedTrunks = new RowConfirmation();
  /** Up to 2024: IAX trunks that are reported as gone. */
  readonly goneTrunks = new RowConfirmation();
  /** The call that lists the trunks, if rights for better calls are missing. */
  readonly trunkSource: CachedValue<number>;
  /** 2025.1 and newer: the list of phones with devices and roundtrips, and its rows as last read. */
  readonly statusesBackoff: HungListBackoff;
  lastStatuses: { readonly rows: readonly StatusRow[]; readonly readAt: number } | undefined;
  readonly callsBackoff: HungListBackoff;
  /** Up to 2024: trunks that register with a provider, by the lists before. */
  readonly registering = new RegisteringTrunks();
  /** Whether a round is in progress: a login during a round belongs to it. */
  isCollecting = false;
  /** Number of peers in the last good list. */
  lastPeers = 0;
  /** Sessions that the PBX has refused: renewing them is useless. */
  readonly refusedSessions = new WeakSet<Session>();
  /** By session: calls that it has served. */
  readonly served = new WeakMap<Session, Set<string>>();
  /** When a session has served a call last, monotonic time (ms). */
  lastServedAt: number | undefined;
  /** Calls that this PBX has answered. */
  readonly goodCalls = new Set<string>(['session_alive']);
  readonly refusedCalls: RefusedCalls;
  readonly badGateway: BadGatewayBackoff;
  /** Up to 2024: whether the page distinguishes a live session from a dead one on this PBX. */
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
    this.unknownWords = new UnknownWords(setup.log);
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
    this.firstQualify = new FirstQualify(clock);
    this.peersConfirmation = new Confirmation(clock);
    this.trunksConfirmation = new Confirmation(clock);
    this.names = new CachedValue(clock, 15 * minuteMs);
    this.disabledExtensions = new CachedValue(clock, 5 * minuteMs);
    this.addressTrunks = new CachedValue(clock, 5 * minuteMs);
    this.trunkSource = new CachedValue(clock, 60 * minuteMs);
    this.noTrunksOf = { sip: new CachedValue(clock, 10 * minuteMs), iax: new CachedValue(clock, 10 * minuteMs) };
  }

  /** Keeps that this session has served this call. */
  noteServed(session: Session, call: string): void {
    this.lastServedAt = this.clock.monotonicTime();
    const calls = this.served.get(session) ?? new Set();
    this.served.set(session, calls.add(call));
  }

  /** Whether a trunk of 2025.1 or newer is known to register with nobody. */
  isAddressTrunk(id: string): boolean {
    return !this.addressTrunks.due && this.addressTrunks.value?.has(id) === true;
  }

  /** Lets the next login find out again which API the PBX has; with a fixed `options.api` nothing changes. */
  forgetApi(): void {
    if (this.options.api === 'auto') this.api = undefined;
  }
}
