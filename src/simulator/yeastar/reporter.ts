import { request } from 'node:http';
import type { Clock, Timer } from '../../clock.ts';

/** Destination of a report. */
export interface ReportAddress {
  readonly address: string;
  readonly port: string;
}

/** Posts event reports and, like the PBX, repeats each until it is answered with status 200. */
export class Reporter {
  /** Number of reports posted so far, including repetitions. */
  posted = 0;
  readonly #clock: Clock;
  readonly #repeatMs: number;
  readonly #timers = new Set<Timer>();
  #stopped = false;

  /** @param repeatMs Milliseconds between two attempts. Default: 5000. */
  constructor(clock: Clock, repeatMs = 5000) {
    this.#clock = clock;
    this.#repeatMs = repeatMs;
  }

  /** Posts a report until it is accepted, `isWanted` returns false, or the PBX stops. Resolves after the first attempt. */
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

  /** Cancels all reports that have not been accepted, and sends no more. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) timer.stop();
    this.#timers.clear();
  }

  /** Allows sending again after {@link stop}. */
  start(): void {
    this.#stopped = false;
  }
}

/** Posts once and returns the status of the answer; 0 if there was none. */
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
