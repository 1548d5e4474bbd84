import type { Kit } from '../../kit/kit.ts';
import type { SimulatorRequest } from '../../kit/request.ts';
import type { SimulatorResponse } from '../../kit/response.ts';
import type { EngineRelease, LegacySwitches } from '../settings.ts';
import {
  consoleAnswer,
  consoleError,
  type EngineAnswer,
  engineResponse,
  freeSwitchDown,
  good,
  refused,
} from './answers.ts';
import { createConsole } from './console.ts';
import { type Caller, createSessions, type Sessions, type SessionParts } from './sessions.ts';
import { engineStatus } from './status.ts';
import {
  accountsToObject,
  accountTable,
  agentTable,
  domainTable,
  gatewayTable,
  memberTable,
  queueTable,
  tableToArray,
} from './tables.ts';

/** A simulated legacy engine, without its HTTP server. */
export interface Engine {
  /** Answers a request; `path` excludes the prefix. */
  handle(request: SimulatorRequest, path: string): Promise<SimulatorResponse>;
  endSessions(): void;
  /** Simulates a lost reply to another client's command. */
  desynchroniseReplies(): void;
}

interface Route {
  readonly path: RegExp;
  readonly call: string;
  readonly answer: (asked: Asked) => Promise<EngineAnswer> | EngineAnswer;
  /** Class of objects that the caller must have the right to read. Absent if no right is needed. */
  readonly needs?: string;
}

interface Asked {
  readonly parts: SessionParts;
  readonly caller: Caller;
  readonly request: SimulatorRequest;
  /** Decoded name from the path; empty if the path has none. */
  readonly name: string;
}

/** Makes a simulated engine. */
export function createEngine(setup: {
  readonly kit: Kit;
  readonly switches: LegacySwitches;
  readonly release: EngineRelease;
  readonly domain: string;
}): Engine {
  const console = createConsole(setup.switches);
  const parts: SessionParts = { ...setup, console };
  const sessions = createSessions(parts);
  return {
    async handle(request, path) {
      const { hidePoweredBy, clockAheadMs } = setup.switches;
      const reply = await answer(parts, sessions, { request, path });
      return engineResponse(reply, { hidePoweredBy, time: setup.kit.clock.wallTime() + clockAheadMs });
    },
    endSessions() {
      sessions.forgetAll();
      console.reset();
    },
    desynchroniseReplies: () => console.desynchroniseReplies(),
  };
}

/** Returns the name of a request for the ledger. */
export function engineCall(request: SimulatorRequest, path: string): string {
  if (path === '/login' || path === '/logout') return path.slice(1);
  if (request.method !== 'GET') return 'change';
  return routes.find((route) => route.path.test(path))?.call ?? 'other path';
}

async function answer(
  parts: SessionParts,
  sessions: Sessions,
  { request, path }: { readonly request: SimulatorRequest; readonly path: string },
): Promise<EngineAnswer> {
  if (request.method === 'POST' && path === '/login') return sessions.login(request);
  if (request.method === 'POST' && path === '/logout') return sessions.logout(request);
  if (!path.startsWith('/api/v2/')) return refused(404, `${request.rawPath} not found.`);
  const caller = sessions.recognise(request);
  if ('status' in caller) return caller;
  const route = routes.find((candidate) => candidate.path.test(path));
  if (route === undefined || request.method !== 'GET') return refused(404, `${request.rawPath} not found.`);
  if (route.call === 'calls' && parts.release === '3.2') return refused(404, `${request.rawPath} not found.`);
  if (route.needs !== undefined && !mayRead(caller, route.needs)) return refused(403, 'Permission denied!');
  return route.answer({ parts, caller, request, name: decodeURIComponent(route.path.exec(path)?.[1] ?? '') });
}

/** Reports whether the caller may read a class. For accounts, the right to read the caller's own account (`ro`) is enough. */
function mayRead({ acl }: Caller, needs: string): boolean {
  const letters = acl[needs] ?? [];
  return letters.includes('r') || letters.includes('*') || (needs === 'account' && letters.includes('ro'));
}

const routes: readonly Route[] = [
  { path: /^\/api\/v2\/whoami$/, call: 'whoami', answer: whoami },
  { path: /^\/api\/v2\/accounts$/, call: 'accounts', answer: accounts, needs: 'account' },
  { path: /^\/api\/v2\/accounts\/([^/]+)$/, call: 'account', answer: account, needs: 'account' },
  { path: /^\/api\/v2\/domains$/, call: 'domains', answer: domains, needs: 'domain' },
  { path: /^\/api\/v2\/gateway$/, call: 'gateways', answer: gateways, needs: 'gateway' },
  { path: /^\/api\/v2\/gateway\/([^/]+)$/, call: 'gateway', answer: gateway, needs: 'gateway' },
  { path: /^\/api\/v2\/status$/, call: 'status', answer: status },
  { path: /^\/api\/v2\/license$/, call: 'licence', answer: licence, needs: 'license' },
  { path: /^\/api\/v2\/calls$/, call: 'calls', answer: calls },
  { path: /^\/api\/v2\/callcenter\/queues$/, call: 'queues', answer: queues, needs: 'cc/queue' },
  {
    path: /^\/api\/v2\/callcenter\/queues\/([^/]+)\/members$/,
    call: 'queue members',
    answer: (asked) => fromFreeSwitch(asked, memberTable),
    needs: 'cc/members',
  },
  {
    path: /^\/api\/v2\/callcenter\/queues\/([^/]+)\/tiers$/,
    call: 'queue tiers',
    answer: (asked) => fromFreeSwitch(asked, agentTable),
    needs: 'cc/tiers',
  },
];

function whoami({ caller }: Asked): EngineAnswer {
  const { acl, id, domain, role, expires } = caller;
  return {
    status: 200,
    body: { acl, id, domain, roleName: role, expires, cdr: { host: 'http://cdr:10023', useProxy: false } },
  };
}

/** Returns the domain of the caller or, for callers without one, the domain from the query. */
function domainOf({ caller, request }: Asked): string {
  return caller.domain ?? request.query.get('domain') ?? '';
}

async function accounts(asked: Asked): Promise<EngineAnswer> {
  const { parts, caller } = asked;
  const domain = domainOf(asked);
  if (domain === '') return refused(400, 'Domain is require.');
  const context = { world: parts.kit.world, domain: parts.domain };
  const reply = await parts.console.ask(accountTable(context, domain, askedColumns(asked)));
  const letters = caller.acl['account'] ?? [];
  const own = caller.id.split('@')[0];
  return consoleAnswer(reply, (text) => {
    const all = accountsToObject(text, domain);
    if (letters.includes('r') || letters.includes('*')) return all;
    return Object.fromEntries(Object.entries(all).filter(([id]) => id === own));
  });
}

/** Parses `columns={"state":1,"name":1}` (3.10.1 and newer), which selects columns and their order. */
function askedColumns({ parts, request }: Asked): readonly string[] | undefined {
  const text = request.query.get('columns');
  if (parts.release !== '3.11' || text === null) return undefined;
  const columns: unknown = JSON.parse(text);
  return typeof columns === 'object' && columns !== null ? Object.keys(columns) : undefined;
}

async function domains({ parts }: Asked): Promise<EngineAnswer> {
  const reply = await parts.console.ask(domainTable({ world: parts.kit.world, domain: parts.domain }));
  return consoleAnswer(reply, (text) => Object.fromEntries(tableToArray(text, '\t').map((row) => [row['id'], row])));
}

/** Answers with the settings of one account, including secrets; a monitoring client must not request this. */
function account({ parts, name }: Asked): EngineAnswer {
  const found = parts.kit.world.extensions.find(({ number }) => number === name);
  if (found === undefined) return refused(404, `-ERR user [${name}] not found`);
  return good({ id: name, 'a1-hash': 'made-up-hash', 'vm-password': 'made-up-secret' });
}

async function gateways(asked: Asked): Promise<EngineAnswer> {
  const { parts } = asked;
  const context = { world: parts.kit.world, domain: parts.domain };
  const reply = await parts.console.ask(gatewayTable(context, domainOf(asked), parts.switches.retryText));
  return consoleAnswer(reply, (text) => tableToArray(text, '\t'));
}

/** Answers with the settings of one gateway, including its password in clear text. */
function gateway({ parts, name }: Asked): EngineAnswer {
  const found = parts.kit.world.trunks.find((trunk) => trunk.name === name);
  if (found === undefined) return refused(404, `-ERR gateway [${name}] not found`);
  return good({ name, username: found.username, password: found.secret });
}

function status({ parts }: Asked): EngineAnswer {
  const { kit, switches, release, console } = parts;
  const sessions = kit.ledger.sessionsLive;
  const wallTime = kit.clock.wallTime();
  return {
    status: 200,
    body: engineStatus({ world: kit.world, switches, release, waiting: console.waiting, wallTime, sessions }),
  };
}

/** Answers with licences from the engine's database; the engine queries the console only with `sid=true`. */
function licence(): EngineAnswer {
  return good([{ customer: 'made-up customer', issued: '01-01-2026', expire: '31-12-2026' }]);
}

function calls({ parts }: Asked): EngineAnswer {
  if (parts.switches.freeSwitch === 'offline') return consoleError(freeSwitchDown);
  const rows = parts.kit.world.calls.map((call) => ({
    uuid: call.id,
    direction: 'inbound',
    created_epoch: String(Math.floor(call.startedAt / 1000)),
    cid_num: call.from,
    dest: call.to,
    callstate: call.state === 'talking' ? 'ACTIVE' : 'RINGING',
  }));
  return { status: 200, body: rows.length === 0 ? { row_count: 0 } : { row_count: rows.length, rows } };
}

async function queues(asked: Asked): Promise<EngineAnswer> {
  const { parts } = asked;
  if (domainOf(asked) === '') return refused(400, 'Domain is required.');
  const reply = await parts.console.ask(queueTable({ world: parts.kit.world, domain: parts.domain }));
  return consoleAnswer(reply, (text) => tableToArray(text, '\t'));
}

function fromFreeSwitch(asked: Asked, table: typeof memberTable): EngineAnswer {
  const { parts, name } = asked;
  if (domainOf(asked) === '') return refused(400, 'Bad request.');
  if (parts.switches.freeSwitch === 'offline') return consoleError(freeSwitchDown);
  const text = table({ world: parts.kit.world, domain: parts.domain }, name);
  return text.startsWith('-ERR') ? consoleError(text) : good(tableToArray(text, '|'));
}
