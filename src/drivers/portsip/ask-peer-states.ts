import type { Clock } from '../../clock.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import type { SkipCounter } from '../kit/collectors.ts';
import type { Round } from './round.ts';
import { BulkStates } from './bulk-states.ts';
import { CachedValues } from './cached-values.ts';
import { apiRequest } from './requests.ts';
import { readUserStatus, type User, type UserStatus } from './peers.ts';

/** Result of reading the states of users in one round. */
export interface StatusReadResult {
  /** Number of states that were read. */
  readonly answered: number;
  /** Number of users for whom there was no time. */
  readonly left: number;
  /** Users that the PBX no longer has. */
  readonly notFound: ReadonlySet<string>;
  /** Why the round does not count as good; absent if it does. */
  readonly failure?: Failure;
}

/** The states of users, each with the time at which it was read. Users whose last attempt is oldest are requested first. */
export class PeerStates {
  readonly #clock: Clock;
  readonly #statuses: CachedValues<UserStatus>;
  readonly #bulk: BulkStates;
  /** Monotonic time (ms) of the last attempt, by id: an extension that always fails must not hold up the others. */
  readonly #triedAt = new Map<string, number>();

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#statuses = new CachedValues(clock);
    this.#bulk = new BulkStates(clock);
  }

  /** Returns the state of a user, if it was read at most `oldestMs` milliseconds ago. */
  get(id: string, oldestMs: number): UserStatus | undefined {
    return this.#statuses.get(id, oldestMs);
  }

  /**
   * Returns the monotonic time (ms) of the oldest state of these users, ignoring states older than `oldestMs`; undefined
   * if there is none.
   */
  oldest(users: readonly User[], oldestMs: number): number | undefined {
    const times = users.flatMap(({ id }) => this.#statuses.readAt(id, oldestMs) ?? []);
    return times.length === 0 ? undefined : times.reduce((one, other) => Math.min(one, other));
  }

  /** Removes all users except these. */
  keep(ids: ReadonlySet<string>): void {
    this.#statuses.keep(ids);
    for (const id of this.#triedAt.keys()) if (!ids.has(id)) this.#triedAt.delete(id);
  }

  /** Reads as many states as the round has time for. Never throws. */
  async read(round: Round, users: readonly User[], skipped: SkipCounter): Promise<StatusReadResult> {
    const ids = this.#longestAgoFirst(users);
    const numbers = new Map(users.map(({ id, number }) => [id, number]));
    const read = new Set<string>();
    const notFound = new Map<string, Failure>();
    const keep = (id: string, status: UserStatus): void => {
      if (status.unknownState !== undefined) skipped.of(numbers.get(id) ?? '').unknownState(status.unknownState);
      this.#statuses.set(id, status);
      this.#triedAt.set(id, this.#clock.monotonicTime());
      read.add(id);
    };
    await this.#bulk.read(round, ids, keep);
    const rest = ids.filter((id) => !read.has(id));
    const asked = await round.parallelRequests.sendAll(rest, async (id, timeoutMs) => {
      const status = await this.#ask(round, id, timeoutMs);
      if (status instanceof Failure) notFound.set(id, status);
      else keep(id, status);
    });
    const facts = { answered: read.size, left: asked.left };
    const failure = asked.stopped ?? (read.size === 0 ? nothingRead(asked, notFound, rest.length) : undefined);
    if (failure !== undefined) return { ...facts, notFound: new Set(), failure };
    return { ...facts, notFound: new Set(notFound.keys()) };
  }

  /** Reads the state of a user. Returns the failure if the PBX no longer has this user. Throws any other `Failure`. */
  async #ask(round: Round, id: string, timeoutMs: number): Promise<UserStatus | Failure> {
    try {
      return await round.askAdmitted(apiRequest('user_status', { timeoutMs }, id), readUserStatus);
    } catch (thrown) {
      const failure = asFailure(thrown);
      // A request that the end of the round cut short shows nothing about the extension, which therefore comes first in the next round.
      if (failure.reason !== 'timeout' || !round.parallelRequests.isCutShort(timeoutMs))
        this.#triedAt.set(id, this.#clock.monotonicTime());
      if (failure.status !== 404) throw failure;
      return failure;
    }
  }

  #longestAgoFirst(users: readonly User[]): readonly string[] {
    const triedAt = (id: string): number => this.#triedAt.get(id) ?? -1;
    return users.map(({ id }) => id).toSorted((one, other) => triedAt(one) - triedAt(other));
  }
}

/** Returns why nothing was read. If all users are reported as gone, the PBX probably does not have the call, rather than being empty. */
function nothingRead(
  { failure, left }: { readonly failure?: Failure; readonly left: number },
  notFound: ReadonlyMap<string, Failure>,
  asked: number,
): Failure | undefined {
  if (asked === 0) return undefined;
  const [firstNotFound] = notFound.values();
  const timeout = left > 0 ? new Failure('timeout', 'no time was left in this round for the extensions') : undefined;
  return failure ?? firstNotFound ?? timeout;
}
