import type { Clock } from '../../clock.ts';
import type { Account, DriverSetup, RoundTiming, Session } from '../driver.ts';
import type { Log } from '../../log.ts';
import type { Api } from './shared/answers.ts';
import { Brake } from './shared/rate-limit.ts';
import { FirstChecks } from './v3/first-qualify.ts';
import { Gateway } from './shared/bad-gateway-backoff.ts';
import { HangPause } from './shared/hung-list-backoff.ts';
import { RegisteringTrunks } from './legacy/trunk-lists.ts';
import type { StatusRow } from './v3/peers.ts';
import { RefusalBudget } from './shared/refusal-budget.ts';
import { RefusedCalls } from './shared/refused-calls.ts';
import { PeerDetails } from './legacy/detail-cache.ts';
import { RowSecondLook, SecondLook } from './shared/confirmation.ts';
import { SessionLife } from './legacy/session-lifetime.ts';
import { TimedValue } from './shared/cached-value.ts';
import { VersionMemory } from './shared/version-cache.ts';

/** The family's options, with defaults filled in. */
export interface MikoOptions {
  readonly api: 'auto' | Api;
  readonly details_per_round: number;
  readonly ban_guard: boolean;
}

const minuteMs = 60_000;

/** What is known of one MikoPBX between rounds. Values in here go by age; none is shown as if it were new. */
export class PbxMemory {
  readonly pbx: string;
  readonly account: Account;
  readonly options: MikoOptions;
  readonly clock: Clock;
  readonly timing: RoundTiming;
  readonly log: Log;
  /** The API that this PBX has; undefined until it was found out, and again when the PBX was changed to another version. */
  api: Api | undefined;
  readonly brake: Brake;
  readonly budget: RefusalBudget;
  readonly sessionLife: SessionLife;
  readonly version: VersionMemory;
  readonly details: PeerDetails;
  readonly firstChecks: FirstChecks;
  readonly quietPeers: SecondLook;
  readonly quietTrunks: SecondLook;
  /** Names of extensions (`getForSelect`, 2023.2 and 2024) and disabled ones (`employees`, 2025.1 and newer). */
  readonly names: TimedValue<ReadonlyMap<string, string>>;
  readonly disabledExtensions: TimedValue<ReadonlyMap<string, string>>;
  /** Lists of trunks that were empty and are known to be so, by kind. */
  readonly noTrunksOf: { readonly sip: TimedValue<true>; readonly iax: TimedValue<true> };
  /** 2025.1 and newer: trunks that register with nobody, by id. */
  readonly addressTrunks: TimedValue<ReadonlySet<string>>;
  /** 2025.1 and newer: trunks that should register and that Asterisk does not know. */
  readonly unloadedTrunks = new RowSecondLook();
  /** Up to 2024: IAX trunks that are said to be gone. */
  readonly goneTrunks = new RowSecondLook();
  /** The call that tells the trunks, where rights for the better ones are missing. */
  readonly trunkSource: TimedValue<number>;
  /** 2025.1 and newer: the list of phones with devices and roundtrips, and its rows as last read. */
  readonly statusesPause: HangPause;
  lastStatuses: { readonly rows: readonly StatusRow[]; readonly readAt: number } | undefined;
  readonly callsPause: HangPause;
  /** Up to 2024: trunks that register with a provider, by the lists before. */
  readonly registering = new RegisteringTrunks();
  /** Whether a round is asking now: a login within it belongs to it. */
  isCollecting = false;
  /** Number of peers in the last good list. */
  lastPeers = 0;
  /** Sessions that the PBX has refused: no use to renew those. */
  readonly refusedSessions = new WeakSet<Session>();
  /** By session: calls that it has served. */
  readonly served = new WeakMap<Session, Set<string>>();
  /** When a session has served a call last, monotonic time (ms). */
  lastServedAt: number | undefined;
  /** Calls that this PBX has answered. */
  readonly goodCalls = new Set<string>(['session_alive']);
  readonly refusedCalls: RefusedCalls;
  readonly gateway: Gateway;
  /** Up to 2024: whether the page that tells a live session from a dead one does so here. */
  readonly proofPage: TimedValue<boolean>;
  /** Up to 2024: names of trunks by id (2022.1 and 2024.1 tell them). */
  readonly trunkNames: TimedValue<ReadonlyMap<string, string>>;

  constructor(setup: DriverSetup, options: MikoOptions) {
    const { clock } = setup;
    this.pbx = setup.pbx;
    this.account = setup.account;
    this.options = options;
    this.clock = clock;
    this.timing = setup.timing;
    this.log = setup.log;
    this.api = options.api === 'auto' ? undefined : options.api;
    this.refusedCalls = new RefusedCalls(clock);
    this.statusesPause = new HangPause(clock, 'the list of phones');
    this.callsPause = new HangPause(clock, 'the list of calls', 2);
    this.gateway = new Gateway(clock, setup.timing);
    this.proofPage = new TimedValue(clock, 12 * 60 * minuteMs);
    this.trunkNames = new TimedValue(clock, 15 * minuteMs);
    this.brake = new Brake(clock);
    this.budget = new RefusalBudget(setup.refusedRequests, clock, options.ban_guard);
    this.sessionLife = new SessionLife(clock);
    this.version = new VersionMemory(clock);
    this.details = new PeerDetails(clock, setup.timing);
    this.firstChecks = new FirstChecks(clock);
    this.quietPeers = new SecondLook(clock);
    this.quietTrunks = new SecondLook(clock);
    this.names = new TimedValue(clock, 15 * minuteMs);
    this.disabledExtensions = new TimedValue(clock, 5 * minuteMs);
    this.addressTrunks = new TimedValue(clock, 5 * minuteMs);
    this.trunkSource = new TimedValue(clock, 60 * minuteMs);
    this.noTrunksOf = { sip: new TimedValue(clock, 10 * minuteMs), iax: new TimedValue(clock, 10 * minuteMs) };
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

  /** Lets the next login find out anew which API the PBX has; with a fixed `options.api` nothing changes. */
  forgetApi(): void {
    if (this.options.api === 'auto') this.api = undefined;
  }
}
