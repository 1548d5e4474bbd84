import type { Kit } from '../../kit/kit.ts';
import type { SimulatorRequest } from '../../kit/request.ts';
import type { Reaction, SimulatorResponse } from '../../kit/response.ts';
import type { AsteriskView } from '../asterisk-view.ts';
import { json, meta, type Result, v3Envelope } from '../envelope.ts';
import { loginPage, missingLogin } from '../web-pages.ts';
import type { RequestLimit } from '../request-limit.ts';
import type { Resource } from '../settings.ts';
import { PhpWarning } from '../trunk-views.ts';
import { v3Actions, type V3Action } from './actions.ts';
import type { StatusCaches } from '../status-caches.ts';
import type { V3Sessions } from './sessions.ts';

/** Time after which the front end gives up on an API process. */
const frontEndPatienceMs = 30_100;
const plain = { 'Content-Type': 'text/plain' } as const;
const prefix = '/pbxcore/api/v3/';

/** The parts of a PBX from 2025.1 on that its paths use. */
export interface V3Pbx {
  readonly kit: Kit;
  readonly core: AsteriskView;
  readonly sessions: V3Sessions;
  readonly limit: RequestLimit;
  readonly caches: StatusCaches;
}

/** Answers all paths of a MikoPBX from 2025.1 on. */
export function handleV3(pbx: V3Pbx, request: SimulatorRequest): Reaction {
  const { core, limit, kit } = pbx;
  const attack = attackRefusal(pbx, request);
  if (attack !== undefined) return attack;
  if (core.switches.requestLimit && !limit.admits(request.clientAddress))
    return { status: 429, headers: plain, body: 'Too many requests\n' };
  if (request.path === '/admin-cabinet/session/index') return loginPage(core.traits.version);
  if (request.path.startsWith('/admin-cabinet/session/'))
    return missingLogin(request.headers['x-requested-with'] === 'XMLHttpRequest');
  if (request.path === '/pbxcore/api/system/ping') return { status: 200, headers: plain, body: 'PONG' };
  if (!request.rawPath.startsWith(prefix)) return notFound(pbx, request);
  const name = request.path.slice(prefix.length);
  if (core.switches.queueFull) return queueFull(kit);
  return publicAnswer(pbx, request, name) ?? authorized(pbx, request, name);
}

/** Refuses requests with SQL-like text or `../` in the query, the user agent and, in later releases, the body. */
function attackRefusal({ core }: V3Pbx, request: SimulatorRequest): SimulatorResponse | undefined {
  const question = `${decode(request.rawTarget.slice(request.rawPath.length))} ${request.headers['user-agent'] ?? ''}`;
  const searched = core.switches.bodyFilter ? `${question} ${decode(request.body)}` : question;
  if (!/1=1|';|";|\.\.\/|' or /i.test(searched)) return undefined;
  return { status: 403, headers: plain, body: 'Security violation detected' };
}

function publicAnswer(
  { sessions, kit }: V3Pbx,
  request: SimulatorRequest,
  name: string,
): SimulatorResponse | undefined {
  if (name === 'system:ping') return v3Envelope(kit.clock, 'ping', { data: [] });
  const isAuth = name === 'auth:login' || name === 'auth:refresh';
  if (isAuth && request.method !== 'POST') return wrongVerb(kit, name.slice(5), request.method);
  if (name === 'auth:login') return sessions.login(request);
  return name === 'auth:refresh' ? sessions.refresh(request) : undefined;
}

function authorized(pbx: V3Pbx, request: SimulatorRequest, name: string): SimulatorResponse {
  const { sessions, core, kit } = pbx;
  const caller = sessions.recognise(request);
  if (caller === undefined) return sessions.refuse();
  if (name === 'auth:logout') return sessions.logout(request);
  const [resource = '', method = 'getList'] = name.split(':');
  if (caller.kind === 'key' && !caller.rights.some((right: Resource) => right === resource)) return sessions.refuse();
  if (core.switches.forbiddenCalls.includes(name)) return accessDenied(kit);
  const action = v3Actions.get(name);
  if (action === undefined) return wrongVerb(kit, method, request.method);
  return run(pbx, { action, request, method });
}

interface Work {
  readonly action: V3Action;
  readonly request: SimulatorRequest;
  readonly method: string;
}

function run({ core, kit, caches }: V3Pbx, { action, request, method }: Work): SimulatorResponse {
  try {
    const result = action({ core, kit, caches }, request);
    const tookMs = (result.tookMs ?? 0) + core.switches.workerDelayMs;
    if (tookMs < frontEndPatienceMs) return v3Envelope(kit.clock, method, { ...result, tookMs });
    const error = ['Request timeout or worker not responding'];
    const late: Result = { data: [], result: false, status: 400, messages: { error }, tookMs: frontEndPatienceMs };
    return v3Envelope(kit.clock, method, late);
  } catch (error) {
    if (!(error instanceof PhpWarning)) throw error;
    return v3Envelope(kit.clock, method, { data: [], result: false, status: 422, messages: [error.message] });
  }
}

function notFound({ sessions, kit, core }: V3Pbx, request: SimulatorRequest): SimulatorResponse {
  // With a double slash, a path does not match the list of public paths.
  if (request.rawPath.startsWith('//')) return sessions.refuse();
  if (!request.path.startsWith('/pbxcore/api/'))
    return { status: 404, headers: { 'Content-Type': 'text/html' }, body: loginPage(core.traits.version).body ?? '' };
  const messages = { error: [`Endpoint not found: ${request.path}`] };
  return json({ status: 404 }, { success: false, messages, data: null, meta: meta(kit.clock) });
}

function queueFull(kit: Kit): SimulatorResponse {
  const error = ['Service temporarily unavailable, please retry later'];
  return v3Envelope(kit.clock, '', { data: [], result: false, status: 503, messages: { error } });
}

function accessDenied(kit: Kit): SimulatorResponse {
  const error = ['Access denied. You do not have permission to access this resource.'];
  return v3Envelope(kit.clock, '', { data: [], result: false, status: 403, messages: { error } });
}

function wrongVerb(kit: Kit, method: string, verb: string): SimulatorResponse {
  const messages = { error: [`Method '${method}' is not allowed with HTTP ${verb}`] };
  return json({ status: 405 }, { result: false, messages, meta: meta(kit.clock) });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
