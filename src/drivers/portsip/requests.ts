import type { AllowedRequest, ApiRequest } from '../../transport/request.ts';

/** The constant that PortSIP publishes in its API documentation ("Authentication", form field `client_id`). */
export const oauthClientId = '9d806019-75b2-4b3d-bb8b-f5a3a412cc0a';

/**
 * Every request that this family may send, with the names of PortSIP's API reference. The requests only read, except for
 * those that open, renew and end a session. Deliberately not included: `GET /users/{id}`, `/phones` and `/key`, whose
 * answers contain passwords and keys, and `/tenants/switch`, which changes the session on the server.
 */
export const requests = [
  { call: 'login', method: 'POST', serves: 'session', path: '/login' },
  { call: 'login_status', method: 'GET', serves: 'session', path: '/login' },
  { call: 'logout', method: 'POST', serves: 'session', path: '/logout' },
  { call: 'sign_in', method: 'POST', serves: 'session', path: '/auth/sign_in' },
  { call: 'refresh_token', method: 'POST', serves: 'session', path: '/auth/refresh_token' },
  { call: 'sign_out', method: 'POST', serves: 'session', path: '/auth/sign_out' },
  {
    call: 'oauth_token',
    method: 'POST',
    serves: 'session',
    path: '/login/oauth/token',
    fields: { grant_type: 'password' },
  },
  {
    call: 'oauth_refresh',
    method: 'POST',
    serves: 'session',
    path: '/login/oauth/token',
    fields: { grant_type: 'refresh_token' },
  },
  { call: 'oauth_revoke', method: 'POST', serves: 'session', path: '/login/oauth/revoke' },
  { call: 'tokens', method: 'POST', serves: 'session', path: '/tokens' },
  { call: 'users', method: 'GET', serves: 'peers', path: '/users' },
  { call: 'user_status', method: 'GET', serves: 'peers', path: '/users/{id}/status' },
  { call: 'user_statuses', method: 'POST', serves: 'auxiliary', path: '/users/status/get_many' },
  { call: 'trunks', method: 'GET', serves: 'trunks', path: '/providers' },
  { call: 'trunk', method: 'GET', serves: 'auxiliary', path: '/providers/{id}' },
  { call: 'trunk_status', method: 'GET', serves: 'trunks', path: '/providers/{id}/status' },
  { call: 'tenant_status', method: 'GET', serves: ['calls', 'system'], path: '/tenant/status' },
  { call: 'ip_filters', method: 'GET', serves: 'security', path: '/ip_filters' },
  { call: 'admin_status', method: 'GET', serves: ['calls', 'system'], path: '/admin/status' },
] as const satisfies readonly AllowedRequest[];

/** Name of a call of this family. */
export type PortsipCall = (typeof requests)[number]['call'];

/** Returns a request of the list; `id` replaces `{id}` in its path. */
export function apiRequest(call: PortsipCall, parts: Omit<ApiRequest, 'call' | 'path'> = {}, id = ''): ApiRequest {
  const path = requests.find((request) => request.call === call)?.path ?? '/';
  return { call, path: path.replace('{id}', () => encodeURIComponent(id)), ...parts };
}
