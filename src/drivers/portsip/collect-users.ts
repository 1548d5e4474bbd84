import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { Part, Peer } from '../../snapshot/reading.ts';
import { asFailure, type Failure } from '../../transport/failure.ts';
import type { RoundTiming } from '../driver.ts';
import { failedPart, goodPart, SkipCounter } from '../kit/collectors.ts';
import type { Asker } from './asker.ts';
import { type List, readList } from './pages.ts';
import { peerFromUser, type PushState, readUser, type User } from './user.ts';
import { UserStatuses } from './user-statuses.ts';
import { WalkLength } from './walk-length.ts';

/** How long the list of users is taken as read. */
const listKeptMs = 5 * 60_000;

/** Settings of the reader of extensions. Times in milliseconds. */
export interface UserSettings {
  readonly clock: Clock;
  readonly log: Log;
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
 * Reads the extensions. The state costs one request each, so a large tenant is walked over in several rounds: each goes
 * on where the last one stopped, and what an earlier round read is shown until it is too old.
 */
export class UserCollector {
  readonly #settings: UserSettings;
  readonly #statuses: UserStatuses;
  readonly #walkLength: WalkLength;
  #list: KnownList | undefined;
  /** Whether the list turned out to be out of date. */
  #listIsDue = false;

  constructor(settings: UserSettings) {
    this.#settings = settings;
    this.#statuses = new UserStatuses(settings.clock);
    this.#walkLength = new WalkLength(settings);
  }

  /** `ready` resolves when the states may be asked for: what is due in every round goes first. Throws a `Failure`. */
  async collect(asker: Asker, ready: Promise<unknown>): Promise<Part<readonly Peer[]>> {
    const skipped = new SkipCounter();
    const { list, failure: listFailure } = await this.#currentList(asker, skipped);
    await ready;
    const enabled = list.users.filter((user) => user.enabled);
    const { gone, answered, left, failure } = await this.#statuses.read(asker, enabled, skipped);
    this.#listIsDue ||= gone.size > 0;
    if (failure === undefined) this.#walkLength.update({ all: enabled.length, answered, left });
    const shown = list.users.filter(({ id }) => !gone.has(id));
    const peers = this.#peers(shown);
    const oldestReadAt = this.#statuses.oldest(shown, this.#oldestMs);
    const age = oldestReadAt === undefined ? {} : { oldestReadAt };
    const trouble = listFailure ?? list.gap ?? failure;
    if (trouble === undefined) return { ...goodPart(peers, skipped.counts()), ...age };
    return { ...failedPart(trouble), value: peers, skipped: skipped.counts(), ...age };
  }

  /** The list, read anew when it is due. Where that fails, the old one still serves for a while, and the failure is told. */
  async #currentList(asker: Asker, skipped: SkipCounter): Promise<{ list: KnownList; failure?: Failure }> {
    const old = this.#list;
    const age = old === undefined ? Infinity : this.#settings.clock.monotonicTime() - old.readAt;
    if (old !== undefined && age < listKeptMs && !this.#listIsDue) return { list: old };
    const oldServes = old !== undefined && age <= listKeptMs + this.#settings.timing.staleAfterMs;
    try {
      const read = await readList(asker, 'users');
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
    return Math.max(this.#settings.timing.staleAfterMs, this.#walkLength.milliseconds);
  }

  #peers(users: readonly User[]): readonly Peer[] {
    const { push } = this.#settings;
    return users.map((user) => peerFromUser(user, this.#statuses.get(user.id, this.#oldestMs), push));
  }
}
