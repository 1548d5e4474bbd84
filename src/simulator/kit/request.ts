import type { IncomingHttpHeaders } from 'node:http';

/** A request as a family's handler sees it. Nothing in here throws, whatever the client sent. */
export interface SimulatorRequest {
  /** Upper-case verb. */
  readonly method: string;
  /** The request target as it came, with the query. */
  readonly rawTarget: string;
  /** The path as it came, still percent-encoded, without the query. */
  readonly rawPath: string;
  /** The path, percent-decoded; the raw one where the encoding is broken. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Header names are in lower case. */
  readonly headers: IncomingHttpHeaders;
  /** The body as text (UTF-8). */
  readonly body: string;
  /** IP address of the client. */
  readonly clientAddress: string;
  /** The family's name for what is asked; what the ledger counts by and faults can be aimed at. */
  readonly call: string;
}

/** The parts of a request from which the rest follows. */
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

/** Builds the request object; `nameCall` gives it its call name. */
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

/** The content type without its parameters, in lower case; empty when the client sent none. */
export function mediaType(request: SimulatorRequest): string {
  return (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** The body as JSON, whatever its content type; undefined when it is none. */
export function readJson(request: SimulatorRequest): unknown {
  try {
    return JSON.parse(request.body) as unknown;
  } catch {
    return undefined;
  }
}

/** The body as a JSON object; empty when it is anything else. */
export function readJsonObject(request: SimulatorRequest): Readonly<Record<string, unknown>> {
  const value = readJson(request);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The body as form fields, whatever its content type; empty when it holds none. */
export function readForm(request: SimulatorRequest): URLSearchParams {
  return new URLSearchParams(request.body);
}

/** The cookies sent, by name as sent; the last one of a name counts. Quotes around a value are removed. */
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

/** The token of an `Authorization: Bearer` header; undefined when there is none. */
export function bearerToken(request: SimulatorRequest): string | undefined {
  return /^bearer\s+(\S+)\s*$/iu.exec(request.headers.authorization ?? '')?.[1];
}
