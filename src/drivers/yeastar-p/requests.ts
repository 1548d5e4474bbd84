import type { AllowedRequest, ApiRequest } from '../../transport/request.ts';

/** The API has one version so far ("Request Structure" in the P-Series developer guides). */
const prefix = '/openapi/v1.0/';

/** Methods and paths by call name. Deliberately absent, so never sent: `extension/getpassword` and everything that changes data. */
const calls = {
  get_token: ['POST', 'get_token', 'session'],
  refresh_token: ['POST', 'refresh_token', 'session'],
  del_token: ['GET', 'del_token', 'session'],
  system_information: ['GET', 'system/information', 'system'],
  system_capacity: ['GET', 'system/capacity', 'auxiliary'],
  extension_list: ['GET', 'extension/list', 'peers'],
  trunk_list: ['GET', 'trunk/list', 'trunks'],
  call_query: ['GET', 'call/query', 'calls'],
  queue_list: ['GET', 'queue/list', 'queues'],
  queue_call_status: ['GET', 'queue/call_status', 'queues'],
  queue_agent_status: ['GET', 'queue/agent_status', 'queues'],
} as const;

/** Name of a call of this family. */
export type PSeriesCall = keyof typeof calls;

/** Every request that the P-Series driver may send. */
export const requests: readonly AllowedRequest[] = Object.entries(calls).map(([call, [method, path, serves]]) => ({
  call,
  method,
  serves,
  path: `${prefix}${path}`,
}));

/** A request that reads data. */
export function readRequest(call: PSeriesCall, query: Readonly<Record<string, string>> = {}): ApiRequest {
  return { call, path: `${prefix}${calls[call][1]}`, query };
}

/** A request for a token. */
export function tokenRequest(call: 'get_token' | 'refresh_token', body: Readonly<Record<string, string>>): ApiRequest {
  return { call, path: `${prefix}${calls[call][1]}`, body: { kind: 'json', value: body } };
}
