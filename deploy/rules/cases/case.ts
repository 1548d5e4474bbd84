/** Who decides when a PBX is polled: the exporter, whose page Prometheus scrapes, or Prometheus, by /probe. */
export type Style = 'own schedule' | 'probe';

/** What an exporter shows of a PBX in one scrape. */
export interface Shown {
  /** Left out: up. */
  readonly up?: 0 | 1;
  /** Why the last round failed. */
  readonly reason?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** By name; those that are not in service have no registration, or do not answer where they are `unreachable`. */
  readonly trunks?: Readonly<Record<string, 'registered' | 'unregistered' | 'reachable' | 'unreachable' | 'disabled'>>;
  /** The other side of each trunk. */
  readonly hosts?: Readonly<Record<string, string>>;
  /** Phones in each state. */
  readonly peers?: Readonly<Record<string, number>>;
  /** Lists that could not be read. */
  readonly failing?: readonly string[];
  /** Other series of the PBX, such as `pbx_uptime_seconds` or `pbx_peer_info{peer="1"}`. */
  readonly more?: Readonly<Record<string, number>>;
  /** When the last round ended (s); left out: now. */
  readonly round?: number;
  /** How far the clock of the exporter is behind (s). */
  readonly slow?: number;
}

/**
 * So many scrapes in a row that brought the same: what is shown of the PBX; or its exporter does not answer (`away`), is in no list of
 * targets (`gone`), has not ended its first round (`starting`), or does not know the PBX (`removed`); or the exporter answers, but the
 * probe does not (`unprobed`).
 */
export type Stretch = readonly [scrapes: number, what: Shown | 'away' | 'gone' | 'starting' | 'removed' | 'unprobed'];

/** What one exporter shows of one PBX, from the first scrape on. */
export interface Course {
  readonly pbx: string;
  /** Left out: the only exporter. */
  readonly exporter?: string;
  /** Labels that the scrape configuration adds. */
  readonly target?: Readonly<Record<string, string>>;
  readonly stretches: readonly Stretch[];
}

/** One story, and who is told of what at which time. */
export interface Case {
  readonly name: string;
  readonly courses: readonly Course[];
  /** Time between two scrapes; left out: 30s. */
  readonly interval?: string;
  /** Left out: both. One only where the other one knows no such thing. */
  readonly styles?: readonly [Style];
  /** Whether what fires depends on an evaluation every 30 s. Left out: it is the same with one every minute. */
  readonly everyHalfMinute?: true;
  /** Series that no exporter shows. */
  readonly others?: Readonly<Record<string, string>>;
  /** Alerts that are left out of `firing`, because settings say whether they fire. */
  readonly besides?: readonly string[];
  /** By time, all alerts that fire: `PbxDown hq`, or `2 PbxTrunkNotRegistered hq` where there are several. */
  readonly firing: Readonly<Record<string, readonly string[]>>;
  /** What fires besides where Prometheus probes, by time: a probe without answer has an alert of its own. */
  readonly besidesInProbe?: Readonly<Record<string, readonly string[]>>;
  /** When the whole of an alert is compared, by its name: see `texts.ts`. */
  readonly texts?: Readonly<Record<string, string>>;
}

/** All styles. */
const both: readonly Style[] = ['own schedule', 'probe'];

/** The styles of a case. */
export function stylesOf({ styles }: Case): readonly Style[] {
  return styles ?? both;
}

/** What fires in a style, by time. */
export function firingIn({ firing, besidesInProbe = {} }: Case, style: Style): Case['firing'] {
  if (style === 'own schedule') return firing;
  return Object.fromEntries(
    Object.entries(firing).map(([time, alerts]) => [time, [...alerts, ...(besidesInProbe[time] ?? [])]]),
  );
}

/** `30s`, `1m` or `1h` in seconds. */
export function secondsOf(duration: string): number {
  const units: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };
  const [, amount = '', unit = ''] = /^(\d+)([smh])$/.exec(duration) ?? [];
  return Number(amount) * (units[unit] ?? Number.NaN);
}
