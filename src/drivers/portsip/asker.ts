import type { Clock } from '../../clock.ts';
import type { Conversation } from '../driver.ts';
import { asFailure, Failure } from '../../transport/failure.ts';
import type { ApiRequest } from '../../transport/request.ts';
import { readAnswer } from './refusal.ts';
import type { RequestBudget } from './request-budget.ts';

/**
 * Reasons after which nothing more is asked in a round: they concern the account or the address, not the question. A
 * session that one question was refused with may still serve the others.
 */
const endingReasons: readonly string[] = [
  'rate_limited',
  'locked_out',
  'suspended',
  'bad_credentials',
  'two_factor_required',
];

/** What an asker is made from. */
export interface AskerSetup {
  readonly conversation: Conversation;
  readonly budget: RequestBudget;
  readonly clock: Clock;
}

/** Asks the questions of one round within the server's request budget, until something ends the round. */
export class Asker {
  readonly #setup: AskerSetup;
  /** Monotonic time (ms) after which no more of many questions should be begun, so that the last ones end in time. */
  readonly lastStart: number;
  /** Monotonic time (ms) at which the round ends. */
  readonly #endsAt: number;
  /** Time that one small question may take, in milliseconds: several that hang must fit into a round. */
  readonly #smallMs: number;
  #ended: Failure | undefined;

  constructor(setup: AskerSetup) {
    const leftMs = setup.conversation.remainingMs();
    this.#setup = setup;
    this.#endsAt = setup.clock.monotonicTime() + leftMs;
    this.#smallMs = leftMs / 5;
    this.lastStart = this.#endsAt - Math.min(2_000, leftMs / 10);
  }

  /** Why nothing more is asked in this round; undefined while questions may be asked. */
  get ended(): Failure | undefined {
    return this.#ended;
  }

  /** Asks; `read` gets the JSON of a good answer. Throws a `Failure`. */
  async ask<T>(request: ApiRequest, read: (value: unknown) => T): Promise<T> {
    const { budget } = this.#setup;
    if (this.#ended !== undefined) throw this.#ended;
    if (!(await budget.take(this.#endsAt))) throw new Failure('timeout', 'the request budget of this round is used up');
    return this.#send(request, read);
  }

  /**
   * Asks one of many small questions; `'later'` when this round has no time for it, which says nothing about the PBX.
   * Throws a `Failure`.
   */
  async askInTime<T>(request: ApiRequest, read: (value: unknown) => T): Promise<T | 'later'> {
    const { budget, clock } = this.#setup;
    if (this.#ended !== undefined) throw this.#ended;
    if (!(await budget.take(this.lastStart))) return 'later';
    const leftMs = Math.max(0, this.#endsAt - clock.monotonicTime() - 100);
    const timeoutMs = Math.min(this.#smallMs, leftMs);
    try {
      return await this.#send({ ...request, timeoutMs }, read);
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.reason === 'timeout' && timeoutMs < this.#smallMs) return 'later';
      throw failure;
    }
  }

  async #send<T>(request: ApiRequest, read: (value: unknown) => T): Promise<T> {
    const { conversation, budget } = this.#setup;
    if (this.#ended !== undefined) throw this.#ended;
    try {
      return await conversation.ask({
        request,
        read: (answer) => read(readAnswer(answer)),
      });
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.reason === 'rate_limited' || failure.reason === 'locked_out') budget.pause(failure);
      if (endingReasons.includes(failure.reason)) this.#ended ??= failure;
      throw failure;
    }
  }
}
