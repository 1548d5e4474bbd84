/** What events are about: the exporter itself, a PBX as a whole, logins at it, one of its collectors, trunks or peers. */
export const eventKinds = ['exporter', 'pbx', 'login', 'collector', 'trunk', 'peer'] as const;
/** One of {@link eventKinds}. */
export type EventKind = (typeof eventKinds)[number];

/** Something that is different in one record from the previous record. */
export interface Change {
  readonly kind: EventKind;
  /** Id of the peer or trunk, or name of the collector; absent for what has none, and for many rows at once. */
  readonly id?: string;
  /** Name for people, as the PBX has it: what is shown of a peer's follows `peers.names`. */
  readonly name?: string;
  /** State before; absent if there was none, e.g. a row that was not listed. */
  readonly from?: string;
  /** State after; absent if there is none any more. */
  readonly to?: string;
  /** The PBX's own word for the state after. */
  readonly said?: string;
  /** Failure reason of the round or collector. */
  readonly reason?: string;
  /** One sentence for people, safe to show. */
  readonly detail?: string;
  /** Wall clock (ms since 1970) until which no login is tried. */
  readonly untilWall?: number;
  /** How many rows changed in the same way in one round, where they share an entry. */
  readonly rows?: number;
  /** Ids of some of those rows. */
  readonly examples?: readonly string[];
  /** Wall clock (ms since 1970) of the previous read, if it was so long ago that the change may be much older. */
  readonly notBeforeWall?: number;
}

/** One entry of the journal. */
export interface JournalEvent extends Change {
  /** Grows by one from entry to entry; an entry that takes in a further change gets a new one. */
  readonly sequence: number;
  /** Label `pbx`; absent for events of the exporter itself. */
  readonly pbx?: string;
  /** Wall clock (ms since 1970) at the end of the round that saw it; of the last change where there are several. */
  readonly atWall: number;
  /** How many changes the entry stands for; `from` is from before the first of them. */
  readonly changes: number;
  /** Wall clock (ms since 1970) of the first of them. */
  readonly firstAtWall: number;
  /** Sequence of the entry that this one has replaced. */
  readonly replaces?: number;
}
