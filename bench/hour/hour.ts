import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom } from '../../src/simulator/kit/random.ts';
import { readSamples } from '../exporter/samples.ts';
import { Administrator } from './administrator.ts';
import { EditedConfiguration } from './configuration.ts';
import { HourExporter } from './exporter.ts';
import { HourPbxs, type HourLedgers } from './pbxs.ts';
import { hourPlan, periodsOf } from './plan.ts';
import { excessOf, type HourResult } from './result.ts';
import { Scraper } from './scrapes.ts';
import { Visitors } from './visitors.ts';
import { makeSample, readProcess, type Sample } from './watch.ts';

/** Options of an hour. */
export interface HourSetup {
  readonly minutes: number;
  readonly seed: number;
  /** Ends the hour early; everything is stopped in order. */
  readonly signal: AbortSignal;
  /** Receives a line of progress each minute. */
  readonly say: (line: string) => void;
}

/** One hour under load. */
export class Hour {
  readonly #setup: HourSetup;
  readonly #pbxs: HourPbxs;
  readonly #exporter: HourExporter;
  readonly #configuration: EditedConfiguration;
  readonly #administrator: Administrator;
  readonly #scraper: Scraper;
  readonly #visitors: Visitors;
  readonly #samples: Sample[] = [];
  readonly #excess = { sessions: 0, logins: 0 };
  #beganAt = performance.now();

  private constructor(setup: HourSetup, pbxs: HourPbxs, exporter: HourExporter, configuration: EditedConfiguration) {
    this.#setup = setup;
    this.#pbxs = pbxs;
    this.#exporter = exporter;
    this.#configuration = configuration;
    this.#administrator = new Administrator(exporter, configuration, pbxs);
    this.#scraper = new Scraper(exporter.base);
    this.#visitors = new Visitors(exporter.base, createRandom(setup.seed + 1));
  }

  /** Starts simulated PBXs and the exporter, runs the hour, and always stops both. Rejects with an `AbortError` if it was ended early. */
  static async run(setup: HourSetup): Promise<HourResult> {
    const pbxs = await HourPbxs.start(setup.seed);
    try {
      return await Hour.#runAgainst(pbxs, setup);
    } finally {
      await pbxs.stop();
    }
  }

  static async #runAgainst(pbxs: HourPbxs, setup: HourSetup): Promise<HourResult> {
    const configuration = new EditedConfiguration(pbxs.entries, createRandom(setup.seed + 2));
    const exporter = await HourExporter.start(configuration.text());
    try {
      return await new Hour(setup, pbxs, exporter, configuration).#pass();
    } finally {
      await exporter.stop();
    }
  }

  async #pass(): Promise<HourResult> {
    const { minutes, seed, signal } = this.#setup;
    const loadMs = minutes * 60_000;
    const periods = periodsOf(loadMs);
    await this.#untilWell();
    this.#beganAt = performance.now();
    const over = new AbortController();
    const clients = this.#clients(AbortSignal.any([signal, over.signal]));
    const course = this.#course(periods);
    course.catch(() => {});
    try {
      // A client ends the hour immediately if the exporter has ended.
      await Promise.race([course, clients.then(() => course)]);
    } finally {
      over.abort();
    }
    const { ledgers, settled } = await course;
    await clients;
    await this.#visitors.leave();
    const ending = await this.#exporter.stop();
    const { sessions: sessionsLeft } = await this.#pbxs.order('report');
    return {
      node: process.version,
      cores: cpus().length,
      seed,
      loadMs,
      pbxs: this.#pbxs.entries.length,
      periods,
      samples: this.#samples,
      scrapes: this.#scraper.totals,
      visits: this.#visitors.totals,
      edits: this.#administrator.totals,
      logLines: this.#exporter.logLines,
      mistakes: this.#exporter.mistakes,
      ledgers,
      worstExcess: this.#excess,
      settled,
      ending,
      sessionsLeft,
    };
  }

  /** Runs the waves of faults, then the period in which everything must recover. */
  async #course(periods: HourResult['periods']): Promise<Pick<HourResult, 'ledgers' | 'settled'>> {
    for (const { from, to, hasFaults } of periods) {
      await this.#until(from);
      await this.#pbxs.order(hasFaults ? 'inject faults' : 'end faults');
      await this.#until(to);
    }
    const ledgers = await this.#pbxs.order('end faults');
    await this.#administrator.restore();
    return { ledgers, settled: await this.#settle() };
  }

  /** Runs all clients of the exporter and the watch; resolves when the signal has ended all of them. */
  async #clients(signal: AbortSignal): Promise<void> {
    const edited = hourPlan.editEveryMs;
    await Promise.all([
      every(hourPlan.scrapeEveryMs, signal, () => this.#scraper.scrape(() => this.#administrator.targets)),
      every(hourPlan.visitEveryMs, signal, () => this.#visitors.send(this.#configuration.names)),
      every(hourPlan.sampleEveryMs, signal, () => this.#sample()),
      every(edited, signal, () => (this.#now < this.#loadMs - edited ? this.#administrator.edit() : undefined)),
    ]);
  }

  get #now(): number {
    return performance.now() - this.#beganAt;
  }

  get #loadMs(): number {
    return this.#setup.minutes * 60_000;
  }

  async #until(atMs: number): Promise<void> {
    if (atMs > this.#now) await sleep(atMs - this.#now, undefined, { signal: this.#setup.signal });
  }

  /** Waits until all PBXs were read once, for a limited time; otherwise, the samples show the failure. */
  async #untilWell(): Promise<void> {
    for (let turn = 0; turn < 60; turn += 1) {
      await this.#scraper.scrape(() => undefined);
      if (readSamples(this.#scraper.lastPage).sum('pbx_up') === this.#pbxs.entries.length) return;
      await sleep(1_000, undefined, { signal: this.#setup.signal });
    }
  }

  async #sample(): Promise<void> {
    if (this.#exporter.gone) throw new Error('the exporter ended before the hour was over');
    const ledgers = await this.#pbxs.order('report');
    const sample = makeSample(this.#now, await readProcess(this.#exporter.pid), this.#scraper.lastPage, ledgers);
    this.#samples.push(sample);
    this.#audit(ledgers);
    if (this.#samples.length % 6 !== 0) return;
    const { atMs, residentBytes, heapBytes, handles, timers, pbxsUp, pbxsWithFault } = sample;
    const { rounds, failed } = this.#scraper.totals;
    this.#setup.say(
      `${(atMs / 60_000).toFixed(1)} min: ${megabytes(residentBytes)} resident, ${megabytes(heapBytes)} heap, ` +
        `${handles} handles, ${timers} timers, ${pbxsUp} PBXs up, ${pbxsWithFault} with faults, ` +
        `${rounds} rounds, ${failed} failed scrapes`,
    );
  }

  #audit({ byPbx }: HourLedgers): void {
    const { changes } = this.#administrator.totals;
    for (const [name, ledger] of Object.entries(byPbx)) {
      const excess = excessOf(ledger, changes[name] ?? 0, this.#now);
      if (excess.sessions > this.#excess.sessions || excess.logins > this.#excess.logins)
        this.#setup.say(
          `${name}: more than had a reason: ${JSON.stringify({ ...excess, ...ledger, changes: changes[name] ?? 0 })}`,
        );
      this.#excess.sessions = Math.max(this.#excess.sessions, excess.sessions);
      this.#excess.logins = Math.max(this.#excess.logins, excess.logins);
    }
  }

  /** Makes all PBXs forget all sessions, so that only sessions left by the exporter itself remain. Then each PBX must recover. */
  async #settle(): Promise<HourResult['settled']> {
    await this.#pbxs.order('restart all');
    const startedAt = performance.now();
    let [suspended, down]: [readonly string[], readonly string[]] = [[], []];
    while (performance.now() - startedAt < hourPlan.settleMs) {
      await sleep(5_000, undefined, { signal: this.#setup.signal });
      [suspended, down] = stateOf(this.#scraper.lastPage);
      if (down.length === 0 && performance.now() - startedAt > 60_000) break;
    }
    return { afterMs: performance.now() - startedAt, suspended, down };
  }
}

/** Returns the PBXs that are not up: those with suspended logins, and the others. */
export function stateOf(page: string): [suspended: readonly string[], down: readonly string[]] {
  const samples = readSamples(page);
  const until = samples.byPbx('pbx_login_suspended_until_timestamp_seconds');
  const notUp = [...samples.byPbx('pbx_up')].filter(([, up]) => up !== 1).map(([name]) => name);
  const isSuspended = (name: string): boolean => (until.get(name) ?? 0) * 1000 > Date.now();
  return [notUp.filter(isSuspended), notUp.filter((name) => !isSuspended(name))];
}

/** Repeats work in sequence until the signal, at a fixed interval or, if it takes longer, without pauses. */
async function every(everyMs: number, signal: AbortSignal, work: () => unknown): Promise<void> {
  for (let next = performance.now(); !signal.aborted; next = Math.max(next + everyMs, performance.now())) {
    const waitMs = next - performance.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await work();
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
