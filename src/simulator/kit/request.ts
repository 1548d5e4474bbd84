import type { IncomingHttpHeaders } from 'node:http';

/** A request as passed to a family's handler. */
export interface SimulatorRequest {
  /** HTTP method in upper case. */
  readonly method: string;
  /** The request target as received, with the query. */
  readonly rawTarget: string;
  /** The path as received, still percent-encoded, without the query. */
  readonly rawPath: string;
  /** The percent-decoded path; the raw path if the encoding is invalid. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Header names are in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** The body as text (UTF-8). */
  readonly body: string;
  /** IP address of the client. */
  readonly clientAddress: string;
  /** The vendor's name of the call, used by the ledger and by the scopes of faults. */
  readonly call: string;
}

/** The parts of a request from which the other fields are derived. */
export interface RequestParts {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly clientAddress: string;
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Builds the request object; `nameCall` determines its `call`. */
export function describeRequest(
  parts: RequestParts,
  nameCall: (request: SimulatorRequest) => string,
): SimulatorRequest {
  const questionMark = parts.target.indexOf('?');
  const rawPath = questionMark < 0 ? parts.target : parts.target.slice(0, questionMark);
  const unnamed: SimulatorRequest = {
    method: parts.method,
    rawTarget: parts.target,
    rawPath,
    path: decodePath(rawPath),
    query: new URLSearchParams(questionMark < 0 ? '' : parts.target.slice(questionMark + 1)),
    headers: parts.headers,
    body: parts.body,
    clientAddress: parts.clientAddress,
    call: '',
  };
  return { ...unnamed, call: nameCall(unnamed) };
}

/** Returns the content type without its parameters, in lower case; empty if the client sent none. */
export function mediaType(request: SimulatorRequest): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** Parses the body as JSON, regardless of its content type; undefined if it is not JSON. */
export function readJson(request: SimulatorRequest): unknown {
  try {
    return JSON.parse(request.body) as unknown;
  } catch {
    return undefined;
  }
}

/** Parses the body as a JSON object; empty if it is anything else. */
export function readJsonObject(request: SimulatorRequest): Readonly<Record<string, unknown>> {
  const value = readJson(request);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** Parses the body as form fields, regardless of its content type; empty if it has none. */
export function readForm(request: SimulatorRequest): URLSearchParams {
  return new URLSearchParams(request.body);
}

/** Returns the cookies by name; of several with one name the last one counts. Quotes around a value are removed. */
export function readCookies(request: SimulatorRequest): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const part of (request.headers.cookie ?? '').split(';').map((text) => text.trim())) {
    const equals = part.indexOf('=');
    if (equals < 1) continue;
    const value = part.slice(equals + 1).trim();
    cookies.set(part.slice(0, equals).trim(), value.replace(/^"(.*)"$/u, '$1'));
  }
  return cookies;
}

/** Returns the token of an `Authorization: Bearer` header; undefined if there is none. */
export function bearerToken(request: SimulatorRequest): string | undefined {
  return /^bearer\s+(\S+)\s*$/iu.exec(request.headers.authorization ?? '')?.[1];
}
