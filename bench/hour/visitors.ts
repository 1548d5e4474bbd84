import { get, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../src/simulator/kit/random.ts';

/** Totals of all visits: numbers by kind, and unexpected responses. */
export interface VisitTotals {
  readonly visits: Readonly<Record<string, number>>;
  readonly unexpected: number;
  /** Descriptions of the first twenty unexpected responses. */
  readonly failures: readonly string[];
}

/** Maximum duration of a visit (ms). */
const patienceMs = 20_000;
/** Maximum number of concurrent visitors, so low that the exporter has no reason to refuse any. */
const mostAtOnce = 12;

/** All clients except Prometheus: browsers, probes, and clients that disconnect early or read slowly. */
export class Visitors {
  readonly #base: string;
  readonly #random: Random;
  readonly #visits: Record<string, number> = {};
  readonly #failures: string[] = [];
  readonly #present = new Set<Promise<void>>();
  #unexpected = 0;

  constructor(base: string, random: Random) {
    this.#base = base;
    this.#random = random;
  }

  get totals(): VisitTotals {
    return { visits: this.#visits, unexpected: this.#unexpected, failures: this.#failures };
  }

  /** Sends one more visitor of a random kind, unless there are already many. Does not wait for it. */
  send(names: readonly string[]): void {
    const [first = '', ...others] = names;
    const name = this.#random.pick([first, ...others]);
    const kinds: readonly [string, () => Promise<void>][] = [
      ['page', () => this.#ask(this.#random.pick(['/', '/?state=trouble', '/?sort=peers&order=desc']), [200])],
      ['PBX page', () => this.#ask(`/pbx?target=${name}`, [200, 404])],
      ['probe', () => this.#ask(`/probe?target=${name}`, [200, 404, 503])],
      ['probe', () => this.#ask(`/probe?target=${name}`, [200, 404, 503])],
      ['other pages', () => this.#ask(this.#random.pick(['/-/healthy', '/sd', '/config']), [200])],
      ['wrong path', () => this.#ask(`/nothing-${this.#random.hex(8)}`, [404])],
      ['hangs up', () => this.#hangUp()],
      ['reads slowly', () => this.#readSlowly()],
    ];
    const visit = kinds[this.#random.integer(0, kinds.length - 1)];
    if (visit === undefined || this.#present.size >= mostAtOnce) return;
    const [kind, go] = visit;
    this.#visits[kind] = (this.#visits[kind] ?? 0) + 1;
    const stay = go()
      .catch((thrown: unknown) => this.#complain(kind, String(thrown)))
      .finally(() => this.#present.delete(stay));
    this.#present.add(stay);
  }

  /** Waits until all visitors have left. */
  async leave(): Promise<void> {
    await Promise.all(this.#present);
  }

  #complain(kind: string, what: string): void {
    this.#unexpected += 1;
    if (this.#failures.length < 20) this.#failures.push(`${new Date().toISOString()} ${kind}: ${what}`);
  }

  async #ask(path: string, expected: readonly number[]): Promise<void> {
    const response = await fetch(`${this.#base}${path}`, { signal: AbortSignal.timeout(patienceMs) });
    await response.arrayBuffer();
    if (!expected.includes(response.status)) throw new Error(`status ${response.status} for ${path}`);
  }

  /** Disconnects before or after the first bytes of the page. */
  async #hangUp(): Promise<void> {
    const waitMs = this.#random.integer(0, 30);
    if (this.#random.chance(0.5)) {
      const request = get(`${this.#base}/metrics`, { agent: false }).on('error', () => {});
      await sleep(waitMs);
      request.destroy();
      return;
    }
    const response = await this.#open();
    response.once('data', () => response.destroy());
    await closed(response);
  }

  /** Reads a piece from time to time, and disconnects before the end. */
  async #readSlowly(): Promise<void> {
    const response = await this.#open();
    for (let turn = 0; turn < 8 && !response.destroyed; turn += 1) {
      response.read(16_384);
      await sleep(1_000);
    }
    response.destroy();
    await closed(response);
  }

  #open(): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.timeout(patienceMs);
      const headers = { 'accept-encoding': this.#random.pick(['gzip', 'identity']) };
      get(`${this.#base}/metrics`, { agent: false, headers, signal }, (response) => {
        response.on('error', () => {});
        if (response.statusCode === 200) return resolve(response);
        response.destroy();
        reject(new Error(`status ${response.statusCode}`));
      }).once('error', reject);
    });
  }
}

async function closed(response: IncomingMessage): Promise<void> {
  if (!response.closed) await new Promise((resolve) => response.once('close', resolve));
}
