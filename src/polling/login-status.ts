import type { FailureReason } from '../snapshot/failure-reason.ts';
import type { RoundOutcome } from '../snapshot/round-outcome.ts';
import { Failure } from '../transport/failure.ts';
import type { LoginGuard } from './login-guard/login-guard.ts';
import type { Suspension } from './login-guard/login-rules.ts';

/** Why and until when logins are suspended. */
export interface LoginSuspension {
  /** Time of the next possible login, in ms since 1970. */
  readonly untilWall: number;
  readonly reason: FailureReason;
  /** One sentence for users. */
  readonly detail: string;
}

/** The failure of a round that was skipped because no login may be tried. */
export const roundSkipped = new Failure('suspended', 'waiting before the next login');

/** State of a target's logins, and the way to allow one despite a pause. */
export interface LoginStatus {
  /** Whether the next login is delayed because the PBX refused one or could not be reached. */
  readonly wait: boolean;
  /** Why no login may be tried now; undefined if logins are allowed. */
  readonly suspension: LoginSuspension | undefined;
  /**
   * Allows one login in the next round despite any pause. Returns the reason if this is denied because another refusal
   * could lock us out; otherwise undefined.
   */
  allowOne(): LoginSuspension | undefined;
}

/** Returns the state of the logins behind this guard. */
export function loginStatus(guard: LoginGuard, keeper: { readonly hasSession: boolean }): LoginStatus {
  const inWallTime = (suspension: Suspension | undefined): LoginSuspension | undefined =>
    suspension && { untilWall: guard.wallTimeOf(suspension), reason: suspension.reason, detail: suspension.detail };
  return {
    get wait() {
      return !keeper.hasSession && guard.permission() !== 'free';
    },
    get suspension() {
      return inWallTime(guard.suspension());
    },
    allowOne: () => inWallTime(guard.allowOneLogin()),
  };
}

/** Returns why a round had no login: earlier refusals (possibly of another target), connection problems, or the failure itself. */
export function whySkipped(guard: LoginGuard, failure: Failure): Pick<RoundOutcome, 'reason' | 'detail'> {
  const suspension = guard.suspension();
  if (suspension !== undefined) return { reason: suspension.reason, detail: suspension.detail };
  const problem = guard.problem();
  if (problem !== undefined) return { reason: problem.reason, detail: problem.message };
  return failure === roundSkipped ? {} : { reason: failure.reason, detail: failure.message };
}
