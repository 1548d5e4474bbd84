import { emptyRecord, type TargetIdentity, type TargetRecord } from '../snapshot/record.ts';
import type { Change, JournalEvent } from './event.ts';
import { History, type HistoryPoint } from './history.ts';
import { listChanges, type RowChange, rowEntries, targetChanges } from './record-changes.ts';
import { BoundedEntries, type JournalLimits } from './bounded-entries.ts';

/** The time since which a row has been in its state. Wall clocks in ms since 1970. */
export interface Since {
  /** When the state was first seen; absent if the row was already in this state when the list was first read. */
  readonly atWall?: number;
  /** Earliest possible time of the change; absent if it was detected before the previous values became stale. */
  readonly notBeforeWall?: number;
  /** When the list was first read. */
  readonly firstReadWall: number;
}

/** The part of a target that the journal needs. */
export interface JournalTarget {
  readonly identity: Pick<TargetIdentity, 'name' | 'staleAfterMs'>;
  readonly record: TargetRecord;
}

type RowKind = 'peer' | 'trunk';

/** The data kept for one PBX besides its entries. */
interface Known {
  record: TargetRecord;
  readonly history: History;
  readonly changedAt: Readonly<Record<RowKind, Map<string, Omit<Since, 'firstReadWall'>>>>;
  readonly firstReadWall: Partial<Record<RowKind, number>>;
}

/** Rows that changed in the same way in one round get separate entries up to this share of the PBX's limit; more rows share one entry. */
const roundShare = 1 / 4;

/** The events of all PBXs since the program started. It is kept in memory, has a limited size and survives reloads. */
export class Journal {
  /** Start time of the program: wall clock, ms since 1970. */
  readonly startedAtWall: number;
  readonly #entries: BoundedEntries;
  readonly #known = new Map<string, Known>();
  #limits: JournalLimits;
  #sequence = 0;
  #sorted: readonly JournalEvent[] | undefined;

  constructor(limits: JournalLimits, startedAtWall: number) {
    this.#limits = limits;
    this.#entries = new BoundedEntries(limits);
    this.startedAtWall = startedAtWall;
  }

  /** Sequence of the newest entry; 0 if there is none. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Returns the entries of one PBX or of all, oldest first. */
  events(pbx?: string): readonly JournalEvent[] {
    if (pbx !== undefined) return this.#entries.get(pbx)?.events ?? [];
    this.#sorted ??= this.#entries.all().sort((one, other) => one.sequence - other.sequence);
    return this.#sorted;
  }

  /** Returns the newest entry of one PBX or of all that was dropped because of the limits. */
  lost(pbx?: string): JournalEvent | undefined {
    const entries = pbx === undefined ? undefined : this.#entries.get(pbx);
    return entries === undefined ? this.#entries.lost : entries.lost;
  }

  /** Records the changes in the new record of a target. */
  note({ identity, record }: JournalTarget): void {
    const { name, staleAfterMs } = identity;
    const known = this.#known.get(name) ?? newKnown();
    this.#known.set(name, known);
    const before = known.record;
    known.record = record;
    known.history.note(record);
    const atWall = record.clocks?.wall ?? record.lastRound?.endedAtWall ?? this.startedAtWall;
    this.#add(targetChanges(before, record), atWall, name);
    for (const [kind, list] of [['trunk', 'trunks'] as const, ['peer', 'peers'] as const]) {
      if (record.retained[list] !== undefined) known.firstReadWall[kind] ??= atWall;
      const { changes, ...earliest } = listChanges(list, before, record, staleAfterMs);
      noteChanges(known.changedAt[kind], changes, { atWall, ...earliest });
      const entries = rowEntries(kind, changes, Math.floor(this.#limits.perPbx * roundShare));
      this.#add(
        entries.map((entry) => ({ ...entry, ...earliest })),
        atWall,
        name,
      );
    }
  }

  /** Records an event of the exporter itself. */
  noteExporter(change: Omit<Change, 'kind'>, atWall: number): void {
    this.#add([{ kind: 'exporter', ...change }], atWall);
  }

  /** Returns since when a row has been in its state; undefined if its list was never read. */
  since(pbx: string, kind: RowKind, id: string): Since | undefined {
    const known = this.#known.get(pbx);
    const firstReadWall = known?.firstReadWall[kind];
    if (known === undefined || firstReadWall === undefined) return undefined;
    return { ...known.changedAt[kind].get(id), firstReadWall };
  }

  /** Returns the last six hours of a PBX up to `wall` (ms since 1970), oldest first; empty before its first round. */
  history(pbx: string, wall: number): readonly HistoryPoint[] {
    return this.#known.get(pbx)?.history.points(wall) ?? [];
  }

  /** Applies new limits. */
  limit(limits: JournalLimits): void {
    this.#limits = limits;
    this.#entries.limit(limits);
    this.#sorted = undefined;
  }

  /** Drops history and states of all PBXs except these. Entries of the others stay until the limits require their removal. */
  keepTargets(names: readonly string[]): void {
    const kept = new Set(names);
    for (const name of this.#known.keys()) if (!kept.has(name)) this.#known.delete(name);
  }

  /** Removes rows of a PBX that must not be shown any more. */
  exclude(pbx: string, isExcluded: (kind: RowKind, id: string) => boolean): void {
    this.#entries.remove(
      pbx,
      ({ kind, id, examples }) =>
        isRow(kind) && (id === undefined ? examples : [id])?.some((row) => isExcluded(kind, row)) === true,
    );
    this.#sorted = undefined;
    const known = this.#known.get(pbx);
    if (known === undefined) return;
    const { peers, trunks, ...others } = known.record.retained;
    const retained = {
      ...others,
      ...(peers && { peers: { ...peers, value: peers.value.filter(({ id }) => !isExcluded('peer', id)) } }),
      ...(trunks && { trunks: { ...trunks, value: trunks.value.filter(({ id }) => !isExcluded('trunk', id)) } }),
    };
    known.record = { ...known.record, retained };
  }

  #add(changes: readonly Change[], atWall: number, pbx?: string): void {
    for (const change of changes) {
      this.#sequence += 1;
      const own = pbx === undefined ? {} : { pbx };
      const count = change.rows ?? 1;
      this.#entries.add({ ...change, ...own, sequence: this.#sequence, atWall, firstAtWall: atWall, changes: count });
      this.#sorted = undefined;
    }
  }
}

function isRow(kind: Change['kind']): kind is RowKind {
  return kind === 'peer' || kind === 'trunk';
}

function newKnown(): Known {
  return {
    record: emptyRecord,
    history: new History(),
    changedAt: { peer: new Map(), trunk: new Map() },
    firstReadWall: {},
  };
}

/** Records the times of changes. Rows that are no longer listed are removed, so the map does not grow over time. */
function noteChanges(
  known: Map<string, Omit<Since, 'firstReadWall'>>,
  changes: readonly RowChange[],
  since: Omit<Since, 'firstReadWall'>,
): void {
  for (const { row, to } of changes) {
    if (to === undefined) known.delete(row.id);
    else known.set(row.id, since);
  }
}
