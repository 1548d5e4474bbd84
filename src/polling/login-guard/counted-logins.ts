import type { FailureReason } from '../../snapshot/failure-reason.ts';
import type { LoginIdentity, Suspension } from './login-rules.ts';

/** Time (ms) after which a login of another process has ended, or the process has died. */
const undecidedMs = 2 * 60_000;

/** A refused login that the PBX may have counted. */
export interface Refusal {
  readonly at: number;
  readonly account: string;
  readonly target: string;
  readonly reason: FailureReason;
  /** Time from which it no longer counts, even within the window. Default: it counts until the window ends. */
  readonly forgottenAt?: number;
}

/** Returns a sentence for users that explains why the counted refusals delay the next login. */
export function refusalDetail(
  counted: readonly Refusal[],
  { rules: { refusals: refusalLimit } }: LoginIdentity,
): string {
  const targets = targetsOf(counted);
  const whose =
    targets.length === 0
      ? 'of an earlier run or another command'
      : targets.length === 1
        ? `of the target ${targets[0]}`
        : `of the targets ${targets.join(', ')}`;
  const what = refusalLimit?.by === 'account' ? 'the account' : 'the address of the exporter';
  const count = counted.length === 1 ? '1 request' : `${counted.length} requests`;
  const advice = counted.some(({ reason }) => reason !== 'session_lost') ? ': correct the account there' : '';
  return `the PBX refused ${count} ${whose}, and may lock ${what} at number ${(refusalLimit?.most ?? 0) + 1}${advice}`;
}

/** Returns the names of the refused targets, each once. */
export function targetsOf(refusals: readonly Refusal[]): readonly string[] {
  return [...new Set(refusals.map(({ target }) => target))].filter((target) => target !== '');
}

/**
 * Returns a login in progress of another process as a refusal. A recent login counts only until its result should be
 * known. An older one belongs to a process that died, and counts like any refusal.
 */
export function loginInProgressElsewhere(at: number, now: number): Refusal {
  const forgotten = now - at < undecidedMs ? { forgottenAt: at + undecidedMs } : {};
  return { at, account: '', target: '', reason: 'bad_credentials', ...forgotten };
}

/** Times of the logins sent to one address, accepted or not, for PBXs that limit the number of logins in a time window. */
export class LoginTimes {
  #times: readonly { readonly at: number; readonly account: string }[] = [];

  /** Call before a login is sent. */
  began({ account, rules: { limit } }: LoginIdentity, now: number): void {
    if (limit === undefined) return;
    const recent = this.#times.filter(({ at }) => now - at < limit.windowMs);
    this.#times = [...recent, { at: now, account }];
  }

  /** Call when the last login was not sent after all. */
  notSent({ rules }: LoginIdentity): void {
    if (rules.limit !== undefined) this.#times = this.#times.slice(0, -1);
  }

  /** Returns why `reserved` + 1 more logins may not be sent now; undefined if they may. */
  suspension({ account, rules: { limit } }: LoginIdentity, now: number, reserved = 0): Suspension | undefined {
    if (limit === undefined) return undefined;
    const recent = this.#times.filter(
      (login) => now - login.at < limit.windowMs && (limit.by === 'address' || login.account === account),
    );
    const oldest = recent[recent.length - limit.logins + reserved];
    if (oldest === undefined) return undefined;
    const minutes = Math.round(limit.windowMs / 60_000);
    const detail = `there were ${recent.length} logins within ${minutes} min, and more could lock the exporter out: waiting before the next one`;
    return { until: oldest.at + limit.windowMs, reason: 'suspended', detail };
  }
}
