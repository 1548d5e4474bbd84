import type { Clock } from '../../../clock.ts';
import type { RoundTiming } from '../../driver.ts';
import type { ListedPeer } from '../shared/peers-list.ts';
import type { PeerDetail } from './peer-detail.ts';

interface CachedDetail {
  readonly detail: PeerDetail;
  /** The state in the list when the detail was read; when the state changes, the detail is no longer valid. */
  readonly state: ListedPeer['state'];
  readonly readAt: number;
}

/**
 * The answers of `getSipPeer`, one request per extension. On a large PBX, the requests are spread over rounds, so every
 * detail has its own age. It is dropped when it is too old, or when the list reports a change of the extension.
 */
export class DetailCache {
  readonly #clock: Clock;
  readonly #timing: Pick<RoundTiming, 'staleAfterMs'>;
  #cached = new Map<string, CachedDetail>();
  #listed: ReadonlyMap<string, ListedPeer> = new Map();
  #desynchronisedAt = -Infinity;

  constructor(clock: Clock, timing: Pick<RoundTiming, 'staleAfterMs'>) {
    this.#clock = clock;
    this.#timing = timing;
  }

  /** Applies a new list: drops the details of extensions that are missing from it or have changed their state. */
  follow(listed: ReadonlyMap<string, ListedPeer>): void {
    this.#listed = listed;
    const kept = [...this.#cached].filter(([id, cached]) => listed.get(id)?.state === cached.state);
    this.#cached = new Map(kept);
  }

  /**
   * Returns the extensions in the order in which to read them: first those that are not OK in the list and have no
   * detail yet, then by age of the detail, oldest first.
   */
  order(): readonly ListedPeer[] {
    const rank = ({ id, state }: ListedPeer): number => (state !== 'ok' && !this.#cached.has(id) ? 0 : 1);
    const readAt = ({ id }: ListedPeer): number => this.#cached.get(id)?.readAt ?? -Infinity;
    return [...this.#listed.values()]
      .map((peer) => ({ peer, rank: rank(peer), readAt: readAt(peer) }))
      .sort((left, right) => left.rank - right.rank || compare(left.readAt, right.readAt))
      .map(({ peer }) => peer);
  }

  /** Stores the details that were just read for an extension. */
  set({ id, state }: ListedPeer, detail: PeerDetail): void {
    this.#cached.set(id, { detail, state, readAt: this.#clock.monotonicTime() });
  }

  /** Returns the details of an extension, if they are recent enough. */
  get(id: string): PeerDetail | undefined {
    const cached = this.#cached.get(id);
    if (cached === undefined || this.#age(cached.readAt) >= this.#timing.staleAfterMs) return undefined;
    return cached.detail;
  }

  /** Call after an answer about another extension: for some time, answers without a name are then not trusted. */
  markDesynchronised(): void {
    this.#desynchronisedAt = this.#clock.monotonicTime();
  }

  /** Whether answers without a name may be trusted. */
  get isSynchronised(): boolean {
    return this.#age(this.#desynchronisedAt) >= Math.max(this.#timing.staleAfterMs, 10 * 60_000);
  }

  #age(readAt: number): number {
    return this.#clock.monotonicTime() - readAt;
  }
}

/** Compares two times like a subtraction, but also correctly if both are infinite. */
function compare(left: number, right: number): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
