import type { AllowedRequest } from '../../transport/request.ts';

/**
 * Every request that this family may send. Except for login and logout, the requests only read. `/login` and `/logout`
 * belong to both flavors, paths below `/api/v2/` to the legacy engine, all others to the modern API. Deliberately not
 * included: `/accounts/{id}` and `/gateway/{name}`, whose answers contain SIP passwords in clear text.
 */
export const requests = [
  { call: 'login', method: 'POST', serves: 'session', path: '/login' },
  { call: 'logout', method: 'POST', serves: 'session', path: '/logout' },
  { call: 'whoami', method: 'GET', serves: 'auxiliary', path: '/api/v2/whoami' },
  { call: 'accounts', method: 'GET', serves: 'peers', path: '/api/v2/accounts' },
  { call: 'domains', method: 'GET', serves: ['peers', 'trunks'], path: '/api/v2/domains' },
  { call: 'gateways', method: 'GET', serves: 'trunks', path: '/api/v2/gateway' },
  { call: 'status', method: 'GET', serves: 'system', path: '/api/v2/status' },
  { call: 'calls', method: 'GET', serves: 'calls', path: '/api/v2/calls' },
  { call: 'queues', method: 'GET', serves: 'queues', path: '/api/v2/callcenter/queues' },
  { call: 'queue_members', method: 'GET', serves: 'queues', path: '/api/v2/callcenter/queues/{queue}/members' },
  { call: 'queue_agents', method: 'GET', serves: 'queues', path: '/api/v2/callcenter/queues/{queue}/tiers' },
  { call: 'license', method: 'GET', serves: 'auxiliary', path: '/api/v2/license' },
  { call: 'user_info', method: 'GET', serves: 'auxiliary', path: '/userinfo' },
  { call: 'devices', method: 'GET', serves: 'peers', path: '/devices' },
  { call: 'sip_gateways', method: 'GET', serves: 'trunks', path: '/sip/gateways' },
  { call: 'active_calls', method: 'GET', serves: 'calls', path: '/calls/active' },
  { call: 'licenses', method: 'GET', serves: 'auxiliary', path: '/license' },
  { call: 'call_center_queues', method: 'GET', serves: 'queues', path: '/call_center/queues' },
] as const satisfies readonly AllowedRequest[];
