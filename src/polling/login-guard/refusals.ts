import type { FailureReason } from '../../snapshot/failure-reason.ts';
import type { LoginIdentity } from './login-identity.ts';

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
