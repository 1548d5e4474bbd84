import type { FailureReason } from '../../snapshot/failure-reason.ts';
import type { Hold, LoginIdentity } from './login-rules.ts';

/** A login of another process is over after that (ms), or its process is dead. */
const undecidedMs = 2 * 60_000;

/** A refused login that the PBX can have counted. */
export interface Refusal {
  readonly at: number;
  readonly account: string;
  readonly target: string;
  readonly reason: FailureReason;
  /** From when on it does not count any more, whatever the window; default: never. */
  readonly forgottenAt?: number;
}

/** Why a full row of refusals holds back the next login, as a sentence for people. */
export function rowDetail(counted: readonly Refusal[], { rules: { refusals: row } }: LoginIdentity): string {
  const targets = targetsOf(counted);
  const whose =
    targets.length === 0
      ? 'of an earlier run or another command'
      : targets.length === 1
        ? `of the target ${targets[0]}`
        : `of the targets ${targets.join(', ')}`;
  const what = row?.by === 'account' ? 'the account' : 'the address of the exporter';
  const count = counted.length === 1 ? '1 request' : `${counted.length} requests`;
  const advice = counted.some(({ reason }) => reason !== 'session_lost') ? ': correct the account there' : '';
  return `the PBX refused ${count} ${whose}, and may lock ${what} at number ${(row?.most ?? 0) + 1}${advice}`;
}

/** Names of the targets that were refused, each once. */
export function targetsOf(refusals: readonly Refusal[]): readonly string[] {
  return [...new Set(refusals.map(({ target }) => target))].filter((target) => target !== '');
}

/** A login of another process: soon it is known how it ended. One that has not ended after a while is of a process that died. */
export function underWayElsewhere(at: number, now: number): Refusal {
  const forgotten = now - at < undecidedMs ? { forgottenAt: at + undecidedMs } : {};
  return { at, account: '', target: '', reason: 'bad_credentials', ...forgotten };
}

/** When logins were sent to one address, accepted or not, for PBXs that take so many within a time. */
export class LoginTimes {
  #times: readonly { readonly at: number; readonly account: string }[] = [];

  /** Call before a login is sent. */
  began({ account, rules: { limit } }: LoginIdentity, now: number): void {
    if (limit === undefined) return;
    const recent = this.#times.filter(({ at }) => now - at < limit.windowMs);
    this.#times = [...recent, { at: now, account }];
  }

  /** Call when the last login was not sent after all. */
  unsent({ rules }: LoginIdentity): void {
    if (rules.limit !== undefined) this.#times = this.#times.slice(0, -1);
  }

  /** Why so many logins more than one may not be sent now; undefined when they may. */
  hold({ account, rules: { limit } }: LoginIdentity, now: number, reserved = 0): Hold | undefined {
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
