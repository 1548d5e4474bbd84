import type { Clock } from '../../clock.ts';
import { asFailure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import { asRecord, textOf } from '../kit/fields.ts';
import type { Round } from './round.ts';
import { isPathMissing, readAnswer } from './errors.ts';
import { apiRequest } from './requests.ts';
import { readUserStatus, type UserStatus } from './peers.ts';

/** Number of users in one request: the size of a page of the API. */
const chunkSize = 100;
/** How long the call is not sent again to a PBX that does not have it, in milliseconds: an upgrade may add it. */
const absentPauseMs = 24 * 60 * 60_000;
/** How long the call is not sent after a failure that shows nothing about whether it exists, in milliseconds. */
const failurePauseMs = 5 * 60_000;

type Statuses = ReadonlyMap<string, UserStatus>;

/**
 * Reads the states of many users with one request (`POST /users/status/get_many`; PortSIP's list of changes for v22.3
 * mentions it, but its body and answer are not published). An entry is used only if its user and state are unambiguous.
 * All other users are requested individually, so nothing depends on this call.
 */
export class BulkStates {
  readonly #clock: Clock;
  #notBefore = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether the call may be tried now. */
  get isUsable(): boolean {
    return this.#clock.monotonicTime() >= this.#notBefore;
  }

  /** Requests these users, as long as the call works, and passes each state that was read to `keep`. Never throws. */
  async read(round: Round, ids: readonly string[], keep: (id: string, status: UserStatus) => void): Promise<void> {
    for (let from = 0; from < ids.length && this.isUsable; from += chunkSize) {
      const statuses = await this.#readChunk(round, ids.slice(from, from + chunkSize));
      if (statuses === 'later') return;
      for (const [id, status] of statuses) keep(id, status);
    }
  }

  async #readChunk(round: Round, ids: readonly string[]): Promise<Statuses | 'later'> {
    const request = apiRequest('user_statuses', { body: { kind: 'json', value: { ids } } });
    // A missing call is no failure: older releases do not have it.
    const read = (answer: ApiAnswer): Statuses =>
      isPathMissing(answer) ? new Map() : readBulk(readAnswer(answer), ids);
    try {
      const ask = (timeoutMs: number): Promise<Statuses> => round.askRaw({ ...request, timeoutMs }, read);
      const statuses = await round.parallelRequests.sendInTime(ask);
      if (statuses !== 'later' && statuses.size === 0) this.#leave(absentPauseMs);
      return statuses;
    } catch (thrown) {
      const { status = 0 } = asFailure(thrown);
      this.#leave(status >= 400 && status < 500 && status !== 429 ? absentPauseMs : failurePauseMs);
      return new Map();
    }
  }

  #leave(forMs: number): void {
    this.#notBefore = this.#clock.monotonicTime() + forMs;
  }
}

/**
 * Returns the states in an answer of unknown shape: a list of objects that contain the user's id (bare, or under
 * `items`, `users`, `data` or `statuses`), or an object with the ids as keys. Omits entries for users that were not
 * requested, or with an unknown state. Never throws.
 */
export function readBulk(value: unknown, ids: readonly string[]): ReadonlyMap<string, UserStatus> {
  const asked = new Set(ids);
  const statuses = new Map<string, UserStatus>();
  for (const [id, entry] of entriesOf(value)) {
    const fields = asRecord(entry);
    if (fields === undefined || !asked.has(id) || statuses.has(id)) continue;
    const status = readUserStatus(asRecord(fields['status']) ?? fields);
    if (status.unknownState === undefined) statuses.set(id, status);
  }
  return statuses;
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  const fields = asRecord(value);
  const list = Array.isArray(value)
    ? value
    : ['items', 'users', 'data', 'statuses'].map((key) => fields?.[key]).find(Array.isArray);
  if (list === undefined) return Object.entries(fields ?? {});
  return list.map((entry: unknown) => {
    const own = asRecord(entry);
    return [textOf(own?.['id']) || textOf(own?.['user_id']), entry];
  });
}
