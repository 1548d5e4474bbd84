import type { IncomingMessage, ServerResponse } from 'node:http';
import Negotiator from 'negotiator';

/** The context of a request, passed to its route. */
export interface RouteContext {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path and query of the request; the host part has no meaning. */
  readonly url: URL;
  /** Configured headers by their usual names. They are already set and must not be replaced. */
  readonly fixedHeaders: Readonly<Record<string, string>>;
}

/** A path and its handler. */
export interface Route {
  readonly path: string;
  readonly methods: readonly ('GET' | 'POST')[];
  /** Maximum number of concurrent requests; further ones get status 503 with `Retry-After`. Default: 40. */
  readonly maximumInFlight?: number;
  handle(context: RouteContext): void | Promise<void>;
}

/** Returns the media type that the client prefers; the first of `types` if it prefers several equally, or accepts none of them. */
export function preferredType<Type extends string>(
  { headers }: IncomingMessage,
  types: readonly [Type, ...Type[]],
): Type {
  const chosen = new Negotiator({ headers: { accept: headers.accept } }).mediaType([...types]);
  return types.find((type) => type === chosen) ?? types[0];
}

/** Sends a complete response with a short text. */
export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  type = 'text/plain; charset=utf-8',
): void {
  const body = Buffer.from(text, 'utf8');
  response.writeHead(status, { 'Content-Type': type, 'Content-Length': body.length });
  response.end(body);
}

/** Default limit of concurrent requests per route; more would only slow each other down. */
const defaultInFlight = 40;

interface Way {
  readonly route: Route;
  /** Number of requests being answered. */
  inFlight: number;
}

/** Returns the request handler of a server. It finds the route, and answers 404, 405 and 503 itself. It never throws. */
export function createRouter(
  routes: readonly Route[],
  onError: (path: string, thrown: unknown) => void,
): (request: IncomingMessage, response: ServerResponse, fixedHeaders?: Readonly<Record<string, string>>) => void {
  const ways = new Map<string, Way>(routes.map((route) => [route.path, { route, inFlight: 0 }]));
  return (request, response, fixedHeaders = {}) => {
    const url = requestUrl(request);
    const way = url === undefined ? undefined : ways.get(url.pathname);
    if (url === undefined || way === undefined)
      return sendText(response, 404, `Nothing here. Try ${routes.map(({ path }) => path).join('  ')}\n`);
    const { route } = way;
    if (!allows(route, request.method)) {
      response.setHeader('Allow', methodsOf(route).join(', '));
      return sendText(response, 405, `${route.path} answers ${route.methods.join(' and ')} only.\n`);
    }
    if (way.inFlight >= (route.maximumInFlight ?? defaultInFlight)) {
      response.setHeader('Retry-After', '1');
      return sendText(response, 503, `Too many requests for ${route.path} at the same time. Try again.\n`);
    }
    way.inFlight += 1;
    response.once('close', () => (way.inFlight -= 1));
    void answer(route, { request, response, url, fixedHeaders }, onError);
  };
}

async function answer(
  route: Route,
  context: RouteContext,
  onError: (path: string, thrown: unknown) => void,
): Promise<void> {
  try {
    await route.handle(context);
  } catch (thrown) {
    onError(route.path, thrown);
    if (context.response.headersSent) context.response.destroy();
    else sendText(context.response, 500, 'The page could not be created. See the log for details.\n');
  }
}

/** The methods of a route. GET includes HEAD, because Node.js omits the body automatically. */
function methodsOf({ methods }: Route): readonly string[] {
  return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

function allows(route: Route, method: string | undefined): boolean {
  return method !== undefined && methodsOf(route).includes(method);
}

function requestUrl({ url = '/' }: IncomingMessage): URL | undefined {
  // Clients that treat the exporter as a proxy send absolute URLs; the host part has no meaning here either.
  if (/^https?:\/\/[^/]/i.test(url)) return URL.parse(url) ?? undefined;
  // A path that begins with two slashes would be read as a host name.
  return url.startsWith('/') ? (URL.parse(`http://exporter${url}`) ?? undefined) : undefined;
}
