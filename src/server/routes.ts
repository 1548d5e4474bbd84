import type { IncomingMessage, ServerResponse } from 'node:http';
import Negotiator from 'negotiator';

/** What a route is given. */
export interface RouteContext {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path and query as asked for; the host part means nothing. */
  readonly url: URL;
  /** Headers that the admin has configured, by their usual names; already set, and not to be replaced. */
  readonly fixedHeaders: Readonly<Record<string, string>>;
}

/** One path and who answers it. */
export interface Route {
  readonly path: string;
  readonly methods: readonly ('GET' | 'POST')[];
  /** Requests that may be answered at the same time; further ones are answered with `Retry-After`. Default: 40. */
  readonly maximumInFlight?: number;
  handle(context: RouteContext): void | Promise<void>;
}

/** The media type that the client prefers; the first one if it prefers several equally, or accepts none of them. */
export function preferredType<Type extends string>(
  { headers }: IncomingMessage,
  types: readonly [Type, ...Type[]],
): Type {
  const chosen = new Negotiator({ headers: { accept: headers.accept } }).mediaType([...types]);
  return types.find((type) => type === chosen) ?? types[0];
}

/** Sends a whole answer of a few bytes. */
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

/** Answers beyond this many at the same time would only slow each other down. */
const defaultInFlight = 40;

interface Way {
  readonly route: Route;
  /** Answers that are being made or sent. */
  inFlight: number;
}

/** The handler of a server: finds the route, answers 404, 405 and 503 itself, and never lets an error out. */
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

/** HEAD is answered wherever GET is; Node leaves the body out by itself. */
function methodsOf({ methods }: Route): readonly string[] {
  return methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

function allows(route: Route, method: string | undefined): boolean {
  return method !== undefined && methodsOf(route).includes(method);
}

function requestUrl({ url = '/' }: IncomingMessage): URL | undefined {
  // Absolute, as clients ask that take us for a proxy: the host part means nothing here either.
  if (/^https?:\/\/[^/]/i.test(url)) return URL.parse(url) ?? undefined;
  // A path that begins with two slashes would be read as a host name.
  return url.startsWith('/') ? (URL.parse(`http://exporter${url}`) ?? undefined) : undefined;
}
