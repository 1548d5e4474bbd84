import { jsonResponse } from '../kit/response.ts';
import type { SimulatorResponse } from '../kit/response.ts';

/** The reply to a call: the fields of a success, or an error code. */
export type Reply =
  | { readonly fields: Readonly<Record<string, unknown>> }
  | { readonly errcode: number; readonly fields?: Readonly<Record<string, unknown>> };

const messages: Readonly<Record<number, string>> = {
  [-2]: 'INTERNAL SERVER ERROR',
  [-1]: 'FAILURE',
  0: 'SUCCESS',
  1: 'PARTIAL SUCCESS',
  2: 'PROCESSING',
  10001: 'INTERFACE NOT EXISTED',
  10002: 'API VERSION OUT OF MAINTENANCE',
  10003: 'API VERSION UNSUPPORTED',
  10004: 'TOKEN EXPIRED',
  10005: 'ACCESS DENIED',
  10009: 'OPERATION FAILED',
  40001: 'PARAMETER SYNTAX ERROR',
  40002: 'PARAMETER ERROR',
  60001: 'DATA NOT FOUND',
  60002: 'MAX LIMITATION EXCEEDED',
  70004: 'ACCOUNT IP BLOCKED',
  70082: 'OVERLOAD_TASK_RUNNING',
  70084: 'ACTION FORBIDDEN',
  70087: 'IP FORBIDDEN',
};

/** Makes the HTTP answer of a reply: status 200 for success and failure alike; the connection is closed. */
export function replyResponse(reply: Reply): SimulatorResponse {
  const errcode = 'errcode' in reply ? reply.errcode : 0;
  const body = { errcode, errmsg: messages[errcode] ?? 'FAILURE', ...reply.fields };
  return { ...jsonResponse(200, body), close: true };
}
