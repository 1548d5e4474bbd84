import { asFailure, Failure } from '../../../transport/failure.ts';
import type { ApiRequest } from '../../../transport/request.ts';
import type { Call, Conversation, Session } from '../../driver.ts';

/** A request that every valid session may send, e.g. for our own identity. It distinguishes a lost session from a refused request. */
export interface SessionProbe {
  readonly request: ApiRequest;
  /** Throws a `Failure`: `session_lost` if the session is gone, another reason if the answer does not show it. */
  readonly check: Call<unknown>['read'];
}

/** Sends calls and confirms "session gone" by a probe before it is accepted. */
export class SessionCheckedCalls {
  readonly #conversation: Conversation;
  readonly #probe: SessionProbe;
  readonly #probed = new Map<Session, Promise<Session | undefined>>();

  constructor(conversation: Conversation, probe: SessionProbe) {
    this.#conversation = conversation;
    this.#probe = probe;
  }

  /**
   * Sends the call once. If the PBX reports that the session is gone, the probe is sent with the same session, once per
   * session for all calls. If the session is still valid, the call fails with `forbidden` and costs no login. If it is
   * gone, or the probe is inconclusive, the core's rules for lost sessions apply. Throws a `Failure`.
   */
  async ask<T>(call: Call<T>): Promise<T> {
    const refused: { with?: Session } = {};
    try {
      return await this.#conversation.ask({ ...call, read: readOnce(call, refused) });
    } catch (thrown) {
      if (refused.with === undefined) throw thrown;
    }
    const valid = await this.#validSession(refused.with);
    if (valid === refused.with) throw forbidden();
    return this.#askWithValidSession(call, valid);
  }

  async #askWithValidSession<T>(call: Call<T>, valid: Session | undefined): Promise<T> {
    return this.#conversation.ask({
      ...call,
      read(answer, session) {
        try {
          return call.read(answer, session);
        } catch (thrown) {
          const failure = asFailure(thrown);
          throw failure.reason === 'session_lost' && session === valid ? forbidden() : failure;
        }
      },
    });
  }

  /**
   * Returns the session with which the probe was answered; this is a new one after a login. Returns undefined if the
   * probe is inconclusive.
   */
  #validSession(refused: Session): Promise<Session | undefined> {
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

/** Returns the `read` function of the call, changed so that the core does not see "session gone" before the probe has been answered. */
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

/** Reports whether a lost session could not be replaced: another request would be refused again. */
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
