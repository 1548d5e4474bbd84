import { jsonResponse } from '../kit/response.ts';
import type { SimulatorResponse } from '../kit/response.ts';

/** Makes an error in the form that all calls of PortSIP's API use. */
export function errorResponse(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): SimulatorResponse {
  return jsonResponse(status, { errors: [{ code, message, detail: null }] }, headers);
}

/** The web server's answer for unknown paths: plain text, without `errors`. */
export const noSuchPath: SimulatorResponse = {
  status: 404,
  headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  body: '404 page not found\n',
};

/** The answer for an unknown id. */
export const noSuchEntry: SimulatorResponse = errorResponse(404, 'NOT_FOUND', 'the resource does not exist');

/** Makes a JSON answer; with `bareIds`, ids are JSON numbers beyond the precision of `Number`. */
export function answer(
  value: unknown,
  { bareIds, status = 200 }: { bareIds: boolean; status?: number },
): SimulatorResponse {
  const response = jsonResponse(status, value);
  if (!bareIds || typeof response.body !== 'string') return response;
  return { ...response, body: response.body.replaceAll(/"(id|user_id)":"(\d+)"/gu, '"$1":$2') };
}
