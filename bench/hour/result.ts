import type { Ending } from './exporter.ts';
import type { HourLedgers, PbxLedger } from './pbxs.ts';
import type { Period } from './plan.ts';
import type { ScrapeTotals } from './scrapes.ts';
import type { VisitTotals } from './visitors.ts';
import type { Sample } from './watch.ts';

/** Counts of the edits and reloads during the hour. */
export interface EditTotals {
  readonly reloads: number;
  readonly refused: number;
  /** Passwords mistyped on purpose. */
  readonly mistyped: number;
  readonly unexpected: number;
  readonly failures: readonly string[];
  /** How often the entry of each target was changed, removed or restored. */
  readonly changes: Readonly<Record<string, number>>;
}

/** All measurements of an hour. */
export interface HourResult {
  readonly node: string;
  readonly cores: number;
  readonly seed: number;
  /** Duration of the hour without the recovery period at its end, in milliseconds. */
  readonly loadMs: number;
  readonly pbxs: number;
  readonly periods: readonly Period[];
  readonly samples: readonly Sample[];
  readonly scrapes: ScrapeTotals;
  readonly visits: VisitTotals;
  readonly edits: EditTotals;
  /** Number of log lines of the exporter by level. */
  readonly logLines: Readonly<Record<string, number>>;
  readonly mistakes: readonly string[];
  /** Counts of the PBXs after the last fault. */
  readonly ledgers: HourLedgers;
  /** The maximum excess of any PBX during the hour. */
  readonly worstExcess: Excess;
  /** Recovery after the last fault: the time until all PBXs were up, and the names of those that did not recover. */
  readonly settled: {
    readonly afterMs: number;
    readonly suspended: readonly string[];
    readonly down: readonly string[];
  };
  readonly ending: Ending;
  readonly sessionsLeft: number;
}

/** Sessions and logins of the exporter beyond the justified ones. */
export interface Excess {
  readonly sessions: number;
  readonly logins: number;
}

/** Minimum time until a session expires, or is replaced shortly before it expires. */
const shortestSessionMs = 20 * 60_000;

/**
 * Returns the excess of one PBX. Justified sessions: one, plus one for each login, renewal or logout with a response lost to a fault.
 * Justified logins: one at the start, plus one for each session ended by the PBX, each lost response, and each change of the entry.
 * Sessions that cannot be renewed are replaced shortly before they expire, which justifies one more login for each session lifetime since
 * the start.
 */
export function excessOf(ledger: PbxLedger, changes: number, sinceStartMs: number): Excess {
  const begunAnew = Math.min(ledger.logouts, Math.floor(sinceStartMs / shortestSessionMs));
  return {
    sessions: Math.max(0, ledger.sessions - 1 - ledger.affectedLogins),
    logins: Math.max(0, ledger.logins - 1 - ledger.ended - ledger.affectedLogins - changes - begunAnew),
  };
}
