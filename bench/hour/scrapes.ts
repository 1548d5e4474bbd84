import { parseExposition } from '../../test/support/exposition-parser.ts';
import { contentTypes, type TextFormat } from '../../src/exposition/negotiate.ts';
import { quantile } from '../statistics.ts';
import { hourPlan } from './plan.ts';

/** Totals of all scrapes. */
export interface ScrapeTotals {
  readonly scrapes: number;
  /** Number of pages checked by a strict parser. */
  readonly parsed: number;
  /** Descriptions of the first twenty failures. */
  readonly failures: readonly string[];
  readonly failed: number;
  readonly medianMs: number;
  readonly p99Ms: number;
  readonly longestMs: number;
  readonly bytes: number;
  /** Number of rounds visible on the pages. */
  readonly rounds: number;
  readonly goodRounds: number;
}

/** Combinations of format and encoding, requested in turn. */
const ways: readonly { readonly format: TextFormat; readonly encoding: 'gzip' | 'identity' }[] = [
  { format: 'text', encoding: 'gzip' },
  { format: 'text', encoding: 'identity' },
  { format: 'openmetrics', encoding: 'gzip' },
];
/** One in this many pages is parsed, so that each combination is covered. */
const parseEvery = 10;

/** Scrapes like Prometheus, and counts the results. */
export class Scraper {
  readonly #base: string;
  readonly #durations: number[] = [];
  readonly #failures: string[] = [];
  readonly #lastRound = new Map<string, string>();
  #failed = 0;
  #parsed = 0;
  #bytes = 0;
  #rounds = 0;
  #goodRounds = 0;
  /** The last complete page in the text format. */
  lastPage = '';

  constructor(base: string) {
    this.#base = base;
  }

  /** Runs one scrape. Failures are counted and never thrown. `targets` returns the expected number of PBXs, if known. */
  async scrape(targets: () => number | undefined): Promise<void> {
    const number = this.#durations.length + this.#failed;
    const way = ways[number % ways.length];
    const before = targets();
    const startedAt = performance.now();
    try {
      const page = await this.#ask(way?.format ?? 'text', way?.encoding ?? 'gzip');
      this.#durations.push(performance.now() - startedAt);
      this.#bytes += page.length;
      this.#look(page, way?.format ?? 'text', number % parseEvery === 0);
      const shown = this.#lastShown;
      if (before !== undefined && before === targets() && shown !== before)
        throw new Error(`${shown} PBXs on a page that must show ${before}`);
    } catch (thrown) {
      this.#failed += 1;
      const what = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
      if (this.#failures.length < 20) this.#failures.push(`${new Date().toISOString()} scrape ${number}: ${what}`);
    }
  }

  get totals(): ScrapeTotals {
    return {
      scrapes: this.#durations.length,
      parsed: this.#parsed,
      failures: this.#failures,
      failed: this.#failed,
      medianMs: quantile(this.#durations, 0.5),
      p99Ms: quantile(this.#durations, 0.99),
      longestMs: Math.max(0, ...this.#durations),
      bytes: this.#bytes,
      rounds: this.#rounds,
      goodRounds: this.#goodRounds,
    };
  }

  #lastShown = 0;

  async #ask(format: TextFormat, encoding: string): Promise<string> {
    const headers = { accept: contentTypes[format], 'accept-encoding': encoding };
    const signal = AbortSignal.timeout(hourPlan.scrapeTimeoutMs);
    const response = await fetch(`${this.#base}/metrics`, { headers, signal });
    const page = await response.text();
    if (response.status !== 200) throw new Error(`status ${response.status}`);
    const packed = response.headers.get('content-encoding') ?? 'identity';
    if (packed !== encoding) throw new Error(`packed as ${packed}, not as ${encoding}`);
    return page;
  }

  #look(page: string, format: TextFormat, strictly: boolean): void {
    if (strictly) {
      parseExposition(Buffer.from(page), format);
      this.#parsed += 1;
    }
    if (format === 'text') this.lastPage = page;
    const up = new Map([...page.matchAll(/^pbx_up\{pbx="([^"]*)"\} (\d)$/gm)].map(([, pbx, value]) => [pbx, value]));
    this.#lastShown = up.size;
    for (const [, pbx = '', at = ''] of page.matchAll(/^pbx_last_round_timestamp_seconds\{pbx="([^"]*)"\} (\S+)$/gm)) {
      if (this.#lastRound.get(pbx) === at) continue;
      this.#lastRound.set(pbx, at);
      this.#rounds += 1;
      if (up.get(pbx) === '1') this.#goodRounds += 1;
    }
  }
}
