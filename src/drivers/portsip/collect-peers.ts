import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { Part, Peer } from '../../snapshot/reading.ts';
import { asFailure, type Failure } from '../../transport/failure.ts';
import type { RoundTiming } from '../driver.ts';
import { failedPart, goodPart, type SkipCounter } from '../kit/collectors.ts';
import type { UnknownWords } from '../kit/state-table.ts';
import type { Round } from './round.ts';
import { type List, readList } from './pagination.ts';
import { peerFromUser, type PushState, readUser, type User } from './peers.ts';
import { PeerStates } from './ask-peer-states.ts';

/** How long the list of users is kept. */
const listKeptMs = 5 * 60_000;

/** Settings of the reader of extensions. Times in milliseconds. */
interface PeerSettings {
  readonly clock: Clock;
  readonly log: Log;
  readonly unknownWords: UnknownWords;
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
 * Reads the extensions. The state costs one request each, so a large tenant is read over several rounds. Each round
 * continues where the last one stopped, and states from earlier rounds are shown until they are too old.
 */
export class PeerCollector {
  readonly #settings: PeerSettings;
  readonly #statuses: PeerStates;
  readonly #rotationTime: RotationTime;
  #list: KnownList | undefined;
  /** Whether the list turned out to be out of date. */
  #listIsDue = false;

  constructor(settings: PeerSettings) {
    this.#settings = settings;
    this.#statuses = new PeerStates(settings.clock);
    this.#rotationTime = new RotationTime(settings);
  }

  /** `ready` resolves when the states may be requested: requests that are due in every round go first. Throws a `Failure`. */
  async collect(round: Round, ready: Promise<unknown>): Promise<Part<readonly Peer[]>> {
    const skipped = this.#settings.unknownWords.counter('extensions');
    const { list, failure: listFailure } = await this.#currentList(round, skipped);
    await ready;
    const enabled = list.users.filter((user) => user.enabled);
    const { gone, answered, left, failure } = await this.#statuses.read(round, enabled, skipped);
    this.#listIsDue ||= gone.size > 0;
    if (failure === undefined) this.#rotationTime.update({ all: enabled.length, answered, left });
    const shown = list.users.filter(({ id }) => !gone.has(id));
    const peers = this.#peers(shown);
    const oldestReadAt = this.#statuses.oldest(shown, this.#oldestMs);
    const age = oldestReadAt === undefined ? {} : { oldestReadAt };
    const trouble = listFailure ?? list.gap ?? failure;
    if (trouble === undefined) return { ...goodPart(peers, skipped.counts()), ...age };
    return { ...failedPart(trouble), value: peers, skipped: skipped.counts(), ...age };
  }

  /** The list, read again when it is due. If that fails, the old list is used for a while, and the failure is reported. */
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
    // Administrators have no extension: they are no peers, and nothing is wrong with their rows.
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

  /** How old a carried state may be, in milliseconds. */
  get #oldestMs(): number {
    return Math.max(this.#settings.timing.staleAfterMs, this.#rotationTime.milliseconds);
  }

  #peers(users: readonly User[]): readonly Peer[] {
    const { push } = this.#settings;
    return users.map((user) => peerFromUser(user, this.#statuses.get(user.id, this.#oldestMs), push));
  }
}

/** No value is shown for longer than this, however long the walk over a tenant takes. */
const longestMs = 60 * 60_000;

/** What one round got done of the walk over all extensions. */
interface RoundProgress {
  readonly all: number;
  readonly answered: number;
  /** Extensions for which there was no time. */
  readonly left: number;
}

/** Settings of the measure. Times in milliseconds. */
interface RotationSettings {
  readonly timing: RoundTiming;
  readonly log: Log;
}

/** How long one walk over all extensions takes at the pace of the last undisturbed round. */
class RotationTime {
  readonly #settings: RotationSettings;
  #milliseconds = 0;

  constructor(settings: RotationSettings) {
    this.#settings = settings;
  }

  /** Milliseconds; 0 when one round is enough. */
  get milliseconds(): number {
    return this.#milliseconds;
  }

  /** Call after each round that was not stopped by trouble. */
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
