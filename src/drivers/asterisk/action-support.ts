import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import type { Conversation, Session } from '../driver.ts';
import type { AmiAnswer } from './ami-message.ts';
import { actionRequest, type AsteriskCall } from './requests.ts';
import { isUnknownAction, readResponse } from './errors.ts';

const minuteMs = 60_000;
/** First and longest pause before an unknown action is tried again. */
const missingPauseMs = { first: minuteMs, longest: 15 * minuteMs };
/** Time (ms) during which an action that answered before and is now unknown counts as "not yet loaded", not as missing. */
const loadingMs = 10 * minuteMs;
/** How long a refusal stays valid. After that, a new login shows whether the right was added, because rights belong to the session. */
const refusalMs = 60 * minuteMs;

/** The outcome of an action that the PBX may be unable or unwilling to answer. */
export type Outcome<T> =
  | { readonly kind: 'read'; readonly value: T }
  /** The action is unknown: its module is not loaded. */
  | { readonly kind: 'missing' }
  /** The user lacks the right. */
  | { readonly kind: 'refused'; readonly session: Session };

interface Knowledge {
  /** When the action last answered; monotonic milliseconds, as all times here. */
  readonly answeredAt?: number;
  readonly missing?: { readonly until: number; readonly pauseMs: number; readonly logins: number };
  readonly refused?: { readonly until: number; readonly session: Session; readonly logins: number };
}

/**
 * Remembers for each call whether the PBX can answer it. This is learned from the answers, valid for a limited time, and
 * discarded at each login.
 */
export class ActionSupport {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #known = new Map<AsteriskCall, Knowledge>();
  #logins = 0;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Call at each login: the PBX may have been restarted, and the user's rights may have changed. */
  loggedIn(): void {
    this.#logins += 1;
  }

  /** Logins so far. */
  get logins(): number {
    return this.#logins;
  }

  /** Call when no channel driver is loaded: Asterisk is then starting, and every action should be retried immediately. */
  forgetMissing(): void {
    for (const [call, { missing: _, ...rest }] of this.#known) this.#known.set(call, rest);
  }

  /** Whether the right to list endpoints was refused in the current session. */
  get reportingOnly(): boolean {
    return this.#known.get('endpoints')?.refused !== undefined;
  }

  /** Whether the session should be replaced by a new login that shows the user's current rights. */
  isOutdated(session: Session): boolean {
    const refused = this.#known.get('endpoints')?.refused;
    return refused?.session === session && this.#clock.monotonicTime() >= refused.until;
  }

  /** Sends the action, unless the PBX is known not to answer it. Throws a `Failure` for all other problems. */
  async ask<T>(conversation: Conversation, call: AsteriskCall, read: (answer: AmiAnswer) => T): Promise<Outcome<T>> {
    const known = this.#known.get(call) ?? {};
    const believed = this.#believed(known);
    if (believed !== undefined) return believed;
    const outcome = await this.#ask(conversation, call, read);
    this.#learn(call, known, outcome);
    return outcome;
  }

  /**
   * Only an answer of Asterisk itself counts as a refusal. A failure for a call that the core did not send is an ordinary
   * failure.
   */
  async #ask<T>(conversation: Conversation, call: AsteriskCall, read: (answer: AmiAnswer) => T): Promise<Outcome<T>> {
    let refusal: { readonly thrown: unknown; readonly session: Session } | undefined = undefined;
    const understand = (answer: ApiAnswer, session: Session): AmiAnswer => {
      try {
        return this.#understand(call, answer, session);
      } catch (thrown) {
        if (asFailure(thrown).reason === 'forbidden') refusal = { thrown, session };
        throw thrown;
      }
    };
    try {
      return await conversation.ask<Outcome<T>>({
        request: actionRequest(call),
        read: (answer, session) =>
          isUnknownAction(answer) ? { kind: 'missing' } : { kind: 'read', value: read(understand(answer, session)) },
      });
    } catch (thrown) {
      return refusedOrThrown(refusal, thrown);
    }
  }

  /** A refusal in an outdated session (see {@link isOutdated}) causes one new login, because the user's rights may have changed. */
  #understand(call: AsteriskCall, answer: ApiAnswer, session: Session): AmiAnswer {
    try {
      return readResponse(answer, session);
    } catch (thrown) {
      if (call !== 'endpoints' || asFailure(thrown).reason !== 'forbidden' || !this.isOutdated(session)) throw thrown;
      throw new Failure('session_lost', 'a new login shows whether the right was added');
    }
  }

  #believed({ missing, refused }: Knowledge): Outcome<never> | undefined {
    const now = this.#clock.monotonicTime();
    if (missing?.logins === this.#logins && now < missing.until) return { kind: 'missing' };
    if (refused?.logins === this.#logins && now < refused.until) return { kind: 'refused', session: refused.session };
    return undefined;
  }

  #learn(call: AsteriskCall, known: Knowledge, outcome: Outcome<unknown>): void {
    // While Asterisk starts, it refuses actions of modules that do not run yet, so a single refusal does not prove that
    // the user lacks the right.
    if (outcome.kind === 'refused' && known.answeredAt !== undefined) {
      this.#known.set(call, {});
      throw new Failure(
        'forbidden',
        'refused although it was allowed before: Asterisk is starting, or the AMI user has lost a right',
      );
    }
    if (call === 'endpoints') this.#logMode(known.refused !== undefined, outcome.kind);
    const now = this.#clock.monotonicTime();
    if (outcome.kind === 'missing') this.#known.set(call, this.#missing(call, known, now));
    else if (outcome.kind === 'read') this.#known.set(call, { answeredAt: now });
    else
      this.#known.set(call, {
        refused: { until: now + refusalMs, session: outcome.session, logins: this.#logins },
      });
  }

  #logMode(reportingOnly: boolean, kind: Outcome<unknown>['kind']): void {
    if (kind === 'refused' && !reportingOnly)
      this.#log.warn('the user may not list endpoints: device states and registrations only, no roundtrips', {
        missing_right: 'system',
      });
    if (kind === 'read' && reportingOnly) this.#log.info('the user may list endpoints now: everything is read');
  }

  #missing(call: AsteriskCall, known: Knowledge, now: number): Knowledge {
    if (known.answeredAt !== undefined && now - known.answeredAt < loadingMs)
      throw new Failure('service_unavailable', 'a module that was there is not loaded (any more, or not yet)');
    if (known.missing === undefined) this.#log.debug('the module of this call is not loaded', { call });
    const pauseMs = Math.min((known.missing?.pauseMs ?? missingPauseMs.first / 2) * 2, missingPauseMs.longest);
    return { missing: { until: now + pauseMs, pauseMs, logins: this.#logins } };
  }
}

function refusedOrThrown(
  refusal: { readonly thrown: unknown; readonly session: Session } | undefined,
  thrown: unknown,
): Outcome<never> {
  if (refusal === undefined || refusal.thrown !== thrown) throw thrown;
  return { kind: 'refused', session: refusal.session };
}
