import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';

/** One measured scrape. */
export interface Scrape {
  readonly firstByteMs: number;
  readonly lastByteMs: number;
  readonly bytes: number;
}

/** What the server says of a stretch of time. */
export interface Report {
  readonly longestBlockMs: number;
  readonly rss: number;
}

/** A server process that is measured. */
export class MeasuredServer {
  readonly #child: ChildProcess;
  readonly #port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.#port = port;
  }

  static async start(kind: 'ours' | 'prom-client' | 'empty', series: number): Promise<MeasuredServer> {
    const child = fork(new URL('server.ts', import.meta.url), [kind, String(series)], {
      execArgv: ['--expose-gc', '--max-old-space-size=12000'],
    });
    const [message] = (await once(child, 'message')) as [{ readonly port: number }];
    return new MeasuredServer(child, message.port);
  }

  /** Sends an order and gives the answer. */
  async order<T>(order: Readonly<Record<string, unknown>>): Promise<T> {
    const answer = once(this.#child, 'message') as Promise<[T]>;
    this.#child.send(order);
    const [message] = await answer;
    return message;
  }

  /** One scrape over a new connection; the body is counted, not kept. */
  scrape(encoding: 'identity' | 'gzip'): Promise<Scrape> {
    return new Promise((resolve, reject) => {
      const startedAt = performance.now();
      const request = get(
        {
          host: '127.0.0.1',
          port: this.#port,
          path: '/metrics',
          agent: false,
          headers: { 'accept-encoding': encoding },
        },
        (response) => {
          let [bytes, firstByteMs] = [0, 0];
          response.on('data', (chunk: Buffer) => {
            if (bytes === 0) firstByteMs = performance.now() - startedAt;
            bytes += chunk.length;
          });
          response.on('end', () => resolve({ firstByteMs, lastByteMs: performance.now() - startedAt, bytes }));
        },
      );
      request.on('error', reject);
    });
  }

  async stop(): Promise<void> {
    const gone = once(this.#child, 'exit');
    this.#child.send({ do: 'stop' });
    await gone;
  }
}
