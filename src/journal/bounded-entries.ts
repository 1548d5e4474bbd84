import type { JournalEvent } from './event.ts';

/** How many entries are kept. */
export interface JournalLimits {
  /** Of one PBX. */
  readonly perPbx: number;
  /** Of all PBXs together. */
  readonly total: number;
}

/** A row that changes again and again may take this share of its PBX's entries; beyond it its own oldest go. */
const rowShare = 1 / 4;

/** The entries of all PBXs within their bounds. Adding one costs the same however many there are. */
export class BoundedEntries {
  #limits: JournalLimits;
  readonly #entries = new Map<string, PbxEntries>();
  /** Names of PBXs by how many entries they have; the last place is that of the largest number. */
  readonly #bySize: Set<string>[] = [];
  #count = 0;
  /** The newest entry of any PBX that had to go. */
  lost: JournalEvent | undefined;

  constructor(limits: JournalLimits) {
    this.#limits = limits;
  }

  /** Entries in all. */
  get count(): number {
    return this.#count;
  }

  /** The entries of a PBX; that of the exporter's own events has the name ''. */
  get(pbx: string): PbxEntries | undefined {
    return this.#entries.get(pbx);
  }

  /** Every entry, in no particular order. */
  all(): JournalEvent[] {
    return [...this.#entries.values()].flatMap(({ events }) => events);
  }

  /** Adds an entry; what is beyond a bound goes. */
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

  /** Takes over other bounds. */
  limit(limits: JournalLimits): void {
    this.#limits = limits;
    for (const [pbx, entries] of this.#entries) while (entries.events.length > limits.perPbx) this.#evict(pbx, entries);
    while (this.#count > limits.total) this.#evictFromLargest();
  }

  /** Takes out what must not be shown any more. */
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

/** A row with more changes than {@link singleEntries} in this time (ms) flaps, until it has been quiet for as long. */
const foldWithinMs = 600_000;

/** So many changes of a row have entries of their own before it is said to flap. */
const singleEntries = 3;

/** The latest entries of one row. */
interface Latest {
  readonly last: JournalEvent;
  /** Up to {@link singleEntries}, oldest first; `last` is one of them. */
  readonly newest: readonly JournalEvent[];
  readonly count: number;
}

/** The entries of one PBX, oldest first, and the rules for those of one row. */
class PbxEntries {
  readonly events: JournalEvent[] = [];
  /** The newest entry that had to go. */
  lost: JournalEvent | undefined;
  readonly #latest = new Map<string, Latest>();

  /** Adds an entry, or puts it into the place of the row's last one where the row flaps. Whether the entries has one more now. */
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

  /** How many entries the row of an event has. */
  countLike(event: JournalEvent): number {
    return this.#latest.get(keyOf(event))?.count ?? 0;
  }

  /** Lets the oldest entry go, or the oldest one of a row. */
  evict(row?: JournalEvent): void {
    const key = row && keyOf(row);
    const index = key === undefined ? 0 : this.events.findIndex((event) => keyOf(event) === key);
    const [event] = this.events.splice(index, 1);
    if (event === undefined) return;
    if (event.sequence > (this.lost?.sequence ?? 0)) this.lost = event;
    this.#forget(event);
  }

  /** Takes out what must not be shown any more. How many entries went. */
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

/** Entries with the same key are about the same row. Many rows at once are one row here. */
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
