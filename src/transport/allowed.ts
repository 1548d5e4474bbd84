import { Failure } from './failure.ts';
import type { AllowedRequest, ApiRequest } from './request.ts';

/** The allowed requests of a family, by call name, ready to be checked against. */
export type AllowedRequests = ReadonlyMap<string, AllowedEntry>;

interface AllowedEntry {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly fields: Readonly<Record<string, string>>;
  /** Undefined: any list of parameters. */
  readonly exactQuery: RegExp | undefined;
}

type RequestList = readonly Omit<AllowedRequest, 'serves'>[];

/** A family's list is one object, however many targets have it. */
const compiled = new WeakMap<RequestList, AllowedRequests>();

/** Compiles a family's list of requests, once; `{word}` in a path stands for characters that cannot leave their segment. */
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
 * The method of a request that is in the list.
 * Throws a `Failure` (`config`) for anything else: some paths of some PBXs reboot them, so nothing is sent on a guess.
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

/** Whether a URL keeps the path as it is: `..`, `%2e%2e` and backslashes in a value would lead to another one. */
function staysPut(path: string): boolean {
  return URL.parse(path, 'http://pbx.invalid')?.pathname === path;
}

/** Whether the fields are there, each once: some PBXs take `ACTION`, or one in the query, for the same. */
function hasFields({ body, query = {} }: ApiRequest, fields: Readonly<Record<string, string>>): boolean {
  const sent = body?.kind === 'form' ? body.fields : {};
  const names = [...Object.keys(sent), ...Object.keys(query)].map((name) => name.toLowerCase());
  return Object.entries(fields).every(
    ([name, value]) => sent[name] === value && names.filter((one) => one === name.toLowerCase()).length === 1,
  );
}

/** Whether the query is the one of the list: where that is the command, nothing may stand beside it. */
function hasQuery({ exactQuery, query = {} }: ApiRequest, wanted: RegExp | undefined): boolean {
  if (wanted === undefined) return exactQuery === undefined;
  return wanted.test(exactQuery ?? '') && Object.keys(query).length === 0;
}

/**
 * One name within an exact query: a plain word, or one in quotes in which nothing can end the quotes or the line: no quotes,
 * backslash or control characters.
 */
const exactQueryHole = String.raw`(?:[\w.-]+|%27(?:[\w.~-]|%(?!22|27|5C|7F)[2-9A-F][\dA-F])+%27)`;

/** A name as {@link AllowedRequest.exactQuery} takes it; undefined for one that cannot be sent. */
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

/** The text letter by letter, with `{word}` as holes. */
function pattern(text: string, hole: string): RegExp {
  const escaped = text.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/\{[a-z_]+\}/g, hole)}$`);
}
