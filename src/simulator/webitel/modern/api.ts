import type { Kit } from '../../kit/kit.ts';
import type { SimulatorRequest } from '../../kit/request.ts';
import { jsonResponse, type SimulatorResponse } from '../../kit/response.ts';
import type { ModernSwitches, ObjectClass } from '../settings.ts';
import { errorResponse, protoJson } from './answers.ts';
import { createSessions, type Sessions, unauthenticated } from './sessions.ts';
import { lists, pageOf } from './lists.ts';

/** A simulated modern API, without its HTTP server. */
export interface Api {
  /** Answers a request; `path` excludes the prefix. */
  handle(request: SimulatorRequest, path: string): SimulatorResponse;
  endSessions(): void;
}

interface ApiParts {
  readonly kit: Kit;
  readonly switches: ModernSwitches;
  readonly domain: string;
}

/** Makes a simulated modern API. */
export function createApi(parts: ApiParts): Api {
  const sessions = createSessions(parts.kit, parts.switches, parts.domain);
  return {
    handle: (request, path) => answer(parts, sessions, { request, path }),
    endSessions: () => sessions.forgetAll(),
  };
}

/** Returns the name of a request for the ledger. */
export function apiCall(request: SimulatorRequest, path: string): string {
  if (path === '/login' || path === '/logout') return request.method === 'POST' ? path.slice(1) : 'login options';
  if (request.method !== 'GET') return 'change';
  if (path === '/userinfo') return 'userinfo';
  if (path === '/license') return 'licences';
  return lists.find((list) => list.path === path)?.call ?? 'other path';
}

function answer(
  parts: ApiParts,
  sessions: Sessions,
  { request, path }: { readonly request: SimulatorRequest; readonly path: string },
): SimulatorResponse {
  const { switches, kit } = parts;
  if (path === '/login') return request.method === 'POST' ? sessions.login(request) : loginOptions();
  if (path === '/login/2fa') return errorResponse(switches, 401, 'app.auth.totp.invalid');
  if (!sessions.admits(request)) return unauthenticated(switches);
  if (path === '/logout' && request.method === 'POST') return sessions.logout(request);
  if (path === '/userinfo') return answerUserInfo(parts);
  if (path === '/license' && request.method === 'GET') return answerLicences(parts);
  const list = lists.find((candidate) => candidate.path === path);
  if (list === undefined || request.method !== 'GET') return errorResponse(switches, 404, 'app.path.not_found');
  if (switches.denied.has(list.objectClass)) return errorResponse(switches, 403, 'app.context.access.denied');
  if (switches.refusedLists.has(list.objectClass)) return unauthenticated(switches);
  const visible = switches.readsAll ? undefined : switches.visibleRows.get(list.objectClass);
  const rows = list.rows(kit.world).slice(0, visible);
  return jsonResponse(200, protoJson(pageOf(list, rows, request), switches.nulls));
}

/** Answers with the login methods; despite status 300, this is neither an error nor a redirect. */
function loginOptions(): SimulatorResponse {
  return jsonResponse(300, { federation: {}, providers: [] });
}

function answerUserInfo(parts: ApiParts): SimulatorResponse {
  const { switches } = parts;
  if (switches.userInfo === 'missing') return errorResponse(switches, 404, 'app.path.not_found');
  if (switches.userInfo === 'broken') return errorResponse(switches, 500, 'app.process.error');
  return jsonResponse(200, protoJson(userInfo(parts)));
}

function answerLicences({ switches }: ApiParts): SimulatorResponse {
  const { licenceAccess, licences } = switches;
  if (licenceAccess === 'forbidden') return errorResponse(switches, 403, 'app.context.access.denied');
  if (licenceAccess === 'missing') return errorResponse(switches, 404, 'app.path.not_found');
  if (licenceAccess === 'unauthenticated') return unauthenticated(switches);
  const items = licences.map(({ notAfter, ...rest }) => ({ ...rest, not_after: notAfter }));
  return jsonResponse(200, protoJson({ items }, switches.nulls));
}

const classes: readonly ObjectClass[] = ['devices', 'gateways', 'calls', 'cc_queue'];

function userInfo({ switches, domain }: ApiParts): unknown {
  return {
    dc: '1',
    domain,
    sub: '42',
    name: 'Monitor',
    preferred_username: 'monitor',
    scope: classes
      .filter((name) => !switches.denied.has(name))
      .map((name) => ({ class: name, access: 'r', obac: true, rbac: switches.visibleRows.has(name) })),
    permissions: switches.readsAll ? [{ id: 'read', name: 'Select' }] : [],
  };
}
