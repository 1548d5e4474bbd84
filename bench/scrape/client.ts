import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { runtimeEnvironment, runtimeFlags } from '../runtime-flags.ts';

/** One measured scrape. */
export interface Scrape {
  readonly firstByteMs: number;
  readonly lastByteMs: number;
  readonly bytes: number;
}

/** Report of the server about a period. */
export interface Report {
  readonly longestBlockMs: number;
  /** Maximum CPU time (ms) of one turn of the event loop. */
  readonly longestTurnMs: number;
}

/** The renderer of the page: the exporter's own code, prom-client, or only process metrics (`empty`). */
export type Renderer = 'ours' | 'prom-client' | 'empty';

/** A measured server process. */
export class MeasuredServer {
  readonly #child: ChildProcess;
  readonly #port: number;
  /** Keeps one connection, as Prometheus does. */
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.#port = port;
  }

  static async start(kind: Renderer, series: number, peers?: number): Promise<MeasuredServer> {
    const size = [series, ...(peers === undefined ? [] : [peers])].map(String);
    const child = fork(new URL('server.ts', import.meta.url), [kind, ...size], {
      execArgv: ['--expose-gc', '--max-old-space-size=12000', ...runtimeFlags],
      env: { ...runtimeEnvironment, ...process.env },
    });
    const [message] = (await once(child, 'message')) as [{ readonly port: number }];
    return new MeasuredServer(child, message.port);
  }

  /** Sends an order and returns the response. */
  async order<T>(order: Readonly<Record<string, unknown>>): Promise<T> {
    const answer = once(this.#child, 'message') as Promise<[T]>;
    this.#child.send(order);
    const [message] = await answer;
    return message;
  }

  /** Runs one scrape; the bytes of the body are counted but not kept. */
  async scrape(encoding: 'identity' | 'gzip'): Promise<Scrape> {
    const startedAt = performance.now();
    let [bytes, firstByteMs] = [0, 0];
    await this.#ask(encoding, (chunk) => {
      if (bytes === 0) firstByteMs = performance.now() - startedAt;
      bytes += chunk.length;
    });
    return { firstByteMs, lastByteMs: performance.now() - startedAt, bytes };
  }

  /** Requests `/-/healthy` repeatedly on a separate connection until `work` ends. Returns the longest response time (ms). */
  async longestAnswerDuring(work: Promise<unknown>): Promise<number> {
    const state = { over: false };
    void work.finally(() => (state.over = true)).catch(() => {});
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let longest = 0;
    while (!state.over) {
      const startedAt = performance.now();
      await new Promise<void>((resolve, reject) => {
        get({ port: this.#port, host: '127.0.0.1', agent, path: '/-/healthy' }, (response) => {
          response.resume().on('end', resolve).on('error', reject);
        }).on('error', reject);
      });
      longest = Math.max(longest, performance.now() - startedAt);
      await sleep(1);
    }
    agent.destroy();
    return longest;
  }

  /** Returns the number of PBX series in a scrape. */
  async countSeries(): Promise<number> {
    let [count, rest] = [0, ''];
    await this.#ask('identity', (chunk) => {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      count += lines.filter((line) => line.startsWith('pbx_')).length;
    });
    return count;
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#agent.destroy();
    this.#child.send({ do: 'stop' });
    await gone;
  }

  #ask(encoding: 'identity' | 'gzip', take: (chunk: Buffer) => void): Promise<void> {
    const headers = { 'accept-encoding': encoding };
    return new Promise((resolve, reject) => {
      get({ host: '127.0.0.1', port: this.#port, path: '/metrics', agent: this.#agent, headers }, (response) => {
        response.on('data', take);
        response.on('end', resolve);
        response.on('error', reject);
      }).on('error', reject);
    });
  }
}
