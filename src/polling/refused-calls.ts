import type { Clock } from '../clock.ts';
import type { RoundTiming, Session } from '../drivers/driver.ts';
import { Failure } from '../transport/failure.ts';
import type { ApiRequest } from '../transport/request.ts';

/** Pause after a refused auxiliary call, and the longest pause after a refused essential call, in milliseconds. */
const longestCallPauseMs = 60 * 60_000;
/** After this many consecutive refusals of different questions of one auxiliary call, the whole call counts as refused. */
const refusalsInARow = 3;
/** Maximum number of refused questions that are remembered. A question is a call with a particular path and parameters. */
const maximumRemembered = 1_000;

interface RefusedQuestion {
  readonly at: number;
  readonly until: number;
  readonly failure: Failure;
  /** Number of consecutive refusals. */
  readonly times: number;
  /** The last two sessions with which it was refused. */
  readonly sessions: readonly Session[];
}

/** What one session has served: the first question and its call, and whether other questions and calls followed. */
interface Served {
  readonly question: string;
  readonly call: string;
  severalQuestions: boolean;
  severalCalls: boolean;
}

/**
 * Remembers, across the rounds of one target, which calls the PBX refused or answered with "session gone". A call that
 * never succeeds thus causes neither a login nor a refusal in every round.
 */
export class RefusedCalls {
  readonly #clock: Clock;
  readonly #timing: Pick<RoundTiming, 'intervalMs'>;
  readonly #questions = new Map<string, RefusedQuestion>();
  readonly #rows = new Map<string, number>();
  readonly #refusals = new WeakMap<Session, Set<string>>();
  #round = 0;
  readonly #served = new WeakMap<Session, Served>();
  /** By call: the last two sessions with which any of its questions was refused since one was answered. */
  readonly #sessionsByCall = new Map<string, readonly Session[]>();

  constructor(clock: Clock, timing: Pick<RoundTiming, 'intervalMs'>) {
    this.#clock = clock;
    this.#timing = timing;
  }

  /** Call after each request that succeeded with this session. */
  served(session: Session, request: ApiRequest): void {
    const question = questionOf(request);
    const known = this.#served.get(session);
    const { call } = request;
    if (known === undefined)
      this.#served.set(session, { question, call, severalQuestions: false, severalCalls: false });
    else {
      known.severalQuestions ||= known.question !== question;
      known.severalCalls ||= known.call !== call;
    }
    if (this.#sessionsByCall.size > 0) this.#sessionsByCall.delete(call);
    if (this.#questions.size > 0) for (const known of [question, detailOf(request)]) this.#questions.delete(known);
    if (this.#rows.size > 0) this.#rows.delete(request.call);
  }

  /** Returns why an essential call may not be sent now; undefined if it may. */
  callPause(request: ApiRequest): Failure | undefined {
    if (this.#questions.size === 0) return undefined;
    return this.#waiting(this.#questions.get(questionOf(request)));
  }

  /**
   * Call when an essential call was answered with "session gone". Returns a `forbidden` failure if the session cannot be
   * the cause: two sessions in a row served other calls and were refused for this one. The call is then repeated only at
   * growing intervals. The same applies to a call with several questions, such as the state of each phone, if none of
   * them is answered. Returns undefined if a new session may help.
   */
  sessionRefused(request: ApiRequest, session: Session): Failure | undefined {
    const question = questionOf(request);
    const known = this.#questions.get(question);
    const sessions = withSession(known?.sessions ?? [], session);
    const refusals = this.#refusals.get(session) ?? new Set();
    this.#refusals.set(session, refusals.add(`${this.#round} ${request.call}`));
    const enough = sessions.length > 1 || this.#isKnownFor(request.call);
    const isCallAtFault = this.#isCallAtFault(request.call, session);
    if (!isCallAtFault && (!enough || !sessions.every((one) => this.#servedOther(one, question)))) {
      this.#remember(question, { failure: lost, pauseMs: 0, times: 0, sessions });
      return undefined;
    }
    const times = (known?.times ?? 0) + 1;
    const pauseMs = Math.min(longestCallPauseMs, this.#timing.intervalMs * 2 ** (times - 1));
    this.#remember(question, { failure: notTheSession, pauseMs, times, sessions });
    return notTheSession;
  }

  /** Call at the end of each round. Reports whether this session was refused for several calls or in several rounds. */
  isRefusedAgain(session: Session | undefined): boolean {
    this.#round += 1;
    return session !== undefined && (this.#refusals.get(session)?.size ?? 0) > 1;
  }

  /** Call when a session is really lost. Questions that were last refused with it may be sent with the next session. */
  sessionLost(lost: Session): void {
    for (const [question, known] of this.#questions) {
      if (known.times === 0 || known.sessions.at(-1) !== lost) continue;
      this.#questions.set(question, { ...known, until: known.at, sessions: known.sessions.slice(0, -1) });
    }
  }

  /** Returns why an auxiliary call may not be sent now with this session; undefined if it may. */
  auxiliaryCallPause(request: ApiRequest, session: Session): Failure | undefined {
    if (this.#questions.size === 0) return undefined;
    const known = this.#questions.get(detailOf(request));
    // A single "session gone" applies to its session only, which may really have been lost.
    const isDoubtful = known?.failure.reason === 'session_lost' && known.sessions.length < 2;
    if (!isDoubtful || known.sessions[0] === session) return this.#waiting(known) ?? this.#wholeCallPause(request.call);
    return undefined;
  }

  /** Call when an auxiliary call failed. A refused call is retried after an hour, one that timed out at growing intervals. */
  auxiliaryFailed(request: ApiRequest, session: Session, failure: Failure): void {
    const question = detailOf(request);
    const known = this.#questions.get(question);
    const times = (known?.times ?? 0) + 1;
    const pauseMs =
      failure.reason === 'timeout'
        ? Math.min(longestCallPauseMs, this.#timing.intervalMs * 2 ** (times - 1))
        : isRefusal(failure)
          ? longestCallPauseMs
          : 0;
    if (pauseMs === 0) return;
    this.#remember(question, { failure, pauseMs, times, sessions: withSession(known?.sessions ?? [], session) });
    if (isRefusal(failure)) this.#rows.set(request.call, (this.#rows.get(request.call) ?? 0) + 1);
  }

  /** Returns the failure for a whole call if several of its questions were refused and none was answered. */
  #wholeCallPause(call: string): Failure | undefined {
    if ((this.#rows.get(call) ?? 0) < refusalsInARow) return undefined;
    const waiting = [...this.#questions]
      .filter(([question]) => question.startsWith(`${call} `))
      .map(([, known]) => this.#waiting(known))
      .find((failure) => failure !== undefined);
    if (waiting === undefined) this.#rows.delete(call);
    return waiting;
  }

  /** Reports whether a question of this call was refused although the session was good. */
  #isKnownFor(call: string): boolean {
    return [...this.#questions].some(([question, { times }]) => times > 0 && question.startsWith(`${call} `));
  }

  #waiting(known: RefusedQuestion | undefined): Failure | undefined {
    return known !== undefined && this.#clock.monotonicTime() < known.until ? known.failure : undefined;
  }

  #servedOther(session: Session, question: string): boolean {
    const served = this.#served.get(session);
    return served !== undefined && (served.severalQuestions || served.question !== question);
  }

  /** Records a refusal of this call. Returns true if both of the last two sessions refused for it have served other calls. */
  #isCallAtFault(call: string, session: Session): boolean {
    const sessions = withSession(this.#sessionsByCall.get(call) ?? [], session);
    this.#sessionsByCall.set(call, sessions);
    const servedOthers = sessions.filter((one) => {
      const served = this.#served.get(one);
      return served !== undefined && (served.severalCalls || served.call !== call);
    });
    return servedOthers.length > 1;
  }

  #remember(question: string, facts: Omit<RefusedQuestion, 'at' | 'until'> & { readonly pauseMs: number }): void {
    const at = this.#clock.monotonicTime();
    this.#questions.delete(question);
    for (const [oldest, { at: since }] of this.#questions) {
      if (this.#questions.size < maximumRemembered && at - since < 2 * longestCallPauseMs) break;
      this.#questions.delete(oldest);
    }
    // Rounds start a little early or late: a pause of one interval must not become two.
    const until = at + facts.pauseMs - Math.min(facts.pauseMs, this.#timing.intervalMs) / 2;
    const { failure, times, sessions } = facts;
    this.#questions.set(question, { at, until, failure, times, sessions });
  }
}

const lost = new Failure('session_lost', 'the PBX no longer knows the session');
const notTheSession = new Failure(
  'forbidden',
  'the PBX reports that the session is gone, but the same session works for other calls: this account may lack the right',
);

/** Returns the key of a question: the call, its path and its parameters, without the session. Never shown to users. */
function questionOf({ call, path, exactQuery = '', query, body }: ApiRequest): string {
  return `${call} ${path} ${exactQuery} ${query === undefined ? '' : JSON.stringify(query)} ${body === undefined ? '' : JSON.stringify(body)}`;
}

/**
 * Returns the key of a question that is asked for a detail. If it is refused, an essential call with the same request,
 * such as a list or a check of the session, is not held back.
 */
function detailOf(request: ApiRequest): string {
  return `${questionOf(request)} as a detail`;
}

function withSession(sessions: readonly Session[], session: Session): readonly Session[] {
  return sessions.at(-1) === session ? sessions : [...sessions.slice(-1), session];
}

/** Reports whether the PBX refused the request, rather than being temporarily unable to answer it. */
function isRefusal({ reason, status = 0 }: Failure): boolean {
  return (
    reason === 'forbidden' ||
    reason === 'session_lost' ||
    reason === 'bad_credentials' ||
    reason === 'config' ||
    (reason === 'http_status' && status >= 400 && status < 500)
  );
}
