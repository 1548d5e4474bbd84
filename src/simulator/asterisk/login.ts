import { createHash } from 'node:crypto';
import type { Kit } from '../kit/kit.ts';
import type { LockOut } from '../kit/lock-out.ts';
import { createSessionStore } from '../kit/session-store.ts';
import type { EventRights } from './event-queues.ts';
import { actionIdField, formatError, formatMessage, formatSuccess } from './message.ts';
import type { AsteriskSwitches, ManagerUser, WriteClass } from './settings.ts';

/** Lifetime of a session that is not logged in, in milliseconds. */
const visitorLifeMs = 5000;

/** The client that sent a request: its session and, once logged in, its user. */
export interface Caller {
  /** Session token: eight hexadecimal digits, as in the cookie. */
  readonly token: string;
  readonly username: string | undefined;
  /** Write classes of the user at login; later changes apply from the next login on. */
  readonly write: readonly WriteClass[];
  /** Event rights of the user at login. */
  readonly events: EventRights;
  readonly challenge: string;
  readonly clientAddress: string;
}

/** Data of a session that is logged in. */
interface Member {
  readonly username: string;
  readonly write: readonly WriteClass[];
  readonly events: EventRights;
}

/** Body of an answer, and the delay before it in milliseconds. */
export interface GateAnswer {
  readonly body: string;
  readonly delayMs?: number;
}

/** Sessions and logins of the manager over HTTP. */
export interface Gate {
  /** Finds the session of the cookie and extends it, or opens a new session that is not logged in. */
  recognise(cookie: string | undefined, clientAddress: string): Caller;
  challenge(caller: Caller, actionId: string, authType: string): GateAnswer;
  login(caller: Caller, actionId: string, parameter: (name: string) => string): GateAnswer;
  logoff(caller: Caller, actionId: string): GateAnswer;
  /** Ends the caller's session. */
  forget(caller: Caller): void;
  /** Ends all sessions, as a restart does. */
  forgetAll(): void;
  /** Reports whether the session exists and is logged in. */
  isAlive(token: string): boolean;
}

/** Makes the {@link Gate} of one PBX. */
export function createGate(kit: Kit, switches: AsteriskSwitches, watcher: LockOut | undefined): Gate {
  const { clock, ledger, random } = kit;
  const makeToken = (): string => random.hex(8);
  const visitors = createSessionStore<string>({ clock, life: 'sliding', lifeMs: visitorLifeMs, makeToken });
  const members = createSessionStore<Member>({ clock, life: 'sliding', lifeMs: 60_000, makeToken, ledger });

  const refuse = (caller: Caller, actionId: string, reason: string, message: string): GateAnswer => {
    ledger.countRefusedLogin(reason);
    watcher?.recordViolation(caller.clientAddress);
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

/** A caller that is not logged in. */
const nobody = { username: undefined, write: [], events: { classes: [], filters: [] } };

function rightsOf({ read = [], eventFilters = [] }: ManagerUser): EventRights {
  return { classes: [...read], filters: [...eventFilters] };
}

/** Returns why the login is refused; the answer is the same for all reasons, only the log of the PBX has the reason. */
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
