import { ageTime } from '../../snapshot/clocks.ts';
import { type RetainedParts, type TargetIdentity, type TargetRecord, visibleParts } from '../../snapshot/record.ts';
import type { Journal } from '../../journal/journal.ts';
import { type NameHash, shownPeerName } from '../../snapshot/peer-name.ts';
import type { Peer } from '../../snapshot/reading.ts';

/** The data of a target that the pages use. */
export interface StatusTarget {
  readonly identity: TargetIdentity;
  readonly record: TargetRecord;
  /** Time between two rounds, in milliseconds. */
  readonly intervalMs: number;
  /** How long the end of the next round is overdue (ms); 0 if it is not. */
  readonly overdueMs: number;
}

/** The part of a target's configuration that a page shows. */
export interface ConfiguredTarget {
  /** Base URL of the requests, without account, query or fragment. */
  readonly url: URL;
  /** The PBX's own web page; absent if unknown. */
  readonly webPage?: URL;
  /** The file of targets that defines it; absent if the configuration file itself does. */
  readonly file?: string;
}

/** The time of rendering and the data shared by all pages. */
export interface View {
  /** Wall clock, ms since 1970. */
  readonly wall: number;
  /** Monotonic time in ms, on the same clock as `readAt`. */
  readonly monotonic: number;
  /** Version of the exporter. */
  readonly version: string;
  /** Why the state file is not in use, as a sentence; absent if it is in use or if none is configured. */
  readonly stateProblem?: string;
  /** Returns the configuration of a target; undefined if it is not configured. */
  readonly configured?: (name: string) => ConfiguredTarget | undefined;
  /** The command that reloads the configuration; absent if there is no configuration file. */
  readonly reloadCommand?: string;
  /** URL of a Grafana that has the dashboards of this project. */
  readonly grafanaUrl?: URL;
  /** Families with installed documentation. */
  readonly documented?: ReadonlySet<string>;
  /** Returns the keyed hash of a person's name, for targets with `peers.names: hash`. */
  readonly hashName: NameHash;
  /** The journal of events; absent if none is kept. */
  readonly journal?: Journal;
}

/** Reports whether a round has been tried, successfully or not. */
export function isTried({ record }: StatusTarget): boolean {
  return record.upSinceWall !== undefined;
}

/** Returns the values of a target that are recent enough to be shown. */
export function shownParts({ identity, record }: StatusTarget, view: View): RetainedParts {
  return visibleParts(record, identity.staleAfterMs, ageTime(record.clocks, view));
}

/** Returns the age (ms) of the oldest values shown; undefined if none are shown. */
export function shownAge(target: StatusTarget, view: View): number | undefined {
  const now = ageTime(target.record.clocks, view);
  const ages = Object.values(shownParts(target, view)).map(({ readAt, oldestReadAt = readAt }) => now - oldestReadAt);
  return ages.length === 0 ? undefined : Math.max(...ages);
}

/** Returns how long (ms) logins remain suspended; 0 if they are not. */
export function suspensionLeft({ record }: StatusTarget, view: View): number {
  return Math.max(0, record.suspendedUntilWall - view.wall);
}

/** Returns the name of a peer in the form required by `peers.names`; undefined if there is none to show. */
export function shownName({ name }: Peer, { identity }: StatusTarget, view: View): string | undefined {
  const shown = shownPeerName(name, identity, view.hashName);
  return shown === '' ? undefined : shown;
}

/** Reports whether names must be hashed but the key is missing. */
export function lacksHashKey({ identity }: StatusTarget, view: View): boolean {
  return identity.peerNames === 'hash' && view.hashName('', identity.name) === undefined;
}
