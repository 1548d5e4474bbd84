import { Agent, request as httpRequest } from 'node:http';
import { gunzipSync } from 'node:zlib';
import got, { type Got } from 'got';
import type { Family } from '../../src/drivers/driver.ts';
import type { ApiRequest } from '../../src/transport/request.ts';

/** Sends requests, two at a time, and reads each response completely. */
export interface BareClient {
  ask(requests: readonly ApiRequest[], methodOf: (call: string) => 'GET' | 'POST'): Promise<void>;
  close(): void;
}

interface Message {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** A client with plain `node:http` and kept connections. */
export function plainClient(family: Family, url: URL): BareClient {
  return bareClient(
    family,
    url,
    (agent) =>
      ({ url: target, method, headers, body }) =>
        new Promise((resolve, reject) => {
          const sent = httpRequest(target, { method, agent, headers });
          sent.on('error', reject).on('response', (response) => {
            const isPacked = response.headers['content-encoding'] === 'gzip';
            void readAll(response)
              .then((bytes) => (isPacked ? gunzipSync(bytes) : bytes).toString('utf8'))
              .then(resolve, reject);
          });
          sent.end(body);
        }),
  );
}

/** A client with plain got and kept connections. Its options are created once, and its stream is read to the end. */
export function gotClient(family: Family, url: URL): BareClient {
  return bareClient(family, url, (agent) => {
    const client: Got = got.extend({
      agent: { http: agent },
      throwHttpErrors: false,
      followRedirect: false,
      retry: { limit: 0 },
    });
    return async ({ url: target, method, headers, body }) => {
      const stream = client.stream(target, { method, headers, ...(method === 'POST' ? { body } : {}) });
      return (await readAll(stream)).toString('utf8');
    };
  });
}

function bareClient(
  family: Family,
  url: URL,
  sender: (agent: Agent) => (message: Message) => Promise<string>,
): BareClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 2 });
  const send = sender(agent);
  const base = family.baseUrl?.(url) ?? url;
  const common = { 'user-agent': 'bench', 'accept-encoding': 'gzip', ...family.headers };
  return {
    async ask(requests, methodOf) {
      const waiting = [...requests];
      const worker = async (): Promise<void> => {
        for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
          await send(messageOf(next, base, common, methodOf(next.call)));
      };
      await Promise.all([worker(), worker()]);
    },
    close: () => agent.destroy(),
  };
}

function messageOf(
  { path, exactQuery = '', query, headers, body }: ApiRequest,
  base: URL,
  common: Readonly<Record<string, string>>,
  method: 'GET' | 'POST',
): Message {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  url.search = exactQuery;
  for (const [name, value] of Object.entries(query ?? {}))
    for (const single of typeof value === 'string' ? [value] : value) url.searchParams.append(name, single);
  if (body === undefined) return { url, method, headers: { ...common, ...headers }, body: '' };
  const text = body.kind === 'json' ? JSON.stringify(body.value) : new URLSearchParams(body.fields).toString();
  const type = body.kind === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
  const own = { 'content-type': type, 'content-length': String(Buffer.byteLength(text)) };
  return { url, method, headers: { ...common, ...headers, ...own }, body: text };
}

async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  return Buffer.concat(chunks);
}
