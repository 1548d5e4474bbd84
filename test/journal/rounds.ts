import { Journal } from '../../src/journal/journal.ts';
import type { JournalLimits } from '../../src/journal/bounded-entries.ts';
import { nextRecord } from '../../src/snapshot/next-record.ts';
import type { RoundOutcome } from '../../src/snapshot/round-outcome.ts';
import type { Peer, PeerState, Reading, Trunk, TrunkState } from '../../src/snapshot/reading.ts';
import { emptyRecord, type TargetRecord } from '../../src/snapshot/record.ts';

/** Wall clock (ms since 1970) at the start of the tests. */
export const startWall = Date.UTC(2026, 2, 14, 14, 0, 0);
const staleAfterMs = 90_000;

/** Returns a reading with peers in these states. */
export function peers(states: Readonly<Record<string, PeerState>>): Reading {
  const value = Object.entries(states).map(([id, state]): Peer => ({ id, state, name: `Name of ${id}` }));
  return { peers: { ok: true, value } };
}

/** Returns a reading with trunks in these states. */
export function trunks(states: Readonly<Record<string, TrunkState>>, rawState?: string): Reading {
  const value = Object.entries(states).map(([id, state]): Trunk => ({
    id,
    state,
    ...(rawState === undefined ? {} : { rawState }),
  }));
  return { trunks: { ok: true, value } };
}

/** A journal that records rounds of PBXs, with a clock that each round advances. */
export class Rounds {
  readonly journal: Journal;
  readonly #records = new Map<string, TargetRecord>();
  /** Milliseconds since the start. */
  now = 0;

  constructor(limits: JournalLimits = { perPbx: 100, total: 10_000 }) {
    this.journal = new Journal(limits, startWall);
  }

  get wall(): number {
    return startWall + this.now;
  }

  /** Runs one round with this reading or outcome, `afterMs` after the previous one. */
  round(result: Reading | Partial<RoundOutcome>, { pbx = 'hq', afterMs = 30_000 } = {}): void {
    this.now += afterMs;
    const isReading = 'peers' in result || 'trunks' in result || 'system' in result;
    const outcome: RoundOutcome = {
      kind: 'polled',
      collectors: ['peers', 'trunks'],
      endedAtWall: this.wall,
      endedAt: this.now,
      durationMs: 5,
      requests: {},
      logins: { success: 0, failure: 0 },
      suspendedUntilWall: 0,
      ...(isReading ? { reading: result } : (result as Partial<RoundOutcome>)),
    };
    const record = nextRecord(this.#records.get(pbx) ?? emptyRecord, outcome, { peers: 5_000, staleAfterMs });
    this.#records.set(pbx, record);
    this.journal.note({ identity: { name: pbx, staleAfterMs }, record });
  }

  /** Forgets the record of a target, as if a reload had created the target again. */
  forgetRecord(pbx = 'hq'): void {
    this.#records.delete(pbx);
  }

  /** Returns the entries as short texts, oldest first. */
  told(pbx = 'hq'): readonly string[] {
    return this.journal
      .events(pbx)
      .map(({ kind, id, rows, from = '-', to = '-', changes }) =>
        [
          kind,
          ...(id === undefined ? [] : [id]),
          ...(rows === undefined ? [] : [`x${rows}`]),
          `${from}>${to}`,
          ...(changes > (rows ?? 1) ? [`(${changes})`] : []),
        ].join(' '),
      );
  }
}
