/** Subjects of events: the exporter itself, a PBX as a whole, its logins, or one of its collectors, trunks or peers. */
export const eventKinds = ['exporter', 'pbx', 'login', 'collector', 'trunk', 'peer'] as const;
/** One of {@link eventKinds}. */
export type EventKind = (typeof eventKinds)[number];

/** A difference between a record and the previous record. */
export interface Change {
  readonly kind: EventKind;
  /** Id of the peer or trunk, or name of the collector; absent for other kinds and for entries about many rows. */
  readonly id?: string;
  /** Display name as reported by the PBX. `peers.names` determines later how the name of a peer is shown. */
  readonly name?: string;
  /** Previous state; absent if there was none, e.g. for a row that was not listed. */
  readonly from?: string;
  /** New state; absent if there is none any more. */
  readonly to?: string;
  /** The PBX's own word for the new state. */
  readonly said?: string;
  /** Failure reason of the round or collector. */
  readonly reason?: string;
  /** One sentence that is safe to display. */
  readonly detail?: string;
  /** Wall clock (ms since 1970) until which logins are suspended. */
  readonly untilWall?: number;
  /** Number of rows that changed in the same way in one round and share this entry. */
  readonly rows?: number;
  /** Ids of some of these rows. */
  readonly examples?: readonly string[];
  /** Wall clock (ms since 1970) of the previous read, if that was so long ago that the change may be much older. */
  readonly notBeforeWall?: number;
}

/** One entry of the journal. */
export interface JournalEvent extends Change {
  /** Number that increases by one per entry. An entry merged with a further change gets a new number. */
  readonly sequence: number;
  /** Label `pbx`; absent for events of the exporter itself. */
  readonly pbx?: string;
  /** Wall clock (ms since 1970) at the end of the round that detected the change, or the last of several changes. */
  readonly atWall: number;
  /** Number of changes in this entry; `from` is the state before the first one. */
  readonly changes: number;
  /** Wall clock (ms since 1970) of the first change. */
  readonly firstAtWall: number;
  /** Sequence of the entry that this one replaces. */
  readonly replaces?: number;
}
