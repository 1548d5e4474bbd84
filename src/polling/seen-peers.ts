import type { Part, Peer } from '../snapshot/reading.ts';

/** Rules for peers that the PBX does not list. */
export interface AbsenceRules {
  /** How long a peer is kept after it was last seen, in milliseconds. */
  readonly rememberMs: number;
  /** Labels `peer` of peers that are always shown, even if they have never been seen. */
  readonly expected: Iterable<string>;
  /** Maximum number of remembered peers. */
  readonly limit: number;
  /** Reports whether the configuration excludes a peer. */
  readonly isExcluded: (id: string) => boolean;
}

/** Source of the peers that were seen on one PBX. */
export interface SeenPeersSource {
  /** Resolves to the seen peers, including those of earlier runs. Never rejects. */
  load(): Promise<SeenPeers>;
  /** Call after each change. */
  changed(): void;
}

/**
 * The peers seen on a PBX that lists only present peers, with the time at which each was last seen (monotonic, ms). A
 * peer that is missing from a good read is shown as unregistered.
 */
export class SeenPeers {
  readonly #seenAt: Map<string, number>;

  /** `seenAt` contains the peers that are already known. Default: none. */
  constructor(seenAt: Iterable<readonly [string, number]> = []) {
    this.#seenAt = new Map(seenAt);
  }

  /** When each peer was last seen, oldest first. */
  get seenAt(): ReadonlyMap<string, number> {
    return this.#seenAt;
  }

  /** Merges the peers of another process or an earlier run; the later time applies. */
  learn(seenAt: Iterable<readonly [string, number]>): void {
    const all = [...this.#seenAt, ...seenAt].toSorted(([, one], [, other]) => one - other);
    this.#seenAt.clear();
    for (const [id, at] of all) this.#note(id, at);
  }

  /**
   * Returns the part with a row (`unregistered`) for each missing peer after the listed ones. A partial read marks no
   * peer as missing, but the peers that it returned are recorded.
   */
  complete(part: Part<readonly Peer[]>, now: number, rules: AbsenceRules): Part<readonly Peer[]> {
    if (part.value === undefined) return part;
    const present = new Set(part.value.map(({ id }) => id));
    // A peer that appears only in an inventory has not been seen; recording it would keep it forever.
    for (const { id, state } of part.value) if (state !== 'unregistered') this.#note(id, now);
    this.#forget(now, rules);
    if (!part.ok) return part;
    const away = new Set([...rules.expected, ...this.#seenAt.keys()].filter((id) => !present.has(id)));
    const absent = [...away].filter((id) => !rules.isExcluded(id)).map(absentPeer);
    return absent.length === 0 ? part : { ...part, value: [...part.value, ...absent] };
  }

  /** Records the peer at the end of the map, which is ordered by time. */
  #note(id: string, at: number): void {
    this.#seenAt.delete(id);
    this.#seenAt.set(id, at);
  }

  #forget(now: number, { rememberMs, limit }: AbsenceRules): void {
    for (const [id, at] of this.#seenAt) {
      if (this.#seenAt.size <= limit && now - at < rememberMs) break;
      this.#seenAt.delete(id);
    }
  }
}

function absentPeer(id: string): Peer {
  return { id, state: 'unregistered', registered: false, contacts: 0 };
}

/** Returns a source that keeps the seen peers in memory, for one target. */
export function inMemorySeenPeers(): SeenPeersSource {
  const seen = new SeenPeers();
  return { load: () => Promise.resolve(seen), changed() {} };
}
