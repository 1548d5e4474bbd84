import { ageTime } from '../../snapshot/clocks.ts';
import { type HeldParts, type TargetIdentity, type TargetRecord, visibleParts } from '../../snapshot/record.ts';
import type { Journal } from '../../journal/journal.ts';
import { type NameHash, shownPeerName } from '../../snapshot/peer-name.ts';
import type { Peer } from '../../snapshot/reading.ts';

/** A target as the pages see it. */
export interface StatusTarget {
  readonly identity: TargetIdentity;
  readonly record: TargetRecord;
  /** Time between two rounds, in milliseconds. */
  readonly intervalMs: number;
  /** By how much the end of the next round is overdue (ms); 0 when it is not. */
  readonly overdueMs: number;
}

/** What a page shows of a target's configuration. */
export interface ConfiguredTarget {
  /** What the exporter asks; no account, query or fragment in it. */
  readonly url: URL;
  /** The PBX's own page for people; absent if it is not known. */
  readonly webPage?: URL;
  /** The file of targets that it came from; absent for those of the configuration file itself. */
  readonly file?: string;
}

/** The moment at which a page is made, and what it is made with. */
export interface View {
  /** Wall clock, ms since 1970. */
  readonly wall: number;
  /** Monotonic time in ms, the one that `readAt` is told in. */
  readonly monotonic: number;
  /** Version of the exporter. */
  readonly version: string;
  /** Why the state file is not in use, as a sentence; absent when it is, and if there is none. */
  readonly stateProblem?: string;
  /** What the configuration says of a target; undefined for one that is not in it. */
  readonly configured?: (name: string) => ConfiguredTarget | undefined;
  /** The command that makes the exporter read its configuration again; absent if it has no file. */
  readonly reloadCommand?: string;
  /** Where Grafana is, with the dashboards of this project. */
  readonly grafanaUrl?: URL;
  /** Families whose documentation can be shown. */
  readonly documented?: ReadonlySet<string>;
  /** Keyed hash of a person's name, for targets with `peers.names: hash`. */
  readonly hashName: NameHash;
  /** What happened before; absent if nothing is remembered. */
  readonly journal?: Journal;
}

/** Whether a round was tried, well or not. */
export function isTried({ record }: StatusTarget): boolean {
  return record.upSinceWall !== undefined;
}

/** The parts of a target that are young enough to be shown. */
export function shownParts({ identity, record }: StatusTarget, view: View): HeldParts {
  return visibleParts(record, identity.staleAfterMs, ageTime(record.clocks, view));
}

/** Age (ms) of the oldest values that are shown; undefined when none are. */
export function shownAge(target: StatusTarget, view: View): number | undefined {
  const now = ageTime(target.record.clocks, view);
  const ages = Object.values(shownParts(target, view)).map(({ readAt, oldestReadAt = readAt }) => now - oldestReadAt);
  return ages.length === 0 ? undefined : Math.max(...ages);
}

/** How long (ms) no login will be tried; 0 when the next round may. */
export function suspensionLeft({ record }: StatusTarget, view: View): number {
  return Math.max(0, record.suspendedUntilWall - view.wall);
}

/** The name of a peer as `peers.names` wants it shown; undefined if there is none to show. */
export function shownName({ name }: Peer, { identity }: StatusTarget, view: View): string | undefined {
  const shown = shownPeerName(name, identity, view.hashName);
  return shown === '' ? undefined : shown;
}

/** Whether names are to be hashed, and the key for that is missing. */
export function lacksHashKey({ identity }: StatusTarget, view: View): boolean {
  return identity.peerNames === 'hash' && view.hashName('', identity.name) === undefined;
}
