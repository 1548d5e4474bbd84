import { asFailure, Failure } from '../../../transport/failure.ts';
import type { ApiRequest } from '../../../transport/request.ts';
import type { Call, Conversation, Session } from '../../driver.ts';

/** A request that every live session may send, e.g. for our own identity, to distinguish a lost session from a refused request. */
export interface SessionProbe {
  readonly request: ApiRequest;
  /** Throws a `Failure` (`session_lost`) if the session is gone, and a different one if the answer does not show it. */
  readonly check: Call<unknown>['read'];
}

/** Asks calls whose "session gone" is confirmed by a probe before it is believed. */
export class SessionCheckedCalls {
  readonly #conversation: Conversation;
  readonly #probe: SessionProbe;
  readonly #probed = new Map<Session, Promise<Session | undefined>>();

  constructor(conversation: Conversation, probe: SessionProbe) {
    this.#conversation = conversation;
    this.#probe = probe;
  }

  /**
   * Sends the call once. If the PBX reports that the session is gone, the probe is sent with the same session, once per session
   * for all calls. If the session is still valid, the call fails with `forbidden` and costs no login. If it is gone, or the probe
   * is inconclusive, the core's rules for lost sessions apply. Throws a `Failure`.
   */
  async ask<T>(call: Call<T>): Promise<T> {
    const refused: { with?: Session } = {};
    try {
      return await this.#conversation.ask({ ...call, read: readOnce(call, refused) });
    } catch (thrown) {
      if (refused.with === undefined) throw thrown;
    }
    const living = await this.#livingSession(refused.with);
    if (living === refused.with) throw forbidden();
    return this.#askWithLiving(call, living);
  }

  async #askWithLiving<T>(call: Call<T>, living: Session | undefined): Promise<T> {
    return this.#conversation.ask({
      ...call,
      read(answer, session) {
        try {
          return call.read(answer, session);
        } catch (thrown) {
          const failure = asFailure(thrown);
          throw failure.reason === 'session_lost' && session === living ? forbidden() : failure;
        }
      },
    });
  }

  /** The session that the probe was answered with, which is another one after a login; undefined if the probe does not show it. */
  #livingSession(refused: Session): Promise<Session | undefined> {
    const known = this.#probed.get(refused);
    if (known !== undefined) return known;
    const { request, check } = this.#probe;
    const probed = this.#conversation
      .ask({
        request,
        auxiliary: false,
        read(answer, session) {
          check(answer, session);
          return session;
        },
      })
      .catch((thrown: unknown) => {
        const failure = asFailure(thrown);
        if (endsRound(failure)) throw failure;
        return undefined;
      });
    this.#probed.set(refused, probed);
    return probed;
  }
}

/** The `read` function of the call, which hides "session gone" from the core until the probe has been answered. */
function readOnce<T>(call: Call<T>, refused: { with?: Session }): Call<T>['read'] {
  return (answer, session) => {
    try {
      return call.read(answer, session);
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (failure.reason !== 'session_lost') throw failure;
      refused.with = session;
      throw new Failure('http_status', 'the PBX refuses this request', { status: answer.status });
    }
  };
}

/** A lost session that could not be replaced: asking again would be refused again. */
function endsRound({ reason }: Failure): boolean {
  return ['session_lost', 'bad_credentials', 'suspended', 'locked_out', 'rate_limited', 'two_factor_required'].includes(
    reason,
  );
}

function forbidden(): Failure {
  return new Failure(
    'forbidden',
    'the PBX reports that the session is gone, but the same session works elsewhere: this account may lack the right',
    { status: 401 },
  );
}
