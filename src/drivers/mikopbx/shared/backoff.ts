import type { PbxMemory } from '../memory.ts';
import type { Clock } from '../../../clock.ts';
import type { RoundTiming } from '../../driver.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import type { Outcome } from './answers.ts';

/** Records a block of this address, or a web server without a backend, if an answer shows it. */
export function noteAnswer(answer: ApiAnswer, memory: PbxMemory): void {
  noteBlock(answer, memory);
  if (!isGatewayRefusal(answer)) return;
  memory.badGateway.refused(
    new Failure('service_unavailable', `the PBX's web server gets no answer from its API (HTTP ${answer.status})`),
  );
}

/** Records a request whose connection failed. */
export function noteFailure(failure: Failure, { badGateway }: PbxMemory): void {
  if (failure.reason === 'connect' && failure.status === undefined) badGateway.refused(failure);
}

/** Stops requests for as long as the PBX blocks this address. HTTP 429 as plain text comes from the filter in front of the PBX. */
function noteBlock({ status, headers, body }: ApiAnswer, { rateLimit }: PbxMemory): void {
  // The PBX's own 429 for failed logins is JSON and concerns logins only.
  if (status !== 429 || body.trimStart().startsWith('{')) return;
  const seconds = /^\d{1,6}$/.test(headers['retry-after'] ?? '') ? Number(headers['retry-after']) : 0;
  rateLimit.blocked(seconds * 1000);
}

const minuteMs = 60_000;
/** Length of the first block by the PBX's request limit; each further block within a day is twice as long, up to an hour. */
const firstBlockMs = 5 * minuteMs;
const longestBlockMs = 60 * minuteMs;
const blockMemoryMs = 24 * 60 * minuteMs;
/** Added because the clocks of the PBX and the exporter may differ by seconds. */
const marginMs = 10_000;
/**
 * Our own limit of requests per minute. The PBX refuses request 201 of any minute (180, plus a burst of 20); all clients
 * behind our address share its limit.
 */
const ownRequestsPerMinute = 150;

/**
 * Stays below the request limit of MikoPBX 2025.1 and newer: 200 requests a minute per address, then HTTP 429 on every
 * path for five minutes, twice as long each time. Sends no requests during a block.
 */
export class RateLimit {
  readonly #clock: Clock;
  #blocks: readonly number[] = [];
  #blockedUntil = 0;
  #recent: readonly number[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Call before each request. Throws a `Failure` (`rate_limited`) if the request must not be sent. */
  enter(): void {
    this.check();
    const now = this.#clock.monotonicTime();
    this.#recent = this.#recent.filter((at) => now - at < minuteMs);
    if (this.#recent.length >= ownRequestsPerMinute)
      throw new Failure(
        'rate_limited',
        'held back: more requests in this minute would make the PBX block this address',
      );
    this.#recent = [...this.#recent, now];
  }

  /** Throws a `Failure` (`rate_limited`) while the PBX blocks this address. */
  check(): void {
    const left = this.#blockedUntil - this.#clock.monotonicTime();
    if (left <= 0) return;
    throw new Failure(
      'rate_limited',
      `the PBX blocks this address for too many requests: waiting ${Math.ceil(left / minuteMs)} min to the end of the block`,
      { status: 429, retryAfterMs: left },
    );
  }

  /** Call when the PBX answered 429, except for its own limit of logins. `retryAfterMs`: as reported by the PBX, else 0. */
  blocked(retryAfterMs = 0): void {
    const now = this.#clock.monotonicTime();
    if (now < this.#blockedUntil) return;
    this.#blocks = [...this.#blocks.filter((at) => now - at < blockMemoryMs), now];
    const block = Math.min(longestBlockMs, firstBlockMs * 2 ** (this.#blocks.length - 1));
    this.#blockedUntil = now + Math.max(block, retryAfterMs) + marginMs;
  }
}

const longestPauseMs = 5 * 60_000;
/** The PBX's jail for the error log of the web server allows 20 lines within this time, and counts all clients behind our address. */
const windowMs = 10 * 60_000;
const refusalsAllowed = 12;

/**
 * Backs off from a PBX whose web server has no backend. Each answer of 502, 503 or 504 adds a line to the error log of the web
 * server, and these lines count towards a ban (MikoPBX 2026.1). One such answer ends the round; from the second such round on, the
 * pauses grow as they do for logins.
 */
export class BadGatewayBackoff {
  readonly #clock: Clock;
  readonly #timing: Pick<RoundTiming, 'intervalMs'>;
  #recent: readonly number[] = [];
  #badRounds = 0;
  #isRoundBad = false;
  #pausedUntil = 0;
  #last: Failure | undefined;

  constructor(clock: Clock, timing: Pick<RoundTiming, 'intervalMs'>) {
    this.#clock = clock;
    this.#timing = timing;
  }

  /** Throws a `Failure` with the reason of the last refusal while nothing should be sent. */
  check(): void {
    const left = this.#pausedUntil - this.#clock.monotonicTime();
    // A round that starts slightly early must not be skipped.
    if (this.#last === undefined || left <= Math.min(this.#timing.intervalMs / 10, 2_000)) return;
    throw new Failure(
      this.#last.reason,
      `${this.#last.message}; each request counts towards a ban of this address, so the next one is in ${Math.ceil(left / 1000)} s`,
      { retryAfterMs: left },
    );
  }

  /** Call when the web server refused the connection, or answered instead of the program behind it. */
  refused(failure: Failure): void {
    const now = this.#clock.monotonicTime();
    this.#recent = [...this.#recent.filter((at) => now - at < windowMs), now];
    this.#last = failure;
    this.#isRoundBad = true;
    this.#badRounds += 1;
    const growing =
      this.#badRounds < 2 ? 0 : Math.min(longestPauseMs, this.#timing.intervalMs * 2 ** (this.#badRounds - 1));
    const oldest = this.#recent.at(-refusalsAllowed);
    this.#pausedUntil = Math.max(now + growing, oldest === undefined ? 0 : oldest + windowMs);
  }

  /** Why nothing more is sent in this round; undefined if nothing was refused so far. */
  get endedBy(): Failure | undefined {
    return this.#isRoundBad ? this.#last : undefined;
  }

  /** Call at the start of a round that starts with a login or a renewal. Throws like `check`. */
  begin(): void {
    this.#isRoundBad = false;
    this.check();
  }

  /** Call at the end of a round that sent requests to the PBX; a round without a refusal ends the series of refusals. */
  roundEnded(): void {
    if (!this.#isRoundBad) {
      this.#badRounds = 0;
      this.#last = undefined;
    }
    this.#isRoundBad = false;
  }
}

/** Reports whether the web server answered instead of the program behind it. */
function isGatewayRefusal({ status }: ApiAnswer): boolean {
  return status === 502 || status === 503 || status === 504;
}

/**
 * Pause after a hang, in milliseconds: the PBX continues to work on the request, and three such requests block all of
 * its API processes.
 */
const pauseMs = 5 * 60_000;
/** Waiting time from which a timeout counts as a hang, in milliseconds: with a shorter one, the PBX may just be slow. */
const hangMs = 10_000;

/** Stops requesting a list for some minutes if the PBX hangs while it creates the list. */
export class HungListBackoff {
  readonly #clock: Clock;
  readonly #what: string;
  readonly #slowInRow: number;
  #until = 0;
  #slow = 0;

  /** `what` names the list in messages. `slowInRow` unanswered requests in a row also count as a hang, however short the waits were. */
  constructor(clock: Clock, what: string, slowInRow = Infinity) {
    this.#clock = clock;
    this.#what = what;
    this.#slowInRow = slowInRow;
  }

  /** Why the list may not be requested now; undefined if it may. */
  get failure(): Failure | undefined {
    if (this.#clock.monotonicTime() >= this.#until) return undefined;
    return new Failure(
      'service_unavailable',
      `${this.#what} did not answer recently and is not requested for five minutes`,
    );
  }

  /** Records the outcome of a request and its duration in milliseconds. */
  follow(outcome: Outcome<unknown>, tookMs: number): void {
    const reason = outcome.ok ? undefined : outcome.failure.reason;
    this.#slow = reason === 'timeout' ? this.#slow + 1 : 0;
    const waitedInVain = reason === 'timeout' && (tookMs >= hangMs || this.#slow >= this.#slowInRow);
    if (waitedInVain || reason === 'service_unavailable') this.#until = this.#clock.monotonicTime() + pauseMs;
  }
}
