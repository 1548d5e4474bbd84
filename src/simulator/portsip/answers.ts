import { jsonResponse } from '../kit/response.ts';
import type { SimulatorResponse } from '../kit/response.ts';

/** An error in the shape that all of PortSIP's API uses. */
export function errorResponse(
  status: number,
  code: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): SimulatorResponse {
  return jsonResponse(status, { errors: [{ code, message, detail: null }] }, headers);
}

/** What the web server says for a path that the API does not have: plain text, no `errors`. */
export const noSuchPath: SimulatorResponse = {
  status: 404,
  headers: { 'Content-Type': 'text/plain; charset=utf-8' },
  body: '404 page not found\n',
};

/** Nothing of that id. */
export const noSuchEntry: SimulatorResponse = errorResponse(404, 'NOT_FOUND', 'the resource does not exist');

/** A JSON answer; with `bareIds` the ids in it are numbers, which no `Number` can hold. */
export function answer(
  value: unknown,
  { bareIds, status = 200 }: { bareIds: boolean; status?: number },
): SimulatorResponse {
  const response = jsonResponse(status, value);
  if (!bareIds || typeof response.body !== 'string') return response;
  return { ...response, body: response.body.replaceAll(/"(id|user_id)":"(\d+)"/gu, '"$1":$2') };
}
