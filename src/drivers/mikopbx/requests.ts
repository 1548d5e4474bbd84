import type { AllowedRequest, ApiRequest } from '../../transport/request.ts';

const v3 = '/pbxcore/api/v3';
const legacy = '/pbxcore/api';

/**
 * Everything this driver may send, by call name. Except for login, renewal and logout, the requests only read.
 * The list is closed for a reason: up to 2024, a plain GET of `system/reboot`, `system/shutdown` or
 * `system/restoreDefault` reboots, shuts down or resets the PBX.
 */
const calls = {
  ping: ['GET', `${v3}/system:ping`, 'session'],
  login_page: ['GET', '/admin-cabinet/session/index', 'session'],
  login: ['POST', '/admin-cabinet/session/start', 'session'],
  session_alive: ['GET', '/admin-cabinet/call-detail-records/index', 'session'],
  login_attempts: ['GET', '/admin-cabinet/session/index', 'session'],
  logout: ['GET', '/admin-cabinet/session/end', 'session'],
  peers_statuses: ['GET', `${legacy}/sip/getPeersStatuses`, 'peers'],
  sip_peer: ['POST', `${legacy}/sip/getSipPeer`, 'auxiliary'],
  sip_registry: ['GET', `${legacy}/sip/getRegistry`, 'trunks'],
  iax_registry: ['GET', `${legacy}/iax/getRegistry`, 'trunks'],
  active_channels: ['GET', `${legacy}/cdr/getActiveChannels`, 'calls'],
  extension_names: ['GET', `${legacy}/extensions/getForSelect`, 'auxiliary'],
  provider_names: ['GET', '/admin-cabinet/providers/index', 'auxiliary'],
  v3_login: ['POST', `${v3}/auth:login`, 'session'],
  v3_refresh: ['POST', `${v3}/auth:refresh`, 'session'],
  v3_logout: ['POST', `${v3}/auth:logout`, 'session'],
  v3_peers_statuses: ['GET', `${v3}/sip:getPeersStatuses`, 'peers'],
  v3_sip_statuses: ['GET', `${v3}/sip:getStatuses`, 'peers'],
  v3_providers: ['GET', `${v3}/providers:getStatuses`, 'trunks'],
  v3_sip_providers: ['GET', `${v3}/sip-providers:getStatuses`, 'trunks'],
  v3_sip_registry: ['GET', `${v3}/sip:getRegistry`, 'trunks'],
  v3_iax_registry: ['GET', `${v3}/iax:getRegistry`, 'trunks'],
  v3_active_channels: ['GET', `${v3}/pbx-status:getActiveChannels`, 'calls'],
  v3_storage: ['GET', `${v3}/storage:usage`, 'storage'],
  v3_banned_addresses: ['GET', `${v3}/firewall:getBannedIps`, 'security'],
  v3_employees: ['GET', `${v3}/employees`, 'auxiliary'],
} as const;

/** Name of a call of this family. */
export type MikoCall = keyof typeof calls;

/** Every request that this family may send. */
export const requests: readonly AllowedRequest[] = Object.entries(calls).map(([call, [method, path, serves]]) => ({
  call,
  method,
  serves,
  path,
}));

/** Returns a request for a call, with the given details besides its path. */
export function requestFor(call: MikoCall, details: Omit<ApiRequest, 'call' | 'path'> = {}): ApiRequest {
  return { call, path: calls[call][1], ...details };
}

/** Reports whether a request reads only names, or details of single rows. */
export function isAuxiliary({ call }: ApiRequest): boolean {
  return requests.some((allowed) => allowed.call === call && allowed.serves === 'auxiliary');
}
