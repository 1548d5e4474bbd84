import { readJsonObject, type SimulatorRequest } from '../kit/request.ts';
import { jsonResponse, type SimulatorResponse } from '../kit/response.ts';
import type { Session } from '../kit/session-store.ts';
import type { Extension, Trunk } from '../kit/world.ts';
import { answer, errorResponse, noSuchEntry, noSuchPath } from './answers.ts';
import { type Directory, tenants } from './directory.ts';
import type { SessionData } from './gate.ts';
import { administratorItem, listResponse, providerItem, systemTotals, tenantTotals, userItem } from './lists.ts';
import { getLogin, type LoginParts, oauthToken, postLogin, refreshToken, signIn, tokens } from './login.ts';
import { tenantDomain, type PortsipRight } from './settings.ts';
import { trunkStatus, userStatus } from './states.ts';

/** The parts of the server that routes use. */
export interface RouteParts extends LoginParts {
  readonly directory: Directory;
}

/** A request of a logged-in client. */
export interface AuthenticatedRequest {
  readonly request: SimulatorRequest;
  readonly session: Session<SessionData>;
  /** Domain of the tenant selected in the session; empty if none is. */
  readonly tenant: string;
  /** The path segment in place of `{id}`. */
  readonly id: string;
}

/** One path of the API. */
export interface Route {
  /** Method and path, e.g. `GET /users/{id}/status`; also the name in the ledger. */
  readonly name: string;
  readonly right?: PortsipRight;
  /** Answers without a session. */
  readonly open?: (parts: RouteParts, request: SimulatorRequest) => SimulatorResponse;
  /** Whether only the system administrator may use the path. */
  readonly system?: boolean;
  /** Answers requests with a session. */
  readonly answer?: (parts: RouteParts, request: AuthenticatedRequest) => SimulatorResponse;
}

/** All paths of the server. */
export const routes: readonly Route[] = [
  { name: 'POST /login', open: postLogin },
  { name: 'GET /login', open: getLogin },
  { name: 'POST /auth/sign_in', open: signIn },
  { name: 'POST /auth/refresh_token', open: refreshToken },
  { name: 'POST /login/oauth/token', open: oauthToken },
  { name: 'POST /tokens', open: tokens },
  { name: 'GET /info', open: () => jsonResponse(200, { web_domain: 'pbx.example.net', private_ipv4: '192.0.2.10' }) },
  { name: 'POST /logout', answer: logout(204) },
  { name: 'POST /login/oauth/revoke', answer: logout(200) },
  { name: 'POST /auth/sign_out', answer: logout(200) },
  { name: 'GET /users', right: 'users', answer: listUsers },
  { name: 'POST /users/status/get_many', right: 'users', answer: manyStatuses },
  { name: 'GET /users/{id}/status', right: 'users', answer: oneStatus },
  { name: 'GET /users/{id}', right: 'users', answer: userDetails },
  { name: 'GET /providers', right: 'trunks', answer: listProviders },
  { name: 'GET /providers/{id}/status', right: 'trunks', answer: providerStatus },
  { name: 'GET /providers/{id}', right: 'trunks', answer: providerDetails },
  { name: 'GET /tenant/status', right: 'company', answer: tenantStatus },
  { name: 'GET /sessions', right: 'call_sessions', answer: callSessions },
  { name: 'GET /admin/status', system: true, answer: adminStatus },
  { name: 'GET /ip_filters', system: true, answer: listAddressFilters },
  { name: 'GET /tenants', system: true, answer: listTenants },
  { name: 'POST /tenants/switch', system: true, answer: switchTenant },
];

function logout(status: number): (parts: RouteParts, request: AuthenticatedRequest) => SimulatorResponse {
  return ({ gate }, { session }) => {
    gate.end(session.token, 'logout');
    return { status };
  };
}

function listUsers({ directory, switches }: RouteParts, { request, tenant }: AuthenticatedRequest): SimulatorResponse {
  const items = directory.extensions(tenant).map((extension) => userItem(extension, directory));
  const showsAdministrator = switches.administrator && tenant === tenantDomain;
  return listResponse(request, showsAdministrator ? [administratorItem, ...items] : items, switches);
}

function oneStatus(parts: RouteParts, { tenant, id }: AuthenticatedRequest): SimulatorResponse {
  const extension = findExtension(parts, tenant, id);
  return extension === undefined ? noSuchEntry : answer(statusBody(parts, extension), parts.switches);
}

/** Answers `POST /users/status/get_many`. The vendor does not document request or answer; these are three likely forms. */
function manyStatuses(parts: RouteParts, { request, tenant }: AuthenticatedRequest): SimulatorResponse {
  const { switches } = parts;
  if (switches.bulk === 'absent') return noSuchPath;
  const { ids } = readJsonObject(request);
  if (!Array.isArray(ids) || ids.length > 100)
    return errorResponse(400, 'VALIDATE_FAILED', 'ids must be a list of at most 100 ids');
  const found = ids.flatMap((id: unknown) => {
    const extension = findExtension(parts, tenant, String(id));
    return extension === undefined ? [] : [{ id: String(id), body: statusBody(parts, extension) }];
  });
  if (switches.bulk === 'map') return answer(Object.fromEntries(found.map(({ id, body }) => [id, body])), switches);
  const items = found.map(({ id, body }) => ({ id, ...Object(body) }));
  return answer(switches.bulk === 'list' ? items : { count: items.length, items }, switches);
}

/** Answers with the details of a user. Since v22.3 they can include passwords, so a monitoring client must not request them. */
function userDetails(parts: RouteParts, { tenant, id }: AuthenticatedRequest): SimulatorResponse {
  const extension = findExtension(parts, tenant, id);
  if (extension === undefined) return noSuchEntry;
  const secrets = { password: 'made-up-password', extension_password: 'made-up-sip-password' };
  return answer({ ...userItem(extension, parts.directory), ...secrets }, parts.switches);
}

function listProviders(
  { directory, switches }: RouteParts,
  { request, tenant }: AuthenticatedRequest,
): SimulatorResponse {
  const items = directory.trunks(tenant).map((trunk) => providerItem(trunk, directory));
  return listResponse(request, items, switches);
}

function providerDetails(parts: RouteParts, { tenant, id }: AuthenticatedRequest): SimulatorResponse {
  const { directory, switches } = parts;
  const trunk = findTrunk(parts, tenant, id);
  if (trunk === undefined) return noSuchEntry;
  const { authMode, registration, keepAlive } = directory.trunkType(trunk);
  const details = {
    auth_mode: authMode,
    transport: 'UDP',
    registration,
    register_interval: 600,
    keep_alive: keepAlive,
    keep_alive_interval: 360,
    outbound_server: null,
    concurrency: 30,
    authentication_name: trunk.username,
    password: trunk.secret,
  };
  return answer({ ...providerItem(trunk, directory), ...details }, switches);
}

function providerStatus(parts: RouteParts, { tenant, id }: AuthenticatedRequest): SimulatorResponse {
  const { directory, switches } = parts;
  const trunk = findTrunk(parts, tenant, id);
  if (trunk === undefined) return noSuchEntry;
  const usual = trunkStatus(trunk, directory.trunkType(trunk), switches.release);
  const { trunkAnswers } = switches;
  return answer(trunkAnswers.has(trunk.name) ? trunkAnswers.get(trunk.name) : usual, switches);
}

function tenantStatus({ kit, directory, switches }: RouteParts, { tenant }: AuthenticatedRequest): SimulatorResponse {
  return answer(tenantTotals(kit, directory, tenant, switches.release), switches);
}

function adminStatus({ kit, directory, switches }: RouteParts): SimulatorResponse {
  return answer(systemTotals(kit, directory, switches.release), switches);
}

/** Answers `GET /sessions`, whose documented success status is 201. */
function callSessions({ kit, switches }: RouteParts): SimulatorResponse {
  const items = kit.world.calls.map(({ id, from, to }) => ({ id, calls: [{ caller: from, callee: to, trunk: null }] }));
  return answer({ count: items.length, items }, { ...switches, status: 201 });
}

/** Answers `GET /ip_filters`; `target` is ACCEPT or DENY, permanent entries have no expiry (REST API v22.1, "Ip filters"). */
function listAddressFilters({ switches }: RouteParts, { request }: AuthenticatedRequest): SimulatorResponse {
  const items = switches.addressFilters.map(({ cidr, target, expireAt }, index) => ({
    id: String(700551909773148160n + BigInt(index)),
    cidr,
    target,
    expire_at: expireAt ?? null,
    description: '',
  }));
  return listResponse(request, items, switches);
}

function listTenants({ switches }: RouteParts, { request }: AuthenticatedRequest): SimulatorResponse {
  const items = [...tenants].map(([id, domain]) => ({ id, domain, enabled: true }));
  return listResponse(request, items, switches);
}

/** Selects the tenant for all requests with the token of this session; v16 issued a new token instead. */
function switchTenant({ switches }: RouteParts, { request, session }: AuthenticatedRequest): SimulatorResponse {
  const domain = tenants.get(request.query.get('id') ?? '');
  if (domain === undefined) return noSuchEntry;
  session.data.tenant = domain;
  return answer({}, switches);
}

function statusBody({ switches }: RouteParts, extension: Extension): unknown {
  const { userAnswers } = switches;
  return userAnswers.has(extension.number) ? userAnswers.get(extension.number) : userStatus(extension, switches);
}

function findExtension({ directory, switches }: RouteParts, tenant: string, id: string): Extension | undefined {
  const found = directory.extensions(tenant).find((extension) => directory.userId(extension) === id);
  return found === undefined || switches.deleted.has(found.number) ? undefined : found;
}

function findTrunk({ directory }: RouteParts, tenant: string, id: string): Trunk | undefined {
  return directory.trunks(tenant).find((trunk) => directory.trunkId(trunk) === id);
}
