import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { Part, Peer } from '../../snapshot/reading.ts';
import { asFailure, type Failure } from '../../transport/failure.ts';
import type { RoundTiming } from '../driver.ts';
import { failedPart, goodPart, type SkipCounter } from '../kit/collectors.ts';
import type { UnknownStates } from '../kit/state-table.ts';
import type { Round } from './round.ts';
import { type List, readList } from './pagination.ts';
import { peerFromUser, type PushState, readUser, type User } from './peers.ts';
import { PeerStates } from './ask-peer-states.ts';

/** How long the list of users is kept. */
const listKeptMs = 5 * 60_000;

/** Settings and dependencies of {@link PeerCollector}. Times in milliseconds. */
interface PeerSettings {
  readonly clock: Clock;
  readonly log: Log;
  readonly unknownStates: UnknownStates;
  readonly timing: RoundTiming;
  readonly push: PushState;
}

interface KnownList {
  readonly users: readonly User[];
  readonly gap?: Failure;
  /** Monotonic time (ms) at which it was read. */
  readonly readAt: number;
}

/**
 * Reads the extensions. Each state costs one request, so a large tenant is read over several rounds. Each round
 * continues where the last one stopped, and states from earlier rounds are shown until they are too old.
 */
export class PeerCollector {
  readonly #settings: PeerSettings;
  readonly #statuses: PeerStates;
  readonly #rotationTime: RotationTime;
  #list: KnownList | undefined;
  /** Whether the list is known to be outdated. */
  #listIsDue = false;

  constructor(settings: PeerSettings) {
    this.#settings = settings;
    this.#statuses = new PeerStates(settings.clock);
    this.#rotationTime = new RotationTime(settings);
  }

  /**
   * Reads the extensions. `ready` resolves once their states may be requested, because requests that are due in every
   * round go first. Throws a `Failure`.
   */
  async collect(round: Round, ready: Promise<unknown>): Promise<Part<readonly Peer[]>> {
    const skipped = this.#settings.unknownStates.counter('extensions');
    const { list, failure: listFailure } = await this.#currentList(round, skipped);
    await ready;
    const enabled = list.users.filter((user) => user.enabled);
    const { notFound, answered, left, failure } = await this.#statuses.read(round, enabled, skipped);
    this.#listIsDue ||= notFound.size > 0;
    if (failure === undefined) this.#rotationTime.update({ all: enabled.length, answered, left });
    const shown = list.users.filter(({ id }) => !notFound.has(id));
    const peers = this.#peers(shown);
    const oldestReadAt = this.#statuses.oldest(shown, this.#oldestMs);
    const age = oldestReadAt === undefined ? {} : { oldestReadAt };
    const firstFailure = listFailure ?? list.gap ?? failure;
    if (firstFailure === undefined) return { ...goodPart(peers, skipped.counts()), ...age };
    return { ...failedPart(firstFailure), value: peers, skipped: skipped.counts(), ...age };
  }

  /** Returns the list, read again if it is due. If that fails, the old list is used for a while, and the failure is reported. */
  async #currentList(round: Round, skipped: SkipCounter): Promise<{ list: KnownList; failure?: Failure }> {
    const old = this.#list;
    const age = old === undefined ? Infinity : this.#settings.clock.monotonicTime() - old.readAt;
    if (old !== undefined && age < listKeptMs && !this.#listIsDue) return { list: old };
    const oldServes = old !== undefined && age <= listKeptMs + this.#settings.timing.staleAfterMs;
    try {
      const read = await readList(round, 'users');
      if (oldServes && read.gap !== undefined) return { list: old, failure: read.gap };
      return { list: this.#takeOver(read, skipped) };
    } catch (thrown) {
      if (!oldServes) throw thrown;
      return { list: old, failure: asFailure(thrown) };
    }
  }

  #takeOver({ items, malformed, gap }: List, skipped: SkipCounter): KnownList {
    const rows = items.map(readUser);
    // Administrators have no extension: they are not peers, and their rows are not malformed.
    const users = rows.filter((row) => typeof row === 'object');
    const unusable = malformed + rows.filter((row) => row === undefined).length;
    if (unusable > 0) skipped.add('malformed', unusable);
    if (gap === undefined) this.#statuses.keep(new Set(users.map(({ id }) => id)));
    const readAt = this.#settings.clock.monotonicTime();
    const list: KnownList = { users, readAt, ...(gap === undefined ? {} : { gap }) };
    this.#list = list;
    this.#listIsDue = gap !== undefined;
    return list;
  }

  /** Maximum age of a state from an earlier round, in milliseconds. */
  get #oldestMs(): number {
    return Math.max(this.#settings.timing.staleAfterMs, this.#rotationTime.milliseconds);
  }

  #peers(users: readonly User[]): readonly Peer[] {
    const { push } = this.#settings;
    return users.map((user) => peerFromUser(user, this.#statuses.get(user.id, this.#oldestMs), push));
  }
}

/** Maximum age of a shown value, in milliseconds, however long it takes to read all extensions of a tenant. */
const longestMs = 60 * 60_000;

/** How many of all extensions one round has read. */
interface RoundProgress {
  readonly all: number;
  readonly answered: number;
  /** Extensions for which there was no time. */
  readonly left: number;
}

/** Dependencies of {@link RotationTime}. */
interface RotationSettings {
  readonly timing: RoundTiming;
  readonly log: Log;
}

/** The time that it takes to read all extensions once, at the pace of the last undisturbed round. */
class RotationTime {
  readonly #settings: RotationSettings;
  #milliseconds = 0;

  constructor(settings: RotationSettings) {
    this.#settings = settings;
  }

  /** The time in milliseconds; 0 if one round is enough. */
  get milliseconds(): number {
    return this.#milliseconds;
  }

  /** Call after each round without a failure. */
  update({ all, answered, left }: RoundProgress): void {
    if (left > 0 && answered === 0) return;
    const before = this.#milliseconds;
    const rounds = left === 0 ? 0 : Math.ceil(all / answered);
    this.#milliseconds = Math.min(longestMs, rounds * this.#settings.timing.intervalMs);
    const { log, timing } = this.#settings;
    const { staleAfterMs } = timing;
    if (this.#milliseconds > staleAfterMs && before <= staleAfterMs)
      log.warn('reading all extensions takes longer than stale_after, so their values are kept for that long', {
        extensions: all,
        rounds,
        seconds: Math.round(this.#milliseconds / 1000),
      });
  }
}
