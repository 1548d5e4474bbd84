import { Failure } from './failure.ts';
import type { AllowedRequest, ApiRequest } from './request.ts';

/** The allowed requests of a family, by call name, ready to be checked against. */
export type AllowedRequests = ReadonlyMap<string, AllowedEntry>;

interface AllowedEntry {
  readonly method: 'GET' | 'POST';
  readonly path: RegExp;
  readonly fields: Readonly<Record<string, string>>;
}

type RequestList = readonly Omit<AllowedRequest, 'serves'>[];

/** A family's list is one object, however many targets have it. */
const compiled = new WeakMap<RequestList, AllowedRequests>();

/** Compiles a family's list of requests, once; `{word}` in a path stands for characters that cannot leave their segment. */
export function compileAllowed(list: RequestList): AllowedRequests {
  const known = compiled.get(list);
  if (known !== undefined) return known;
  const allowed = new Map(
    list.map(({ call, method, path, fields = {} }) => [call, { method, path: pathPattern(path), fields }]),
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
  if (entry?.path.test(request.path) === true && staysPut(request.path) && hasFields(request, entry.fields))
    return entry.method;
  throw new Failure('config', `the request "${request.call}" is not in the list of requests that this family may send`);
}

/** Whether a URL keeps the path as it is: `..`, `%2e%2e` and backslashes in a value would lead to another one. */
function staysPut(path: string): boolean {
  return URL.canParse(path, 'http://pbx.invalid') && new URL(path, 'http://pbx.invalid').pathname === path;
}

/** Whether the fields are there, each once: some PBXs take `ACTION`, or one in the query, for the same. */
function hasFields({ body, query = {} }: ApiRequest, fields: Readonly<Record<string, string>>): boolean {
  const sent = body?.kind === 'form' ? body.fields : {};
  const names = [...Object.keys(sent), ...Object.keys(query)].map((name) => name.toLowerCase());
  return Object.entries(fields).every(
    ([name, value]) => sent[name] === value && names.filter((one) => one === name.toLowerCase()).length === 1,
  );
}

function pathPattern(path: string): RegExp {
  const escaped = path.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll(/\{[a-z_]+\}/g, '[^/?#{}]+')}$`);
}
