import type { JournalEvent } from './event.ts';
import { PbxEntries, singleEntries } from './pbx-entries.ts';

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
