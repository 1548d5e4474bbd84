import type { Clock } from '../../clock.ts';
import type { Ledger, SessionEnd } from './ledger.ts';

/** One session of the simulated PBX. */
export interface Session<Data> {
  /** What the client shows to be recognised: cookie value, token, key. */
  readonly token: string;
  /** What the family keeps with it, e.g. the user's name. */
  data: Data;
  /** Monotonic milliseconds. */
  readonly createdAt: number;
  /** Monotonic milliseconds. */
  expiresAt: number;
}

/** How sessions of a store live. */
export interface SessionStoreOptions {
  readonly clock: Clock;
  /** `sliding`: each touch prolongs the session by its life time; `absolute`: it ends on time, used or not. */
  readonly life: 'sliding' | 'absolute';
  /** Milliseconds; Infinity for tokens that do not expire. */
  readonly lifeMs: number;
  /** Makes the token of a new session. */
  readonly makeToken: () => string;
  /** Give it to have these sessions counted; leave it out for things that are no sessions, e.g. refresh tokens. */
  readonly ledger?: Ledger;
}

/** The sessions of one simulated PBX. Expired ones are gone for every method, without a timer. */
export interface SessionStore<Data> {
  /** Opens a session; `lifeMs` and `token` override the store's life time and token for this one. */
  create(data: Data, lifeMs?: number, token?: string): Session<Data>;
  /** The session, without prolonging it; undefined when unknown or expired. */
  find(token: string | undefined): Session<Data> | undefined;
  /** The session, prolonged when life is sliding; undefined when unknown or expired. */
  touch(token: string | undefined, lifeMs?: number): Session<Data> | undefined;
  /** Ends one session; false when there was none. */
  revoke(token: string | undefined, how?: SessionEnd): boolean;
  /** Ends all sessions, or those that match: a restarted PBX, a second login that ends the first. */
  revokeAll(matches?: (session: Session<Data>) => boolean): number;
  /** Sessions alive now. */
  count(matches?: (session: Session<Data>) => boolean): number;
  /** Sessions alive now, oldest first. */
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
