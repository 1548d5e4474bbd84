import type { SimulatorResponse } from '../kit/response.ts';

/** The page of the web client, which the web server sends for every path outside the API. */
export const webClientPage: SimulatorResponse = {
  status: 200,
  headers: { 'Content-Type': 'text/html' },
  body: '<!DOCTYPE html>\n<html><head><title>Webitel</title></head><body><div id="app"></div></body></html>\n',
};

/** The part of a path behind the prefix, e.g. `/login`; undefined where the path is outside the API. */
export function pathInside(path: string, prefix: string): string | undefined {
  if (prefix === '') return path;
  return path.startsWith(`/${prefix}/`) ? path.slice(prefix.length + 1) : undefined;
}
