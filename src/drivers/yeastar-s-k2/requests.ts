import type { AllowedRequest, ApiRequest } from '../../transport/request.ts';

/** Versions of the API that differ only in their path segment form one generation. */
export type Generation = 'v1' | 'v2';

/**
 * Paths after `/api/VERSION/`, by call name. Except for those that concern the token, they only read. Not included, so
 * never sent: `extension/query`, `siptrunk/query`, `trunk/query_siptrunk` and `queue/query`, whose answers contain
 * passwords.
 */
const paths = {
  login: ['login', 'session'],
  heartbeat: ['heartbeat', 'session'],
  token_refresh: ['token/refresh', 'session'],
  logout: ['logout', 'session'],
  deviceinfo_query: ['deviceinfo/query', 'system'],
  // v1.0.x and v1.1.0
  extensionlist_query: ['extensionlist/query', 'peers'],
  trunklist_query: ['trunklist/query', 'trunks'],
  inbound_query: ['inbound/query', 'calls'],
  outbound_query: ['outbound/query', 'calls'],
  queuestatus_query: ['queuestatus/query', 'queues'],
  // v2.0.0
  extension_list: ['extension/list', 'peers'],
  trunk_list: ['trunk/list', 'trunks'],
  call_query: ['call/query', 'calls'],
  queue_query_status: ['queue/query_status', 'queues'],
} as const;

/** Name of a call of these families. */
export type YeastarCall = keyof typeof paths;

/** Every request that the S-Series and K2 drivers may send. The guides permit POST only. */
export const requests: readonly AllowedRequest[] = Object.entries(paths).map(([call, [path, serves]]) => ({
  call,
  method: 'POST',
  serves,
  path: `/api/{version}/${path}`,
}));

/** A request in one version of the API, e.g. `v1.1.0`. Calls without parameters have an empty object as body. */
export function apiRequest(
  version: string,
  call: YeastarCall,
  body: Readonly<Record<string, string>> = {},
): ApiRequest {
  return { call, path: `/api/${version}/${paths[call][0]}`, body: { kind: 'json', value: body } };
}

/** The generation of a version: v2.0.0 renamed calls and keys. */
export function generationOf(version: string): Generation {
  return version.startsWith('v2') ? 'v2' : 'v1';
}
