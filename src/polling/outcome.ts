import type { RoundOutcome } from '../snapshot/round-outcome.ts';
import { whySkipped } from './login-status.ts';
import type { LoginGuard } from './login-guard/login-guard.ts';
import type { OtherProduct } from './identities.ts';
import type { RoundResult } from './round.ts';
import type { TargetSetup } from './target-setup.ts';

/** The context of a round. */
interface OutcomeContext {
  readonly setup: TargetSetup;
  readonly guard: LoginGuard;
  readonly product: OtherProduct;
}

/** Returns the outcome of a round that has just ended, with its times and counts. `startedAt` is monotonic time in milliseconds. */
export function outcomeOf(
  result: RoundResult,
  { setup, guard, product }: OutcomeContext,
  startedAt: number,
  counts: Pick<RoundOutcome, 'requests' | 'logins' | 'auxiliaryCalls'>,
): RoundOutcome {
  const { clock, collect, transport } = setup;
  const endedAt = clock.monotonicTime();
  const failure = 'failure' in result ? result.failure : undefined;
  const refusals = guard.usedRefusals();
  const certificateExpiry = transport.takeCertificateExpiry?.();
  const facts = {
    collectors: collect,
    endedAtWall: clock.wallTime(),
    endedAt,
    durationMs: endedAt - startedAt,
    ...counts,
    ...(certificateExpiry === undefined ? {} : { certificateExpiry }),
    suspendedUntilWall: guard.suspendedUntilWall(),
    ...(refusals === undefined || refusals.used === 0 ? {} : { refusals }),
  };
  if (failure?.reason === 'suspended')
    return { ...facts, kind: 'skipped', ...product.explain(whySkipped(guard, failure)) };
  return {
    ...facts,
    kind: 'polled',
    ...(result.reading === undefined ? {} : { reading: result.reading }),
    ...(failure === undefined ? {} : product.explain({ reason: failure.reason, detail: failure.message })),
  };
}
