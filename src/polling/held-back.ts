import type { FailureReason } from '../snapshot/failure-reason.ts';
import type { RoundOutcome } from '../snapshot/round-outcome.ts';
import { Failure } from '../transport/failure.ts';
import type { LoginGuard } from './login-guard/login-guard.ts';
import type { Hold } from './login-guard/login-rules.ts';

/** Why no login is tried. */
export interface HeldBack {
  /** From when on one may be tried, in ms since 1970. */
  readonly untilWall: number;
  readonly reason: FailureReason;
  /** One sentence for people. */
  readonly detail: string;
}

/** A round that was not even begun, because no login may be tried. */
export const roundHeldBack = new Failure('suspended', 'waiting before the next login');

/** Whether the logins of a target wait, and how to have one let through. */
export interface LoginTries {
  /** Whether the next login waits, because the PBX refused one or could not be reached. */
  readonly wait: boolean;
  /** Why no login may be tried now; undefined when one may. */
  readonly heldBack: HeldBack | undefined;
  /** Allows one login in the next round despite any pause. Returns why not, if a refusal could lock us out; otherwise undefined. */
  grantOne(): HeldBack | undefined;
}

/** The tries of a target with this guard. */
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

/** Why a round had no login: the earlier refusals, possibly of another target. */
export function whyHeldBack(guard: LoginGuard, failure: Failure): Pick<RoundOutcome, 'reason' | 'detail'> {
  const hold = guard.hold();
  if (hold !== undefined) return { reason: hold.reason, detail: hold.detail };
  const trouble = guard.trouble();
  if (trouble !== undefined) return { reason: trouble.reason, detail: trouble.message };
  return failure === roundHeldBack ? {} : { reason: failure.reason, detail: failure.message };
}
