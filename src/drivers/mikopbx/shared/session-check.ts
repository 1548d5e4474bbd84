import { tryJson } from '../../kit/answers.ts';
import type { Session } from '../../driver.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer, ApiRequest } from '../../../transport/request.ts';
import type { PbxMemory } from '../memory.ts';
import { apiOfNotFound, legacyRefusal, tokenRefusal } from '../errors.ts';
import { requestFor } from '../requests.ts';
import { isRecord } from '../../kit/fields.ts';

/** Without exactly this header the web interface answers with a page instead of JSON. */
export const ajax = { 'x-requested-with': 'XMLHttpRequest' } as const;

/** PHP ends sessions that nobody used for 24 minutes (up to 2023.1) or an hour. */
const idleMs = 15 * 60_000;

/**
 * Up to 2024, an API call with an expired session counts towards a ban; a request for a page of the web interface does not. With the
 * header that the interface's own scripts send, the page answers 200 with JSON, or 403 (`SecurityPlugin.php`). After the first counted
 * refusal, the page is therefore requested first, and again after every refusal of the round.
 */
export class SessionCheck {
  readonly request: ApiRequest = requestFor('session_alive', {
    headers: ajax,
    confidential: true,
    timeoutMs: 5_000,
  });
  readonly #memory: PbxMemory;
  /** The session that is known to be alive. */
  #alive: Session | undefined;
  /** Sessions that have served a call of this round. */
  readonly #seen = new WeakSet<Session>();
  #anySeen = false;
  readonly #open = new WeakSet<Failure>();
  /** The session that was refused last. */
  #refused: Session | undefined;

  constructor(memory: PbxMemory) {
    this.#memory = memory;
  }

  /** Whether one more refused request is to be avoided. */
  get isNeeded(): boolean {
    const { api, budget } = this.#memory;
    if (api !== 'legacy' || (this.#alive !== undefined && !budget.isFull)) return false;
    return budget.isSpent || this.#hasIdled;
  }

  /**
   * Throws a `Failure` (`suspended`) for a call that this PBX has not answered yet, while one more refused request
   * could get this address banned. The call could be refused even with a live session.
   */
  checkCall(call: string): void {
    const { budget, goodCalls } = this.#memory;
    if (!budget.isFull || goodCalls.has(call)) return;
    throw new Failure(
      'suspended',
      'left out: the PBX has not answered this call yet, and one more refused request could get this address banned',
    );
  }

  /** Whether it must still be determined if the session or the call was refused. */
  isUndecided(failure: Failure): boolean {
    return this.#open.has(failure);
  }

  /** Whether the session that was refused last is not the one that is alive now. */
  get wasLost(): boolean {
    return this.#alive !== this.#refused;
  }

  /** The failure of a call that is refused with a session that lives. */
  callRefused({ status }: Failure): Failure {
    const facts = status === undefined ? {} : { status };
    return new Failure('forbidden', 'the PBX refuses this call, while the session works for others', facts);
  }

  /** Whether this PBX has such a page, as far as is known. */
  get isUsable(): boolean {
    return this.#memory.checkPage.value !== false;
  }

  /** Whether the session was left alone for so long that it may have ended of age. */
  get #hasIdled(): boolean {
    const { clock, lastServedAt, checkPage } = this.#memory;
    return checkPage.value === true && lastServedAt !== undefined && clock.monotonicTime() - lastServedAt >= idleMs;
  }

  /** Reads the page's answer. Throws a `Failure` (`session_lost`) when the session is gone. */
  read(answer: ApiAnswer, session: Session): void {
    const { checkPage } = this.#memory;
    if (answer.status === 403)
      throw new Failure('session_lost', 'the PBX no longer knows the session', { status: 403 });
    const isJson = answer.status === 200 && isRecord(tryJson(answer.body));
    checkPage.set(isJson);
    if (isJson) this.#alive = session;
  }

  /** Call for each call that the session served. */
  seen(session: Session): void {
    this.#seen.add(session);
    this.#anySeen = true;
  }

  /**
   * Decides what a refusal means. If the session is known to be valid, or was just opened to replace one that this
   * round began with, the call is refused. Otherwise, the page shows it (see `isOpen`), if there is one, or else a
   * login.
   */
  judge(refusal: Failure, session: Session, isAuxiliary: boolean): Failure {
    if (this.#memory.api !== 'legacy' || refusal.reason !== 'session_lost') return refusal;
    const isNew = this.#anySeen && !this.#seen.has(session);
    const isCall = this.#alive === session || isNew;
    this.#alive = undefined;
    this.#refused = session;
    if (isCall) return this.callRefused(refusal);
    if (this.#memory.checkPage.value !== true) return refusal;
    // Of a detail the core remembers for an hour that it is forbidden; as lost it is remembered for this session.
    const open = isAuxiliary ? refusal : this.callRefused(refusal);
    this.#open.add(open);
    return open;
  }
}

/** The failure when an answer says that the session or a right is missing; undefined when it says neither. */
export function refusalOf(
  answer: ApiAnswer,
  session: Session,
  { call, memory }: { readonly call: string; readonly memory: PbxMemory },
): Failure | undefined {
  const other = apiOfNotFound(answer);
  if (other !== undefined && other !== memory.api) return otherVersion(session, memory);
  return memory.api === 'legacy' ? legacyRefusal(answer, memory) : tokenRefusal(answer, session, { call, memory });
}

/** The PBX was changed to a version with the other API: a new login finds out which; a session of the new kind must not repeat that. */
function otherVersion(session: Session, memory: PbxMemory): Failure {
  const wasLegacy = session.headers?.['cookie'] !== undefined;
  const isLegacy = memory.api === 'legacy';
  memory.version.suspectRestart();
  if (memory.options.api !== 'auto' || wasLegacy !== isLegacy)
    return new Failure('config', 'this version of MikoPBX has the other API: set options.api to auto');
  memory.forgetApi();
  return new Failure('session_lost', 'the PBX now has another version, with another API');
}
