import type { FailureReason } from './failure-reason.ts';
import type { SpentRefusals } from './record.ts';
import type { Collector, Reading } from './reading.ts';

/** How many requests of each call ended how: by call, then `ok` or a failure reason. */
export type RequestCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** An auxiliary call that brought nothing, and why. */
export interface MissingCall {
  /** Name of the call, as in the label `call`. */
  readonly call: string;
  readonly reason: FailureReason;
  /** One sentence for people, safe to show. */
  readonly detail: string;
}

/** Everything one round brought, good or bad: data, not an exception. */
export interface RoundOutcome {
  /** `skipped`: we ourselves waited, nothing was sent. */
  readonly kind: 'polled' | 'skipped';
  /** Collectors that the round was to read. */
  readonly collectors: readonly Collector[];
  /** What was read; absent when the round did not get that far. */
  readonly reading?: Reading;
  /** Why the whole round failed; absent when it went well. */
  readonly reason?: FailureReason;
  /** One sentence for people, safe to show. */
  readonly detail?: string;
  /** Wall clock (ms since 1970) at the end of the round. */
  readonly endedAtWall: number;
  /** Monotonic time (ms) at the end of the round. */
  readonly endedAt: number;
  readonly durationMs: number;
  readonly requests: RequestCounts;
  readonly logins: { readonly success: number; readonly failure: number };
  /**
   * Auxiliary calls (names, rights, versions, details of single rows) that the round asked for, by name: why the PBX
   * answered none of them, undefined if it did. Default: none were asked.
   */
  readonly auxiliaryCalls?: ReadonlyMap<string, Omit<MissingCall, 'call'> | undefined>;
  /** When the first certificate in the chain sent by the PBX expires in this round (seconds since 1970); absent if it sent none. */
  readonly certificateExpiry?: number;
  /** Wall clock (ms since 1970) until which no login is tried; 0 when not suspended. */
  readonly suspendedUntilWall: number;
  /** Refused logins that the PBX can have counted; absent if there are none. */
  readonly refusals?: SpentRefusals;
}
