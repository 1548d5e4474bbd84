import { request } from 'node:http';
import type { Clock, Timer } from '../../clock.ts';

/** Where a report goes. */
export interface ReportAddress {
  readonly address: string;
  readonly port: string;
}

/** Posts event reports as the PBX does: again and again until the other side says 200. */
export class Reporter {
  /** Reports posted so far, each repetition counted. */
  posted = 0;
  readonly #clock: Clock;
  readonly #repeatMs: number;
  readonly #timers = new Set<Timer>();
  #stopped = false;

  /** `repeatMs` milliseconds lie between two tries. */
  constructor(clock: Clock, repeatMs = 5000) {
    this.#clock = clock;
    this.#repeatMs = repeatMs;
  }

  /** Posts a report until it is taken, `isWanted` says no, or the PBX stops. Resolves after the first try. */
  async send(to: ReportAddress, body: string, isWanted: () => boolean): Promise<void> {
    if (this.#stopped || !isWanted()) return;
    this.posted += 1;
    const status = await post(to, body);
    if (status === 200 || this.#stopped) return;
    const timer = this.#clock.after(this.#repeatMs, () => {
      this.#timers.delete(timer);
      void this.send(to, body, isWanted);
    });
    this.#timers.add(timer);
  }

  /** Gives up all reports that were not taken. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) timer.stop();
    this.#timers.clear();
  }

  /** May send again. */
  start(): void {
    this.#stopped = false;
  }
}

/** Status of the answer; 0 when nobody answered. */
function post({ address, port }: ReportAddress, body: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = { 'User-Agent': 'WebAPI', 'Content-Type': 'application/json', Accept: 'application/json' };
    const outgoing = request({ host: address, port, method: 'POST', path: '/', headers, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    outgoing.on('error', () => resolve(0));
    outgoing.end(body);
  });
}
