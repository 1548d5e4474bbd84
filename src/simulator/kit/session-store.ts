import type { Clock } from '../../clock.ts';
import type { Ledger, SessionEnd } from './ledger.ts';

/** One session of the simulated PBX. */
export interface Session<Data> {
  /** The secret that identifies the session in requests: cookie value, token or key. */
  readonly token: string;
  /** Data that the family keeps with the session, e.g. the name of the user. */
  data: Data;
  /** Monotonic milliseconds. */
  readonly createdAt: number;
  /** Monotonic milliseconds. */
  expiresAt: number;
}

/** Options of a {@link SessionStore}. */
export interface SessionStoreOptions {
  readonly clock: Clock;
  /** `sliding`: each use restarts the lifetime; `absolute`: the session ends after its lifetime, used or not. */
  readonly life: 'sliding' | 'absolute';
  /** Lifetime in milliseconds; Infinity for tokens that do not expire. */
  readonly lifeMs: number;
  /** Makes the token of a new session. */
  readonly makeToken: () => string;
  /** Counts the sessions. Absent for tokens that are not sessions, e.g. refresh tokens. */
  readonly ledger?: Ledger;
}

/** The sessions of one simulated PBX. Methods remove expired sessions when called; there is no timer. */
export interface SessionStore<Data> {
  /** Opens a session; `lifeMs` and `token` override the store's lifetime and token for this session. */
  create(data: Data, lifeMs?: number, token?: string): Session<Data>;
  /** Returns the session without extending it; undefined if unknown or expired. */
  find(token: string | undefined): Session<Data> | undefined;
  /** Returns the session and extends it if `life` is `sliding`; undefined if unknown or expired. */
  touch(token: string | undefined, lifeMs?: number): Session<Data> | undefined;
  /** Ends one session; false if there was none. */
  revoke(token: string | undefined, how?: SessionEnd): boolean;
  /** Ends all sessions, or those that match, e.g. on a restart. Returns their number. */
  revokeAll(matches?: (session: Session<Data>) => boolean): number;
  /** Returns the number of live sessions, or of those that match. */
  count(matches?: (session: Session<Data>) => boolean): number;
  /** Returns the live sessions, oldest first. */
  list(): readonly Session<Data>[];
}

/** Makes an empty {@link SessionStore}. */
export function createSessionStore<Data>(options: SessionStoreOptions): SessionStore<Data> {
  const { clock, ledger } = options;
  const sessions = new Map<string, Session<Data>>();
  const end = (token: string, how: SessionEnd): boolean => {
    const existed = sessions.delete(token);
    if (existed) ledger?.countSessionEnded(how);
    return existed;
  };
  const list = (): readonly Session<Data>[] => {
    const now = clock.monotonicTime();
    for (const session of sessions.values()) if (session.expiresAt <= now) end(session.token, 'expired');
    return [...sessions.values()];
  };
  const select = (matches?: (session: Session<Data>) => boolean): readonly Session<Data>[] =>
    matches === undefined ? list() : list().filter((session) => matches(session));
  const find = (token: string | undefined): Session<Data> | undefined => {
    const session = token === undefined ? undefined : sessions.get(token);
    if (session === undefined || session.expiresAt > clock.monotonicTime()) return session;
    end(session.token, 'expired');
    return undefined;
  };
  ledger?.watchSessions(() => list().length);
  return {
    find,
    list,
    create(data, lifeMs = options.lifeMs, token = options.makeToken()) {
      const now = clock.monotonicTime();
      const session: Session<Data> = { token, data, createdAt: now, expiresAt: now + lifeMs };
      sessions.set(session.token, session);
      ledger?.countSessionOpened();
      return session;
    },
    touch(token, lifeMs = options.lifeMs) {
      const session = find(token);
      if (session !== undefined && options.life === 'sliding') session.expiresAt = clock.monotonicTime() + lifeMs;
      return session;
    },
    revoke: (token, how = 'revoked') => find(token) !== undefined && end(token ?? '', how),
    revokeAll: (matches) => select(matches).filter((session) => end(session.token, 'revoked')).length,
    count: (matches) => select(matches).length,
  };
}
