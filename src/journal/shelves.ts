import type { JournalEvent } from './event.ts';
import { Shelf, singleEntries } from './shelf.ts';

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
export class Shelves {
  #limits: JournalLimits;
  readonly #shelves = new Map<string, Shelf>();
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

  /** The shelf of a PBX; that of the exporter's own events has the name ''. */
  get(pbx: string): Shelf | undefined {
    return this.#shelves.get(pbx);
  }

  /** Every entry, in no particular order. */
  all(): JournalEvent[] {
    return [...this.#shelves.values()].flatMap(({ events }) => events);
  }

  /** Adds an entry; what is beyond a bound goes. */
  add(event: JournalEvent): void {
    const pbx = event.pbx ?? '';
    const shelf = this.#shelves.get(pbx) ?? new Shelf();
    this.#shelves.set(pbx, shelf);
    this.#resize(pbx, shelf, () => shelf.add(event));
    if (shelf.countLike(event) > Math.max(singleEntries, this.#limits.perPbx * rowShare))
      this.#evict(pbx, shelf, event);
    if (shelf.events.length > this.#limits.perPbx) this.#evict(pbx, shelf);
    if (this.#count > this.#limits.total) this.#evictFromLargest();
  }

  /** Takes over other bounds. */
  limit(limits: JournalLimits): void {
    this.#limits = limits;
    for (const [pbx, shelf] of this.#shelves) while (shelf.events.length > limits.perPbx) this.#evict(pbx, shelf);
    while (this.#count > limits.total) this.#evictFromLargest();
  }

  /** Takes out what must not be shown any more. */
  remove(pbx: string, isUnwanted: (event: JournalEvent) => boolean): void {
    const shelf = this.#shelves.get(pbx);
    if (shelf !== undefined) this.#resize(pbx, shelf, () => shelf.remove(isUnwanted));
  }

  #evictFromLargest(): void {
    const [pbx = ''] = this.#bySize.at(-1) ?? [];
    const shelf = this.#shelves.get(pbx);
    if (shelf !== undefined) this.#evict(pbx, shelf);
  }

  #evict(pbx: string, shelf: Shelf, row?: JournalEvent): void {
    this.#resize(pbx, shelf, () => shelf.evict(row));
    if ((shelf.lost?.sequence ?? 0) > (this.lost?.sequence ?? 0)) this.lost = shelf.lost;
    if (shelf.events.length === 0) this.#shelves.delete(pbx);
  }

  #resize(pbx: string, { events }: Shelf, change: () => void): void {
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
