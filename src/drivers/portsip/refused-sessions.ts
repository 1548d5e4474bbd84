import type { Session } from '../driver.ts';

/** So many sessions, each good for other calls, refused by one call: then it is a right that is missing. */
const refusalsThatMeanForbidden = 2;

/**
 * Tells a session that is gone from a right that is missing where a PBX says 401 for both: a call that refuses one fresh
 * session after the other, while these serve other calls, would otherwise cost a login in every round.
 */
export class RefusedSessions {
  readonly #proven = new WeakSet<Session>();
  readonly #refused = new Map<string, Set<Session>>();

  /** A call was served with this session. */
  served(call: string, session: Session): void {
    this.#proven.add(session);
    this.#refused.delete(call);
  }

  /** A call was answered with 401; true when that means a missing right. */
  refuses(call: string, session: Session): boolean {
    const sessions = this.#refused.get(call) ?? new Set();
    this.#refused.set(call, sessions);
    if (sessions.size >= refusalsThatMeanForbidden && this.#proven.has(session) && !sessions.has(session)) return true;
    if (sessions.size < refusalsThatMeanForbidden) sessions.add(session);
    return false;
  }
}
