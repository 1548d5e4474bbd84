import type { Failure } from '../transport/failure.ts';
import { type Deadline, endedBy } from './deadline.ts';
import { type Explanation, isDoubtful, mayBeOther } from './identities.ts';

/** A longer path is no address that somebody wrote. */
const longestPath = 200;

/** What is known of the product behind a target that has never let the exporter in. */
export class OtherProduct {
  readonly #identify: () => Promise<Explanation>;
  readonly #path: string;
  #known: Explanation = {};

  /**
   * @param url Base URL of the target.
   * @param identify Says what answers at its address. Default: nothing is said.
   */
  constructor({ pathname }: URL, identify: () => Promise<Explanation> = () => Promise.resolve({})) {
    this.#path = pathname.replace(/\/+$/, '');
    this.#identify = identify;
  }

  /** Call after a round that failed before anything ever worked: looks what answers there, within the time of the round. */
  async look(failure: Failure, deadline: Deadline): Promise<void> {
    if (!mayBeOther(failure.reason)) return;
    const known = await endedBy(deadline.signal, this.#identify()).catch((): Explanation => ({}));
    this.#known = known.instead === undefined ? { ...known, ...this.#pathInDoubt(failure) } : known;
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

  /** What is asked for is not there, below a path that somebody may have copied from a browser. */
  #pathInDoubt({ login, status, message }: Failure): Explanation {
    const isMissing = login === 'path_missing' || status === 404;
    if (!isMissing || this.#path === '' || this.#path.length > longestPath || message.includes('the url ends in'))
      return {};
    return { further: `the url ends in ${this.#path}: is that the web page's address?` };
  }
}
