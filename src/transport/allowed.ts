import { Failure } from './failure.ts';
import type { AllowedRequest, ApiRequest } from './request.ts';

/** The allowed requests of a family in compiled form, by call name. */
export type AllowedRequests = ReadonlyMap<string, AllowedEntry>;

interface AllowedEntry {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly fields: Readonly<Record<string, string>>;
  /** Undefined if any query parameters are allowed. */
  readonly exactQuery: RegExp | undefined;
}

type RequestList = readonly Omit<AllowedRequest, 'serves'>[];

/** All targets of a family share one list object, so each list is compiled once. */
const compiled = new WeakMap<RequestList, AllowedRequests>();

/**
 * Compiles a family's list of requests; the result is cached. `{word}` in a path matches characters that cannot leave
 * their segment.
 */
export function compileAllowed(list: RequestList): AllowedRequests {
  const known = compiled.get(list);
  if (known !== undefined) return known;
  const allowed = new Map(
    list.map(({ call, method, path, fields = {}, exactQuery }) => [
      call,
      {
        method,
        path: pathPattern(path),
        fields,
        exactQuery: exactQuery === undefined ? undefined : pattern(exactQuery, exactQueryHole),
      },
    ]),
  );
  compiled.set(list, allowed);
  return allowed;
}

/**
 * Returns the method of a request that is in the list. Throws a `Failure` (`config`) for any other request, because some
 * PBXs have paths that reboot them.
 */
export function allowedMethod(allowed: AllowedRequests, request: ApiRequest): 'GET' | 'POST' {
  const entry = allowed.get(request.call);
  if (
    entry?.path.test(request.path) === true &&
    staysPut(request.path) &&
    hasFields(request, entry.fields) &&
    hasQuery(request, entry.exactQuery)
  )
    return entry.method;
  throw new Failure('config', `the request "${request.call}" is not in the list of requests that this family may send`);
}

/** Whether URL parsing leaves the path unchanged: `..`, `%2e%2e` or a backslash in a value would change it. */
function staysPut(path: string): boolean {
  return URL.parse(path, 'http://pbx.invalid')?.pathname === path;
}

/**
 * Whether each field occurs exactly once, with the required value. Names are compared without case and include the query,
 * because some PBXs also accept `ACTION`, or an action in the query.
 */
function hasFields({ body, query = {} }: ApiRequest, fields: Readonly<Record<string, string>>): boolean {
  const sent = body?.kind === 'form' ? body.fields : {};
  const names = [...Object.keys(sent), ...Object.keys(query)].map((name) => name.toLowerCase());
  return Object.entries(fields).every(
    ([name, value]) => sent[name] === value && names.filter((one) => one === name.toLowerCase()).length === 1,
  );
}

/** Whether the query matches the list. If the list has an exact query, no other parameters are allowed. */
function hasQuery({ exactQuery, query = {} }: ApiRequest, wanted: RegExp | undefined): boolean {
  if (wanted === undefined) return exactQuery === undefined;
  return wanted.test(exactQuery ?? '') && Object.keys(query).length === 0;
}

/**
 * One name within an exact query: a plain word, or percent-encoded text in quotes. The text contains no quotes,
 * backslashes or control characters, so it cannot end the quotes or the line.
 */
const exactQueryHole = String.raw`(?:[\w.-]+|%27(?:[\w.~-]|%(?!22|27|5C|7F)[2-9A-F][\dA-F])+%27)`;

/** Encodes a name for {@link AllowedRequest.exactQuery}. Undefined if the name cannot be sent. */
export function exactQueryWord(name: string): string | undefined {
  if (/^[\w.-]+$/.test(name)) return name;
  if (name === '' || /[\p{Cc}"'\\]/u.test(name) || !name.isWellFormed()) return undefined;
  const encoded = encodeURIComponent(name).replaceAll(
    /[!*()]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `%27${encoded}%27`;
}

function pathPattern(path: string): RegExp {
  return pattern(path, '[^/?#{}]+');
}

/** A pattern that matches the text literally, except that each `{word}` matches `hole`. */
function pattern(text: string, hole: string): RegExp {
  const escaped = text.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/\{[a-z_]+\}/g, hole)}$`);
}
