import type { JournalEvent } from './event.ts';

/** Maximum numbers of entries. */
export interface JournalLimits {
  /** For one PBX. */
  readonly perPbx: number;
  /** For all PBXs together. */
  readonly total: number;
}

/** Maximum share of a PBX's entries for a single row. Beyond it, the oldest entry of the same row is dropped. */
const rowShare = 1 / 4;

/** The entries of all PBXs within their limits. The cost of adding an entry does not grow with their total number. */
export class BoundedEntries {
  #limits: JournalLimits;
  readonly #entries = new Map<string, PbxEntries>();
  /** Names of PBXs, indexed by their number of entries; the last index is the largest number. */
  readonly #bySize: Set<string>[] = [];
  #count = 0;
  /** The newest dropped entry of any PBX. */
  lost: JournalEvent | undefined;

  constructor(limits: JournalLimits) {
    this.#limits = limits;
  }

  /** Total number of entries. */
  get count(): number {
    return this.#count;
  }

  /** Returns the entries of a PBX; the name '' stands for events of the exporter itself. */
  get(pbx: string): PbxEntries | undefined {
    return this.#entries.get(pbx);
  }

  /** Returns all entries in no particular order. */
  all(): JournalEvent[] {
    return [...this.#entries.values()].flatMap(({ events }) => events);
  }

  /** Adds an entry and drops old entries beyond the limits. */
  add(event: JournalEvent): void {
    const pbx = event.pbx ?? '';
    const entries = this.#entries.get(pbx) ?? new PbxEntries();
    this.#entries.set(pbx, entries);
    this.#resize(pbx, entries, () => entries.add(event));
    if (entries.countLike(event) > Math.max(singleEntries, this.#limits.perPbx * rowShare))
      this.#evict(pbx, entries, event);
    if (entries.events.length > this.#limits.perPbx) this.#evict(pbx, entries);
    if (this.#count > this.#limits.total) this.#evictFromLargest();
  }

  /** Applies new limits. */
  limit(limits: JournalLimits): void {
    this.#limits = limits;
    for (const [pbx, entries] of this.#entries) while (entries.events.length > limits.perPbx) this.#evict(pbx, entries);
    while (this.#count > limits.total) this.#evictFromLargest();
  }

  /** Removes entries of a PBX that must not be shown any more. */
  remove(pbx: string, isUnwanted: (event: JournalEvent) => boolean): void {
    const entries = this.#entries.get(pbx);
    if (entries !== undefined) this.#resize(pbx, entries, () => entries.remove(isUnwanted));
  }

  #evictFromLargest(): void {
    const [pbx = ''] = this.#bySize.at(-1) ?? [];
    const entries = this.#entries.get(pbx);
    if (entries !== undefined) this.#evict(pbx, entries);
  }

  #evict(pbx: string, entries: PbxEntries, row?: JournalEvent): void {
    this.#resize(pbx, entries, () => entries.evict(row));
    if ((entries.lost?.sequence ?? 0) > (this.lost?.sequence ?? 0)) this.lost = entries.lost;
    if (entries.events.length === 0) this.#entries.delete(pbx);
  }

  #resize(pbx: string, { events }: PbxEntries, change: () => void): void {
    const before = events.length;
    change();
    this.#count += events.length - before;
    if (events.length === before) return;
    this.#bySize[before]?.delete(pbx);
    while (this.#bySize.length <= events.length) this.#bySize.push(new Set());
    this.#bySize[events.length]?.add(pbx);
    while (this.#bySize.at(-1)?.size === 0) this.#bySize.pop();
  }
}

/** A row with more than {@link singleEntries} changes within this time (ms) is flapping, until it has been stable for as long. */
const foldWithinMs = 600_000;

/** Number of changes of a row with separate entries before it counts as flapping. */
const singleEntries = 3;

/** The latest entries of one row. */
interface Latest {
  readonly last: JournalEvent;
  /** Up to {@link singleEntries} entries, oldest first, including `last`. */
  readonly newest: readonly JournalEvent[];
  readonly count: number;
}

/** The entries of one PBX, oldest first. Entries of a flapping row are merged. */
class PbxEntries {
  readonly events: JournalEvent[] = [];
  /** The newest dropped entry. */
  lost: JournalEvent | undefined;
  readonly #latest = new Map<string, Latest>();

  /** Adds an entry, or merges it with the last entry of the row if the row is flapping. Returns whether the number of entries grew. */
  add(event: JournalEvent): boolean {
    const key = keyOf(event);
    const latest = this.#latest.get(key);
    if (latest === undefined || !isFlapping(latest, event)) {
      this.events.push(event);
      const newest = [...(latest?.newest ?? []), event].slice(-singleEntries);
      this.#latest.set(key, { last: event, newest, count: (latest?.count ?? 0) + 1 });
      return true;
    }
    const folded = fold(latest.last, event);
    this.events.splice(this.events.lastIndexOf(latest.last), 1);
    this.events.push(folded);
    this.#latest.set(key, { ...latest, last: folded, newest: [...latest.newest.slice(0, -1), folded] });
    return false;
  }

  /** Returns the number of entries for the row of an event. */
  countLike(event: JournalEvent): number {
    return this.#latest.get(keyOf(event))?.count ?? 0;
  }

  /** Drops the oldest entry, or the oldest one of a row. */
  evict(row?: JournalEvent): void {
    const key = row && keyOf(row);
    const index = key === undefined ? 0 : this.events.findIndex((event) => keyOf(event) === key);
    const [event] = this.events.splice(index, 1);
    if (event === undefined) return;
    if (event.sequence > (this.lost?.sequence ?? 0)) this.lost = event;
    this.#forget(event);
  }

  /** Removes unwanted entries and returns their number. */
  remove(isUnwanted: (event: JournalEvent) => boolean): number {
    const kept = this.events.filter((event) => !isUnwanted(event));
    const removed = this.events.length - kept.length;
    if (removed === 0) return 0;
    for (const event of this.events.filter(isUnwanted)) this.#latest.delete(keyOf(event));
    this.events.splice(0, this.events.length, ...kept);
    return removed;
  }

  #forget(event: JournalEvent): void {
    const key = keyOf(event);
    const latest = this.#latest.get(key);
    if (latest === undefined) return;
    if (latest.count === 1) this.#latest.delete(key);
    else
      this.#latest.set(key, {
        ...latest,
        newest: latest.newest.filter((one) => one !== event),
        count: latest.count - 1,
      });
  }
}

/** A key that is equal for entries about the same row. All entries about many rows have one key per kind. */
function keyOf({ kind, id, rows }: JournalEvent): string {
  return rows === undefined ? `${kind} ${id ?? ''}` : `${kind}s`;
}

function isFlapping({ last, newest }: Latest, { atWall, kind }: JournalEvent): boolean {
  if (kind === 'exporter' || atWall - last.atWall > foldWithinMs) return false;
  const [first = last] = newest;
  return last.changes > (last.rows ?? 1) || (newest.length === singleEntries && atWall - first.atWall <= foldWithinMs);
}

function fold(last: JournalEvent, event: JournalEvent): JournalEvent {
  const { from: _from, ...now } = event;
  return {
    ...now,
    ...(last.from === undefined ? {} : { from: last.from }),
    ...(event.rows === undefined ? {} : { rows: Math.max(event.rows, last.rows ?? 0) }),
    changes: last.changes + event.changes,
    firstAtWall: last.firstAtWall,
    replaces: last.sequence,
  };
}
