import { createHash } from 'node:crypto';
import type { Kit } from '../../kit/kit.ts';
import { mediaType, readJson, type SimulatorRequest } from '../../kit/request.ts';
import { createSessionStore, type SessionStore } from '../../kit/session-store.ts';
import type { Acl, EngineRelease, LegacySwitches, User } from '../settings.ts';
import { consoleDown, type EngineAnswer, good, refused, refusedOld } from './answers.ts';
import type { Console } from './console.ts';

/** The client of a request: a user with token and key, or a domain token. */
export interface Caller {
  readonly id: string;
  /** Absent for root. */
  readonly domain?: string;
  readonly role: string;
  readonly acl: Acl;
  /** Expiry of the token in milliseconds since 1970. Absent for domain tokens. */
  readonly expires?: number;
}

/** The parts of the engine that logins and sessions use. */
export interface SessionParts {
  readonly kit: Kit;
  readonly switches: LegacySwitches;
  readonly console: Console;
  readonly release: EngineRelease;
  readonly domain: string;
}

interface OpenSession {
  readonly token: string;
  readonly user: User;
}

/** Logins, tokens and their keys. */
export interface Sessions {
  login(request: SimulatorRequest): Promise<EngineAnswer>;
  logout(request: SimulatorRequest): EngineAnswer;
  /** Returns the caller of the request, or the answer that refuses it. */
  recognise(request: SimulatorRequest): Caller | EngineAnswer;
  forgetAll(): void;
}

/** Makes the logins and sessions of a simulated engine. */
export function createSessions(parts: SessionParts): Sessions {
  const { kit, switches } = parts;
  const keys = createSessionStore<OpenSession>({
    clock: kit.clock,
    ledger: kit.ledger,
    life: 'absolute',
    lifeMs: Infinity,
    makeToken: () => [8, 4, 4, 4, 12].map((digits) => kit.random.hex(digits)).join('-'),
  });
  const expiries = new Map<string, number>();
  return {
    forgetAll: () => void keys.revokeAll(),
    recognise: (request) => recognise(parts, keys, { request, expiries }),
    async login(request) {
      const found = await verify(parts, request);
      if (!('username' in found)) {
        kit.ledger.countRefusedLogin(found.reason);
        return found.answer;
      }
      kit.ledger.countGoodLogin();
      return openSession(parts, { user: found, keys, expiries });
    },
    logout(request) {
      const { token, key } = credentials(request);
      if (token === undefined || key === undefined) return refusedOld(401, 'Invalid credentials');
      if (!keys.revoke(key, 'logout')) return refused(401, 'Invalid credentials.');
      return good('Successful logout.');
    },
  };

  function openSession(
    { domain }: SessionParts,
    { user, keys, expiries }: { user: User; keys: SessionStore<OpenSession>; expiries: Map<string, number> },
  ): EngineAnswer {
    const lifeMs = switches.expiresDays * 86_400_000;
    const expires = kit.clock.wallTime() + switches.clockAheadMs + lifeMs;
    const token = `eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9.${kit.random.hex(40)}.${kit.random.hex(20)}`;
    expiries.set(token, kit.clock.monotonicTime() + lifeMs);
    const { token: key } = keys.create({ token, user }, lifeMs);
    const roleNumber = ({ root: 2, admin: 1, user: 0 } as Readonly<Record<string, number>>)[user.role] ?? -1;
    return {
      status: 200,
      body: {
        key,
        ...domainOf(user, domain),
        username: user.username,
        expires,
        token,
        role: roleNumber,
        roleName: user.role,
        acl: switches.roles[user.role] ?? {},
        cdr: { host: 'http://cdr:10023', useProxy: false },
      },
    };
  }
}

type Refusal = { readonly reason: string; readonly answer: EngineAnswer };

/** Checks a login: the engine verifies root by its own settings and all other users through the console. */
async function verify({ switches, console }: SessionParts, request: SimulatorRequest): Promise<User | Refusal> {
  const isJson = mediaType(request) === 'application/json';
  if (isJson && request.body !== '' && readJson(request) === undefined)
    return { reason: 'malformed', answer: refused(400, 'Unexpected token in JSON') };
  const { username, password } = isJson ? readFields(request) : { username: '', password: '' };
  if (username === '') return { reason: 'no-user', answer: refusedOld(401, 'Invalid credentials') };
  const user = switches.users.find((candidate) => candidate.username === username);
  if (username === 'root') return verifyRoot(switches, user, { password, hasCode: request.query.has('code') });
  const hash = await storedHash(console, username, user);
  if (hash === undefined) return { reason: 'console-down', answer: refused(401, consoleDown) };
  if (typeof hash !== 'string') return { reason: hash.reason, answer: refused(401, hash.text) };
  if (user === undefined || hash !== accountHash(username, password))
    return { reason: 'wrong-password', answer: refused(401, 'secret incorrect') };
  return user;
}

function verifyRoot(
  { secondFactor }: LegacySwitches,
  root: User | undefined,
  given: { readonly password: string; readonly hasCode: boolean },
): User | Refusal {
  if (root === undefined || root.password !== given.password)
    return { reason: 'wrong-password', answer: refused(401, 'secret incorrect') };
  if (!secondFactor) return root;
  if (!given.hasCode) return { reason: 'no-code', answer: refused(301, 'Set security code') };
  return { reason: 'wrong-code', answer: refused(401, 'code incorrect') };
}

/**
 * Returns the stored hash of a user's password from the console; undefined if the console is not connected. The engine
 * parses the reply as JSON. It sends any other text, such as the reply to another command, to the client as the reason of
 * a 401.
 */
async function storedHash(
  console: Console,
  username: string,
  user: User | undefined,
): Promise<string | { readonly reason: string; readonly text: string } | undefined> {
  const correctReply =
    user === undefined
      ? `-ERR user [${username}] not found!\n`
      : JSON.stringify({ 'a1-hash': accountHash(username, user.password), account_role: user.role });
  const reply = await console.ask(correctReply);
  if (reply === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(reply);
    const hash: unknown = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'a1-hash') : undefined;
    return typeof hash === 'string' ? hash : '';
  } catch {
    const reason = reply === correctReply ? 'unknown-user' : 'other-reply';
    return { reason, text: reply === '' ? 'Unexpected end of JSON input' : reply };
  }
}

function accountHash(username: string, password: string): string {
  return createHash('md5')
    .update(`${username.replace('@', ':')}:${password}`)
    .digest('hex');
}

function readFields(request: SimulatorRequest): { readonly username: string; readonly password: string } {
  const body = readJson(request);
  const fields: Readonly<Record<string, unknown>> = typeof body === 'object' && body !== null ? { ...body } : {};
  const text = (name: string): string => {
    const value = fields[name];
    return typeof value === 'string' ? value : '';
  };
  return { username: text('username'), password: text('password') };
}

/** Returns the domain from the name of the user; root has none. */
function domainOf({ username, role }: User, usual: string): { readonly domain?: string } {
  return role === 'root' ? {} : { domain: username.split('@')[1] ?? usual };
}

interface Asked {
  readonly request: SimulatorRequest;
  readonly expiries: ReadonlyMap<string, number>;
}

function recognise(
  parts: SessionParts,
  keys: SessionStore<OpenSession>,
  { request, expiries }: Asked,
): Caller | EngineAnswer {
  const { switches, release, kit, domain } = parts;
  const { token, key } = credentials(request);
  const old = release === '3.2';
  if (!old && token === switches.domainToken.token) return domainCaller(switches, domain);
  const expiry = token === undefined ? undefined : expiries.get(token);
  if (expiry === undefined) return refused(401, old ? 'Invalid Token or Key' : 'Invalid token');
  if (expiry <= kit.clock.monotonicTime())
    return refused(release === '3.2' || release === '3.6' ? 400 : 401, 'Token Expired');
  if (key === undefined) return refused(401, 'Invalid Token or Key');
  const session = keys.find(key);
  if (session === undefined || session.data.token !== token) return refused(401, 'Invalid User');
  const { user } = session.data;
  if (user.role === '') return refused(401, 'Role name is required');
  return {
    id: user.username,
    ...domainOf(user, domain),
    role: user.role,
    acl: switches.roles[user.role] ?? {},
    expires: kit.clock.wallTime() + switches.clockAheadMs + (session.expiresAt - kit.clock.monotonicTime()),
  };
}

function domainCaller({ domainToken, roles }: LegacySwitches, domain: string): Caller | EngineAnswer {
  if (!domainToken.enabled) return refused(401, 'Not found token');
  return { id: `token@${domain}`, domain, role: domainToken.role, acl: roles[domainToken.role] ?? {} };
}

function credentials(request: SimulatorRequest): {
  readonly token: string | undefined;
  readonly key: string | undefined;
} {
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    token: header('x-access-token') ?? request.query.get('access_token') ?? undefined,
    key: header('x-key') ?? request.query.get('x_key') ?? undefined,
  };
}
