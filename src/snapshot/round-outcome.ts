import type { FailureReason } from './failure-reason.ts';
import type { RefusalUsage } from './record.ts';
import type { Collector, Reading } from './reading.ts';

/** Number of requests by call and result; the result is `ok` or a failure reason. */
export type RequestCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A failed auxiliary call and the reason. */
export interface MissingCall {
  /** Name of the call, as in the label `call`. */
  readonly call: string;
  readonly reason: FailureReason;
  /** One sentence that is safe to display. */
  readonly detail: string;
}

/** The result of one round, successful or not. Failures are data, not exceptions. */
export interface RoundOutcome {
  /** `skipped`: no request was sent, because the exporter itself was waiting. */
  readonly kind: 'polled' | 'skipped';
  /** Collectors enabled for the round. */
  readonly collectors: readonly Collector[];
  /** The data read; absent if the round failed before reading. */
  readonly reading?: Reading;
  /** Why the whole round failed; absent if it succeeded. */
  readonly reason?: FailureReason;
  /** One sentence that is safe to display. */
  readonly detail?: string;
  /** Wall clock (ms since 1970) at the end of the round. */
  readonly endedAtWall: number;
  /** Monotonic time (ms) at the end of the round. */
  readonly endedAt: number;
  readonly durationMs: number;
  readonly requests: RequestCounts;
  readonly logins: { readonly success: number; readonly failure: number };
  /**
   * Auxiliary calls (names, rights, versions, details of single rows) of the round, by name: the failure if the PBX
   * answered none of them, otherwise undefined. Default: none were made.
   */
  readonly auxiliaryCalls?: ReadonlyMap<string, Omit<MissingCall, 'call'> | undefined>;
  /** Earliest expiry time in the certificate chain sent in this round (seconds since 1970); absent if none was sent. */
  readonly certificateExpiry?: number;
  /** Wall clock (ms since 1970) until which logins are suspended; 0 if they are not. */
  readonly suspendedUntilWall: number;
  /** Refused logins that the PBX may have counted; absent if there are none. */
  readonly refusals?: RefusalUsage;
}
