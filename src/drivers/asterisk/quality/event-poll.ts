import type { Clock } from '../../../clock.ts';
import type { Log } from '../../../log.ts';
import { asFailure, type Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import type { Session, SessionConversation } from '../../driver.ts';
import { readResponse } from '../errors.ts';
import { actionRequest } from '../requests.ts';
import { type Events, readEvents } from './events.ts';

/** Shortest pause (ms) between two requests, because older releases answer at every event of any kind. */
const shortestPauseMs = 1_000;
/** Largest answer (bytes). A PBX can keep much more for a session that was not polled, but that is not worth the memory. */
const largestAnswer = 8 * 1024 * 1024;
/** Maximum time for one answer: in ms, and as a share of the time left in the round, because the lists are read after it. */
const longest = { ms: 5_000, share: 1 / 4 };
/** Pauses (ms) after polls that failed in a row; after the first failure, the next round tries again. */
const pausesMs = [0, 60_000, 5 * 60_000, 15 * 60_000];
/** Number of failed polls in a row after which the session is logged off, because it keeps events from its first poll on. */
const failuresBeforeLogoff = 2;

/** The result of a poll. */
export type Polled =
  | { readonly kind: 'read'; readonly events: Events }
  /** The previous poll was answered only just now. */
  | { readonly kind: 'early' }
  | { readonly kind: 'failed'; readonly failure: Failure };

/**
 * Fetches the events since the last request, in the current session (`WaitEvent` with `Timeout=0`, `action_waitevent` of
 * `manager.c`). After its first `WaitEvent`, a session queues events until the next one or until it ends. It is therefore
 * drained in every round, or logged off. If events may have been lost, one gap is counted, and no events are assumed.
 */
export class EventPoll {
  readonly #clock: Clock;
  readonly #log: Log;
  /** The session of the last answer. */
  #session: Session | undefined;
  /** Whether the current session may keep events: a request without an answer may still have arrived. */
  #mayKeepEvents = false;
  #answeredAt = -Infinity;
  #gaps = 0;
  /** Whether the current gap has been counted. A gap lasts until the next answer. */
  #isGapCounted = false;
  #failures = 0;
  #failure: Failure | undefined;
  #notBefore = -Infinity;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Times at which events may have been missed. */
  get gaps(): number {
    return this.#gaps;
  }

  /** Whether the session keeps events that are not fetched, so that it should be ended. */
  get shouldLogOff(): boolean {
    return this.#failures >= failuresBeforeLogoff && this.#mayKeepEvents;
  }

  /** Longest time (ms) between two requests, after which the session would end and lose its events; undefined if it keeps none. */
  get longestPauseMs(): number | undefined {
    const idleMs = this.#mayKeepEvents ? this.#session?.idleMs : undefined;
    return idleMs === undefined ? undefined : idleMs / 2;
  }

  /** Call when the session was logged off. */
  loggedOff(): void {
    this.#session = undefined;
    this.#mayKeepEvents = false;
  }

  /** Call when events of the last answer were left out. */
  missed(detail: string): void {
    this.#countGap(detail);
  }

  /** Polls once. Never throws. */
  async poll(conversation: SessionConversation): Promise<Polled> {
    const now = this.#clock.monotonicTime();
    if (now - this.#answeredAt < shortestPauseMs) return { kind: 'early' };
    if (this.#failure !== undefined && now < this.#notBefore) return { kind: 'failed', failure: this.#failure };
    const keptEvents = this.#mayKeepEvents;
    this.#mayKeepEvents = true;
    try {
      const events = await conversation.ask({
        request: {
          ...actionRequest('events', { timeout: '0' }),
          timeoutMs: Math.min(longest.ms, conversation.remainingMs() * longest.share),
          maximumBytes: largestAnswer,
        },
        read: (answer, session) => this.#read(answer, session),
      });
      return this.#answered(events);
    } catch (thrown) {
      return this.#failed(asFailure(thrown), keptEvents);
    }
  }

  /** Reads an answer. A new session has missed all events since the previous session, so a gap is counted. */
  #read(answer: ApiAnswer, session: Session): Events {
    const end = answer.body.indexOf('\r\n\r\n');
    readResponse(end < 0 ? answer : { ...answer, body: answer.body.slice(0, end) }, session);
    if (this.#session !== undefined && this.#session !== session) this.#countGap('the previous session is gone');
    this.#session = session;
    return readEvents(answer.body);
  }

  #answered(events: Events): Polled {
    this.#answeredAt = this.#clock.monotonicTime();
    this.#isGapCounted = false;
    [this.#failures, this.#failure] = [0, undefined];
    if (!events.isWhole) this.#countGap('the answer was cut off');
    return { kind: 'read', events };
  }

  /** Records a failed poll. A gap is counted, because the PBX may have delivered events that did not arrive. */
  #failed(failure: Failure, keptEvents: boolean): Polled {
    if (this.#session !== undefined) this.#countGap(failure.message);
    // A request that was refused, or not sent because the core had paused the call, did not start a wait.
    const isRefused = failure.reason === 'forbidden' || failure.reason === 'session_lost';
    if (isRefused) this.#mayKeepEvents = keptEvents;
    const pause = isRefused ? 0 : (pausesMs[Math.min(this.#failures, pausesMs.length - 1)] ?? 0);
    this.#failures += 1;
    this.#failure = failure;
    this.#notBefore = this.#clock.monotonicTime() + pause;
    return { kind: 'failed', failure };
  }

  #countGap(detail: string): void {
    if (this.#isGapCounted) return;
    this.#isGapCounted = true;
    this.#gaps += 1;
    this.#log.info('events of the PBX may have been missed', { detail });
  }
}
