import type { IncomingMessage, ServerResponse } from 'node:http';

/** What a route is given. */
export interface RouteContext {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Path and query as asked for; the host part means nothing. */
  readonly url: URL;
}

/** One path and who answers it. */
export interface Route {
  readonly path: string;
  readonly methods: readonly ('GET' | 'POST')[];
  handle(context: RouteContext): void | Promise<void>;
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

/** The handler of a server: finds the route, answers 404 and 405 itself, and never lets an error out. */
export function createRouter(
  routes: readonly Route[],
  onError: (path: string, thrown: unknown) => void,
): (request: IncomingMessage, response: ServerResponse) => void {
  const byPath = new Map(routes.map((route) => [route.path, route]));
  return (request, response) => {
    const url = requestUrl(request);
    const route = url === undefined ? undefined : byPath.get(url.pathname);
    if (url === undefined || route === undefined) {
      sendText(response, 404, `Nothing here. Try ${routes.map(({ path }) => path).join('  ')}\n`);
      return;
    }
    if (!allows(route, request.method)) {
      response.setHeader('Allow', route.methods.join(', '));
      sendText(response, 405, `${route.path} answers ${route.methods.join(' and ')} only.\n`);
      return;
    }
    void answer(route, { request, response, url }, onError);
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
    else sendText(context.response, 500, 'The page could not be made. The log says more.\n');
  }
}

/** HEAD is answered wherever GET is; Node leaves the body out by itself. */
function allows(route: Route, method: string | undefined): boolean {
  return route.methods.some((allowed) => allowed === method || (allowed === 'GET' && method === 'HEAD'));
}

function requestUrl(request: IncomingMessage): URL | undefined {
  // A path that begins with two slashes would be read as a host name.
  return URL.parse(`http://exporter${request.url ?? '/'}`) ?? undefined;
}
