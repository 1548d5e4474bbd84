import type { Part, Peer } from '../snapshot/reading.ts';

/** How peers that are not listed are shown. */
export interface AbsenceRules {
  /** How long a peer that was seen stays, in milliseconds. */
  readonly rememberMs: number;
  /** Peers that have to be there, seen or not: labels `peer`. */
  readonly expected: Iterable<string>;
  /** At most so many are remembered. */
  readonly limit: number;
  /** Peers that are left out. */
  readonly isExcluded: (id: string) => boolean;
}

/** Where a target finds the peers that were seen at its PBX before. */
export interface SeenPeersSource {
  /** Resolves when what earlier runs know is there. Never rejects. */
  load(): Promise<SeenPeers>;
  /** Call after each change. */
  changed(): void;
}

/**
 * The peers of a PBX that lists only those that are present, and when each was seen last (monotonic, ms): one that a good read
 * lacks is not gone, it is away.
 */
export class SeenPeers {
  readonly #seenAt: Map<string, number>;

  /** `seenAt`: what is known from before. Default: nothing. */
  constructor(seenAt: Iterable<readonly [string, number]> = []) {
    this.#seenAt = new Map(seenAt);
  }

  /** When each peer was seen last, the longest ago first. */
  get seenAt(): ReadonlyMap<string, number> {
    return this.#seenAt;
  }

  /** Takes over what another process or an earlier run knows, where it is newer. */
  learn(seenAt: Iterable<readonly [string, number]>): void {
    const all = [...this.#seenAt, ...seenAt].toSorted(([, one], [, other]) => one - other);
    this.#seenAt.clear();
    for (const [id, at] of all) this.#note(id, at);
  }

  /**
   * The part with a row for each missing peer (`unregistered`), after the listed ones. A partial read marks no peer as
   * missing, but the peers it returned are recorded.
   */
  complete(part: Part<readonly Peer[]>, now: number, rules: AbsenceRules): Part<readonly Peer[]> {
    if (part.value === undefined) return part;
    const present = new Set(part.value.map(({ id }) => id));
    // A peer that only an inventory names has not been seen: it would be remembered for ever.
    for (const { id, state } of part.value) if (state !== 'unregistered') this.#note(id, now);
    this.#forget(now, rules);
    if (!part.ok) return part;
    const away = new Set([...rules.expected, ...this.#seenAt.keys()].filter((id) => !present.has(id)));
    const absent = [...away].filter((id) => !rules.isExcluded(id)).map(absentPeer);
    return absent.length === 0 ? part : { ...part, value: [...part.value, ...absent] };
  }

  /** The map keeps its order by time: whoever is seen goes to its end. */
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

/** Seen peers of a target that nothing outlives. */
export function seenByNobody(): SeenPeersSource {
  const seen = new SeenPeers();
  return { load: () => Promise.resolve(seen), changed() {} };
}
