import type { Clock } from '../../clock.ts';
import type { Conversation } from '../driver.ts';
import { ParallelRequests } from '../kit/parallel-requests.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import type { ApiAnswer, ApiRequest } from '../../transport/request.ts';
import { readAnswer } from './errors.ts';
import type { RequestBudget } from './request-budget.ts';

/**
 * Reasons after which nothing more is sent in a round: they concern the account or the address, not a single request. A
 * session that was refused for one request may still be valid for others, so a lost session is not among them.
 */
const endingReasons: readonly string[] = [
  'rate_limited',
  'locked_out',
  'suspended',
  'bad_credentials',
  'two_factor_required',
];

/** Dependencies of a round. */
export interface RoundSetup {
  readonly conversation: Conversation;
  readonly budget: RequestBudget;
  readonly clock: Clock;
  readonly requestsPerTarget: number;
}

/** Sends the requests of one round within the server's request budget, until a failure ends the round. */
export class Round {
  /** The small requests of this round, one for each user or trunk. */
  readonly parallelRequests: ParallelRequests;
  readonly #setup: RoundSetup;
  /** Monotonic time (ms) at which the round ends. */
  readonly #endsAt: number;
  #ended: Failure | undefined;

  constructor(setup: RoundSetup) {
    const { conversation, budget, clock, requestsPerTarget: concurrency } = setup;
    const remainingMs = conversation.remainingMs();
    this.#setup = setup;
    this.#endsAt = clock.monotonicTime() + remainingMs;
    this.parallelRequests = new ParallelRequests({
      clock,
      remainingMs,
      concurrency,
      admit: (until) => budget.take(until),
      ended: () => this.#ended,
    });
  }

  /** Sends a request; `read` receives the JSON of a successful answer. Throws a `Failure`. */
  async ask<T>(request: ApiRequest, read: (value: unknown, answer: ApiAnswer) => T): Promise<T> {
    if (this.#ended !== undefined) throw this.#ended;
    if (!(await this.#setup.budget.take(this.#endsAt)))
      throw new Failure('timeout', 'the request budget of this round is used up');
    return this.askAdmitted(request, read);
  }

  /** Sends one of the requests of {@link parallelRequests}, which have already passed the budget. Throws a `Failure`. */
  askAdmitted<T>(request: ApiRequest, read: (value: unknown, answer: ApiAnswer) => T): Promise<T> {
    return this.askRaw(request, (answer) => read(readAnswer(answer), answer));
  }

  /** Like {@link askAdmitted}, but `read` receives the unparsed answer. */
  async askRaw<T>(request: ApiRequest, read: (answer: ApiAnswer) => T): Promise<T> {
    const { conversation, budget } = this.#setup;
    if (this.#ended !== undefined) throw this.#ended;
    try {
      return await conversation.ask({ request, read });
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.reason === 'rate_limited' || failure.reason === 'locked_out') budget.pause(failure);
      if (endingReasons.includes(failure.reason)) this.#ended ??= failure;
      throw failure;
    }
  }
}
