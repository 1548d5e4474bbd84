import { tryJson } from '../../kit/answers.ts';
import type { Session } from '../../driver.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer, ApiRequest } from '../../../transport/request.ts';
import type { PbxMemory } from '../memory.ts';
import { apiOfNotFound, legacyRefusal, tokenRefusal } from '../errors.ts';
import { requestFor } from '../requests.ts';
import { isRecord } from '../../kit/fields.ts';

/** Without this exact header, the web interface answers with a page instead of JSON. */
export const ajax = { 'x-requested-with': 'XMLHttpRequest' } as const;

/** Idle time (ms) after which the session is checked first: PHP ends unused sessions after 24 minutes (up to 2023.1) or an hour. */
const idleMs = 15 * 60_000;

/**
 * Checks sessions without the risk of a ban. Up to 2024, an API call with an expired session counts towards a ban; a
 * request for a page of the web interface does not. With the header of the interface's own scripts, the page returns 200
 * with JSON, or 403 if the session has expired (`SecurityPlugin.php`). After the first counted refusal, the page is
 * therefore requested first, and again after every refusal of the round.
 */
export class SessionCheck {
  readonly request: ApiRequest = requestFor('session_alive', {
    headers: ajax,
    confidential: true,
    timeoutMs: 5_000,
  });
  readonly #memory: PbxMemory;
  /** The session that is known to be valid. */
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

  /** Whether the session must be checked before the next request. */
  get isNeeded(): boolean {
    const { api, budget } = this.#memory;
    if (api !== 'legacy' || (this.#alive !== undefined && !budget.isFull)) return false;
    return budget.isSpent || this.#hasIdled;
  }

  /**
   * Throws a `Failure` (`suspended`) for a call that this PBX has not answered yet, while one more refused request could
   * get this address banned. The call could be refused even with a valid session.
   */
  checkCall(call: string): void {
    const { budget, goodCalls } = this.#memory;
    if (!budget.isFull || goodCalls.has(call)) return;
    throw new Failure(
      'suspended',
      'left out: the PBX has not answered this call yet, and one more refused request could get this address banned',
    );
  }

  /** Reports whether it is not known yet if the session or only the call was refused. */
  isUndecided(failure: Failure): boolean {
    return this.#open.has(failure);
  }

  /** Whether the session that was refused last is no longer the valid one. */
  get wasLost(): boolean {
    return this.#alive !== this.#refused;
  }

  /** Returns the failure of a call that was refused with a valid session. */
  callRefused({ status }: Failure): Failure {
    const facts = status === undefined ? {} : { status };
    return new Failure('forbidden', 'the PBX refuses this call, while the session works for others', facts);
  }

  /** Whether this PBX has the page; true while this is not known. */
  get isUsable(): boolean {
    return this.#memory.checkPage.value !== false;
  }

  /** Whether the session has been idle for so long that it may have expired. */
  get #hasIdled(): boolean {
    const { clock, lastServedAt, checkPage } = this.#memory;
    return checkPage.value === true && lastServedAt !== undefined && clock.monotonicTime() - lastServedAt >= idleMs;
  }

  /** Reads the page's answer. Throws a `Failure` (`session_lost`) if the session has expired. */
  read(answer: ApiAnswer, session: Session): void {
    const { checkPage } = this.#memory;
    if (answer.status === 403)
      throw new Failure('session_lost', 'the PBX no longer knows the session', { status: 403 });
    const isJson = answer.status === 200 && isRecord(tryJson(answer.body));
    checkPage.set(isJson);
    if (isJson) this.#alive = session;
  }

  /** Call after each call that the session served. */
  seen(session: Session): void {
    this.#seen.add(session);
    this.#anySeen = true;
  }

  /**
   * Decides whether the session or only the call was refused. It is the call if the session is known to be valid, or was
   * opened in this round to replace another one. Otherwise the page decides (see `isUndecided`), or a login if the PBX
   * has no such page.
   */
  judge(refusal: Failure, session: Session, isAuxiliary: boolean): Failure {
    if (this.#memory.api !== 'legacy' || refusal.reason !== 'session_lost') return refusal;
    const isNew = this.#anySeen && !this.#seen.has(session);
    const isCall = this.#alive === session || isNew;
    this.#alive = undefined;
    this.#refused = session;
    if (isCall) return this.callRefused(refusal);
    if (this.#memory.checkPage.value !== true) return refusal;
    // The core remembers a `forbidden` detail for an hour, but one that failed with `session_lost` only for this session.
    const open = isAuxiliary ? refusal : this.callRefused(refusal);
    this.#open.add(open);
    return open;
  }
}

/** Returns the failure if an answer shows that the session or a right is missing; otherwise undefined. */
export function refusalOf(
  answer: ApiAnswer,
  session: Session,
  { call, memory }: { readonly call: string; readonly memory: PbxMemory },
): Failure | undefined {
  const other = apiOfNotFound(answer);
  if (other !== undefined && other !== memory.api) return otherVersion(session, memory);
  return memory.api === 'legacy' ? legacyRefusal(answer, memory) : tokenRefusal(answer, session, { call, memory });
}

/**
 * Returns the failure if the PBX was changed to a version with the other API. The next login detects the API again,
 * unless `options.api` is fixed or this session does not belong to the API used so far.
 */
function otherVersion(session: Session, memory: PbxMemory): Failure {
  const wasLegacy = session.headers?.['cookie'] !== undefined;
  const isLegacy = memory.api === 'legacy';
  memory.version.suspectRestart();
  if (memory.options.api !== 'auto' || wasLegacy !== isLegacy)
    return new Failure('config', 'this version of MikoPBX has the other API: set options.api to auto');
  memory.forgetApi();
  return new Failure('session_lost', 'the PBX now has another version, with another API');
}
