import type { FailureReason } from '../snapshot/failure-reason.ts';
import type { RoundOutcome } from '../snapshot/round-outcome.ts';
import { Failure } from '../transport/failure.ts';
import type { LoginGuard } from './login-guard/login-guard.ts';
import type { Hold } from './login-guard/login-rules.ts';

/** Why and until when logins are held back. */
export interface HeldBack {
  /** Time of the next possible login, in ms since 1970. */
  readonly untilWall: number;
  readonly reason: FailureReason;
  /** One sentence for users. */
  readonly detail: string;
}

/** The failure of a round that was skipped because no login may be tried. */
export const roundHeldBack = new Failure('suspended', 'waiting before the next login');

/** State of a target's logins, and the way to allow one despite a pause. */
export interface LoginTries {
  /** Whether the next login is delayed because the PBX refused one or could not be reached. */
  readonly wait: boolean;
  /** Why no login may be tried now; undefined if logins are allowed. */
  readonly heldBack: HeldBack | undefined;
  /**
   * Allows one login in the next round despite any pause. Returns the reason if this is denied because another refusal
   * could lock us out; otherwise undefined.
   */
  grantOne(): HeldBack | undefined;
}

/** Returns the state of the logins behind this guard. */
export function loginTries(guard: LoginGuard, keeper: { readonly hasSession: boolean }): LoginTries {
  const inWallTime = (hold: Hold | undefined): HeldBack | undefined =>
    hold && { untilWall: guard.wallTimeOf(hold), reason: hold.reason, detail: hold.detail };
  return {
    get wait() {
      return !keeper.hasSession && guard.permission() !== 'free';
    },
    get heldBack() {
      return inWallTime(guard.hold());
    },
    grantOne: () => inWallTime(guard.grantOneTry()),
  };
}

/** Returns why a round had no login: earlier refusals (possibly of another target), connection problems, or the failure itself. */
export function whyHeldBack(guard: LoginGuard, failure: Failure): Pick<RoundOutcome, 'reason' | 'detail'> {
  const hold = guard.hold();
  if (hold !== undefined) return { reason: hold.reason, detail: hold.detail };
  const trouble = guard.trouble();
  if (trouble !== undefined) return { reason: trouble.reason, detail: trouble.message };
  return failure === roundHeldBack ? {} : { reason: failure.reason, detail: failure.message };
}
