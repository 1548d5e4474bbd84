import { createHash } from 'node:crypto';
import type { Kit } from '../kit/kit.ts';
import type { LockOut } from '../kit/lock-out.ts';
import { createSessionStore } from '../kit/session-store.ts';
import type { EventRights } from './event-queues.ts';
import { actionIdField, formatError, formatMessage, formatSuccess } from './message.ts';
import type { AsteriskSwitches, ManagerUser, WriteClass } from './settings.ts';

/** A session that is not logged in lives so long, in milliseconds. */
const visitorLifeMs = 5000;

/** Whoever sent the request: a cookie, and the user once logged in. */
export interface Caller {
  /** Eight hexadecimal digits, as in the cookie. */
  readonly token: string;
  readonly username: string | undefined;
  /** Classes that the user had at the login; what is changed later counts from the next login on. */
  readonly write: readonly WriteClass[];
  /** Events that the user had a right to at the login. */
  readonly events: EventRights;
  readonly challenge: string;
  readonly clientAddress: string;
}

/** Who is logged in to a session. */
interface Member {
  readonly username: string;
  readonly write: readonly WriteClass[];
  readonly events: EventRights;
}

/** The body of an answer, and how long the PBX takes its time with it. */
export interface GateAnswer {
  readonly body: string;
  readonly delayMs?: number;
}

/** Sessions and logins of the manager over HTTP. */
export interface Gate {
  /** Recognises the cookie and prolongs its session, or opens a new one that is not logged in. */
  recognise(cookie: string | undefined, clientAddress: string): Caller;
  challenge(caller: Caller, actionId: string, authType: string): GateAnswer;
  login(caller: Caller, actionId: string, parameter: (name: string) => string): GateAnswer;
  logoff(caller: Caller, actionId: string): GateAnswer;
  /** Ends the session of a caller. */
  forget(caller: Caller): void;
  /** Ends all sessions, as a restart does. */
  forgetAll(): void;
  /** Whether the session of a cookie lives and is logged in. */
  isAlive(token: string): boolean;
}

/** Makes the gate of one PBX. */
export function createGate(kit: Kit, switches: AsteriskSwitches, watcher: LockOut | undefined): Gate {
  const { clock, ledger, random } = kit;
  const makeToken = (): string => random.hex(8);
  const visitors = createSessionStore<string>({ clock, life: 'sliding', lifeMs: visitorLifeMs, makeToken });
  const members = createSessionStore<Member>({ clock, life: 'sliding', lifeMs: 60_000, makeToken, ledger });

  const refuse = (caller: Caller, actionId: string, reason: string, message: string): GateAnswer => {
    ledger.countRefusedLogin(reason);
    watcher?.strike(caller.clientAddress);
    visitors.revoke(caller.token);
    return { body: formatError(actionId, message), delayMs: switches.failedLoginDelayMs };
  };
  const admit = (caller: Caller, actionId: string, user: ManagerUser): GateAnswer => {
    ledger.countGoodLogin();
    visitors.revoke(caller.token);
    members.create(
      { username: user.username, write: [...user.write], events: rightsOf(user) },
      switches.httpTimeoutMs,
      caller.token,
    );
    return { body: formatSuccess(actionId, [['Message', 'Authentication accepted']]) };
  };

  return {
    recognise(cookie, clientAddress) {
      const member = members.touch(cookie, switches.httpTimeoutMs);
      if (member !== undefined) return { token: member.token, ...member.data, challenge: '', clientAddress };
      const { token, data } = visitors.touch(cookie) ?? visitors.create('');
      return { ...nobody, token, challenge: data, clientAddress };
    },
    challenge(caller, actionId, authType) {
      if (authType.toUpperCase() !== 'MD5') return { body: formatError(actionId, 'Must specify AuthType') };
      const challenge = String(random.integer(100_000_000, 999_999_999));
      Object.assign(visitors.find(caller.token) ?? {}, { data: challenge });
      return { body: formatSuccess(actionId, [['Challenge', challenge]]) };
    },
    login(caller, actionId, parameter) {
      if (caller.username !== undefined) return alreadyIn(actionId);
      const user = switches.users.find(({ username }) => username === parameter('username'));
      const wrong = refusalReason(caller, user, switches, parameter);
      if (user === undefined || wrong !== undefined) {
        return refuse(caller, actionId, wrong ?? 'unknown-user', 'Authentication failed');
      }
      if (!user.multipleLogin && members.count(({ data }) => data.username === user.username) > 0) {
        return refuse(caller, actionId, 'already-in-use', 'Login Already In Use');
      }
      return admit(caller, actionId, user);
    },
    logoff(caller, actionId) {
      members.revoke(caller.token, 'logout');
      visitors.revoke(caller.token);
      return { body: goodbye(actionId) };
    },
    forget: ({ token }) => void members.revoke(token),
    isAlive: (token) => members.find(token) !== undefined,
    forgetAll: () => void (visitors.revokeAll() + members.revokeAll()),
  };
}

function alreadyIn(actionId: string): GateAnswer {
  return { body: formatSuccess(actionId, [['Message', 'Already authenticated']]) };
}

function goodbye(actionId: string): string {
  return formatMessage([['Response', 'Goodbye'], ...actionIdField(actionId), ['Message', 'Thanks for all the fish.']]);
}

/** Whoever is not logged in. */
const nobody = { username: undefined, write: [], events: { classes: [], filters: [] } };

function rightsOf({ read = [], eventFilters = [] }: ManagerUser): EventRights {
  return { classes: [...read], filters: [...eventFilters] };
}

/** Why the login fails; the client is told one text for all of these, only the PBX's log tells them apart. */
function refusalReason(
  caller: Caller,
  user: ManagerUser | undefined,
  switches: AsteriskSwitches,
  parameter: (name: string) => string,
): string | undefined {
  if (switches.bootStage === 'http' || switches.bootStage === 'paths') return 'not-started';
  if (user === undefined) return 'unknown-user';
  if (!switches.permits(caller.clientAddress)) return 'address-refused';
  if (parameter('authtype').toUpperCase() !== 'MD5') {
    return parameter('secret') === user.secret ? undefined : 'wrong-secret';
  }
  if (caller.challenge === '') return 'no-challenge';
  const expected = createHash('md5').update(`${caller.challenge}${user.secret}`).digest('hex');
  return parameter('key') === expected ? undefined : 'wrong-key';
}
