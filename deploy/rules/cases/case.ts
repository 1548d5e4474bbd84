/** What triggers the polling of a PBX: the schedule of the exporter, or Prometheus with /probe. */
export type Style = 'own schedule' | 'probe';

/** The data that an exporter shows for a PBX in one scrape. */
export interface Shown {
  /** Default: up. */
  readonly up?: 0 | 1;
  /** Why the last round failed. */
  readonly reason?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** State by name; `unregistered` and `unreachable` trunks are not in service. */
  readonly trunks?: Readonly<Record<string, 'registered' | 'unregistered' | 'reachable' | 'unreachable' | 'disabled'>>;
  /** Host of the far side by trunk. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Number of phones by state. */
  readonly peers?: Readonly<Record<string, number>>;
  /** Collectors that failed. */
  readonly failing?: readonly string[];
  /** Other series of the PBX, such as `pbx_uptime_seconds` or `pbx_peer_info{peer="1"}`. */
  readonly more?: Readonly<Record<string, number>>;
  /** When the last round ended (s). Default: now. */
  readonly round?: number;
  /** How much the clock of the exporter is slow (s). */
  readonly slow?: number;
}

/**
 * A number of consecutive scrapes with the same result: the data shown for the PBX, or one of these. `away`: the exporter does not
 * answer. `gone`: the exporter is not in the list of targets. `starting`: the first round has not ended. `removed`: the exporter does not
 * have this PBX. `unprobed`: the exporter answers, but the probe does not.
 */
export type Stretch = readonly [scrapes: number, what: Shown | 'away' | 'gone' | 'starting' | 'removed' | 'unprobed'];

/** The sequence of data that one exporter shows for one PBX, from the first scrape on. */
export interface Course {
  readonly pbx: string;
  /** Default: the only exporter. */
  readonly exporter?: string;
  /** Labels that the scrape configuration adds. */
  readonly target?: Readonly<Record<string, string>>;
  readonly stretches: readonly Stretch[];
}

/** A scenario with the expected alerts by time. */
export interface Case {
  readonly name: string;
  readonly courses: readonly Course[];
  /** Time between two scrapes. Default: 30s. */
  readonly interval?: string;
  /** Default: both. A single style if the scenario does not exist in the other one. */
  readonly styles?: readonly [Style];
  /** Set if the alerts depend on an evaluation every 30 s. By default, they are the same with one every minute. */
  readonly everyHalfMinute?: true;
  /** Additional series that do not come from an exporter. */
  readonly others?: Readonly<Record<string, string>>;
  /** Alerts that are not listed in `firing`, because settings determine whether they fire. */
  readonly besides?: readonly string[];
  /** All firing alerts by time: `PbxDown hq`, or `2 PbxTrunkNotRegistered hq` for several. */
  readonly firing: Readonly<Record<string, readonly string[]>>;
  /** Additional alerts in the style `probe`, by time: a failed probe has its own alert. */
  readonly besidesInProbe?: Readonly<Record<string, readonly string[]>>;
  /** Times at which a complete alert is compared, by its name; see `texts.ts`. */
  readonly texts?: Readonly<Record<string, string>>;
}

/** All styles. */
const both: readonly Style[] = ['own schedule', 'probe'];

/** Returns the styles of a case. */
export function stylesOf({ styles }: Case): readonly Style[] {
  return styles ?? both;
}

/** Returns the expected alerts in a style, by time. */
export function firingIn({ firing, besidesInProbe = {} }: Case, style: Style): Case['firing'] {
  if (style === 'own schedule') return firing;
  return Object.fromEntries(
    Object.entries(firing).map(([time, alerts]) => [time, [...alerts, ...(besidesInProbe[time] ?? [])]]),
  );
}

/** Returns a duration such as `30s`, `1m` or `1h` in seconds. */
export function secondsOf(duration: string): number {
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };
  const [, amount = '', unit = ''] = /^(\d+)([smh])$/.exec(duration) ?? [];
  return Number(amount) * (units[unit] ?? Number.NaN);
}
