import type { Failure } from '../transport/failure.ts';
import { type Deadline, endedBy } from './deadline.ts';
import { type Explanation, isDoubtful, mayBeOther } from './identities.ts';

/** What is known of the product behind a target that has never let the exporter in. */
export class OtherProduct {
  readonly #identify: () => Promise<Explanation>;
  #known: Explanation = {};

  /** @param identify Says what answers at the address. Default: nothing is said. */
  constructor(identify: () => Promise<Explanation> = () => Promise.resolve({})) {
    this.#identify = identify;
  }

  /** Call after a round that failed before anything ever worked: looks what answers there, within the time of the round. */
  async look({ reason }: Failure, deadline: Deadline): Promise<void> {
    if (mayBeOther(reason)) this.#known = await endedBy(deadline.signal, this.#identify()).catch(() => ({}));
  }

  /** Call when something worked: it is what it was taken for. */
  proven(): void {
    this.#known = {};
  }

  /** Why a round failed, in the words that help. */
  explain<T extends { readonly reason?: Failure['reason']; readonly detail?: string }>(why: T): T {
    const { instead, further } = this.#known;
    if (why.reason === undefined || !mayBeOther(why.reason)) return why;
    const { detail = '' } = why;
    if (instead !== undefined) return { ...why, detail: instead };
    return further === undefined || detail === '' || !isDoubtful(why.reason)
      ? why
      : { ...why, detail: `${detail}; ${further}` };
  }
}
