import type { AllowedRequest, ApiRequest } from '../../transport/request.ts';

/** The API has one version so far ("Request Structure" in the P-Series developer guides). */
const prefix = '/openapi/v1.0/';

/** Methods and paths by call name. Not in here, and so never sent: `extension/getpassword` and everything that changes something. */
const calls = {
  get_token: ['POST', 'get_token'],
  refresh_token: ['POST', 'refresh_token'],
  del_token: ['GET', 'del_token'],
  system_information: ['GET', 'system/information'],
  extension_list: ['GET', 'extension/list'],
  trunk_list: ['GET', 'trunk/list'],
  call_query: ['GET', 'call/query'],
  queue_list: ['GET', 'queue/list'],
  queue_call_status: ['GET', 'queue/call_status'],
  queue_agent_status: ['GET', 'queue/agent_status'],
} as const;

/** Name of a call of this family. */
export type PSeriesCall = keyof typeof calls;

/** Every request that the P-Series driver may send. */
export const requests: readonly AllowedRequest[] = Object.entries(calls).map(([call, [method, path]]) => ({
  call,
  method,
  path: `${prefix}${path}`,
}));

/** A request that reads. */
export function readRequest(call: PSeriesCall, query: Readonly<Record<string, string>> = {}): ApiRequest {
  return { call, path: `${prefix}${calls[call][1]}`, query };
}

/** A request for a token. */
export function tokenRequest(call: 'get_token' | 'refresh_token', body: Readonly<Record<string, string>>): ApiRequest {
  return { call, path: `${prefix}${calls[call][1]}`, body: { kind: 'json', value: body } };
}
