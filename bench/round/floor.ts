import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import type { Conversation, Driver, Family } from '../../src/drivers/driver.ts';
import type { Collector } from '../../src/snapshot/reading.ts';
import { Failure } from '../../src/transport/failure.ts';
import type { ApiAnswer, ApiRequest, Transport } from '../../src/transport/request.ts';

/** What was said between the exporter and a PBX. */
export class Exchanges implements Transport {
  /** Every answer so far, the last one to each question. */
  readonly answers = new Map<string, ApiAnswer>();
  /** Requests since {@link forget}. */
  requests: ApiRequest[] = [];
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async send(request: ApiRequest, signal: AbortSignal): Promise<ApiAnswer> {
    this.requests.push(request);
    const answer = await this.#transport.send(request, signal);
    this.answers.set(keyOf(request), answer);
    return answer;
  }

  close(): void {
    this.#transport.close();
  }

  forget(): void {
    this.requests = [];
  }
}

/** Session parameters are left out: the floor asks with those of the round that was recorded. */
function keyOf({ call, path, exactQuery, body }: ApiRequest): string {
  return JSON.stringify([call, path, exactQuery, body]);
}

/** The same requests by nothing but `node:http` on kept connections, two at a time, each answer read whole. */
export class PlainClient {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 2 });
  readonly #base: URL;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(family: Family, url: URL) {
    this.#base = family.baseUrl?.(url) ?? url;
    this.#headers = { 'user-agent': 'bench', 'accept-encoding': 'gzip', ...family.headers };
  }

  async ask(requests: readonly ApiRequest[], methodOf: (call: string) => string): Promise<void> {
    const waiting = [...requests];
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        await this.#exchange(next, methodOf(next.call));
    };
    await Promise.all([worker(), worker()]);
  }

  close(): void {
    this.#agent.destroy();
  }

  #exchange({ path, exactQuery = '', query, headers, body }: ApiRequest, method: string): Promise<string> {
    const url = new URL(this.#base);
    url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
    url.search = exactQuery;
    for (const [name, value] of Object.entries(query ?? {}))
      for (const single of typeof value === 'string' ? [value] : value) url.searchParams.append(name, single);
    const text = body?.kind === 'json' ? JSON.stringify(body.value) : new URLSearchParams(body?.fields).toString();
    const type = body?.kind === 'json' ? 'application/json' : 'application/x-www-form-urlencoded';
    const own = body === undefined ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(text) };
    return new Promise((resolve, reject) => {
      const sent = httpRequest(url, { method, agent: this.#agent, headers: { ...this.#headers, ...headers, ...own } });
      sent.on('error', reject).on('response', (response) => void readText(response).then(resolve, reject));
      sent.end(body === undefined ? '' : text);
    });
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  return (response.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
}

/** Lets a driver log in with the answers that were recorded: some families learn with it what kind of PBX this is. */
export async function loginRecorded(driver: Driver, answers: ReadonlyMap<string, ApiAnswer>): Promise<void> {
  await driver.login({
    ask(request, read) {
      const answer = answers.get(keyOf(request));
      if (answer === undefined) return Promise.reject(new Failure('protocol', 'not recorded'));
      return Promise.resolve(read(answer));
    },
  });
}

/** Lets the driver take apart the answers that were recorded, with no PBX, no session and nothing of the core. */
export async function parseRecorded(
  driver: Driver,
  collectors: ReadonlySet<Collector>,
  answers: ReadonlyMap<string, ApiAnswer>,
): Promise<void> {
  const conversation: Conversation = {
    collectors,
    remainingMs: () => 20_000,
    ask(call) {
      const answer = answers.get(keyOf(call.request));
      if (answer === undefined) return Promise.reject(new Failure('protocol', 'not recorded'));
      return Promise.resolve(call.read(answer, {}));
    },
  };
  await driver.collect(conversation);
}
