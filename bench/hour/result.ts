import type { Ending } from './exporter.ts';
import type { HourLedgers, PbxBooks } from './pbxs.ts';
import type { Period } from './plan.ts';
import type { ScrapeTotals } from './scrapes.ts';
import type { VisitTotals } from './visitors.ts';
import type { Sample } from './watch.ts';

/** What the administrator of the hour did. */
export interface EditTotals {
  readonly reloads: number;
  readonly refused: number;
  /** Passwords mistyped on purpose. */
  readonly mistyped: number;
  readonly unexpected: number;
  readonly failures: readonly string[];
  /** How often the entry of each target was changed, removed or put back. */
  readonly changes: Readonly<Record<string, number>>;
}

/** Everything that was measured. */
export interface HourResult {
  readonly node: string;
  readonly cores: number;
  readonly seed: number;
  /** Length of the hour without the time at its end in which things settled, milliseconds. */
  readonly loadMs: number;
  readonly pbxs: number;
  readonly periods: readonly Period[];
  readonly samples: readonly Sample[];
  readonly scrapes: ScrapeTotals;
  readonly visits: VisitTotals;
  readonly edits: EditTotals;
  /** Lines of the exporter's log by level. */
  readonly logLines: Readonly<Record<string, number>>;
  readonly mistakes: readonly string[];
  /** What the PBXs had counted when the troubles were over. */
  readonly ledgers: HourLedgers;
  /** The most by which any PBX was ever beyond what had a reason, and which. */
  readonly worstExcess: Excess;
  /** After the last trouble: time until everything was well, and PBXs that never were, by name. */
  readonly settled: {
    readonly afterMs: number;
    readonly suspended: readonly string[];
    readonly down: readonly string[];
  };
  readonly ending: Ending;
  readonly sessionsLeft: number;
}

/** How far the exporter went beyond what had a reason. */
export interface Excess {
  readonly sessions: number;
  readonly logins: number;
}

/** No session ends of age, or is begun anew in time before that, more often than this. */
const shortestSessionMs = 20 * 60_000;

/**
 * A PBX may see one session, and one more for each login, renewal or logout whose answer a fault took; and a login at the
 * start, and one for each session that the PBX ended, for each answer that was taken, and for each change of its entry.
 * Where sessions cannot be renewed they are logged out and begun anew when their time is nearly over: one login more for
 * each such time that has passed since the start.
 */
export function excessOf(books: PbxBooks, changes: number, sinceStartMs: number): Excess {
  const begunAnew = Math.min(books.logouts, Math.floor(sinceStartMs / shortestSessionMs));
  return {
    sessions: Math.max(0, books.sessions - 1 - books.spoilt),
    logins: Math.max(0, books.logins - 1 - books.ended - books.spoilt - changes - begunAnew),
  };
}
