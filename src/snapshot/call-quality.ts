/** Outcomes of a finished call leg, label `measured`: whether its measurements count, and if not, why. */
export const legOutcomes = ['yes', 'short', 'no_media', 'one_way', 'implausible'] as const;
/** One of {@link legOutcomes}. */
export type LegOutcome = (typeof legOutcomes)[number];

/** Media of a running call leg, label `media`. */
export const legMedia = ['flowing', 'one_way', 'none', 'unknown'] as const;
/** One of {@link legMedia}. */
export type LegMedia = (typeof legMedia)[number];

/** Direction of RTP: `in` to the PBX, `out` from it. */
export const rtpDirections = ['in', 'out'] as const;
/** One of {@link rtpDirections}. */
export type RtpDirection = (typeof rtpDirections)[number];

/** Shares of lost packets above which a running leg counts as lossy, label `threshold`. */
export const lossThresholds = ['0.01', '0.05'] as const;
/** One of {@link lossThresholds}. */
export type LossThreshold = (typeof lossThresholds)[number];

/** Upper bounds of the buckets of lost packets, as a share of all packets. */
export const lossBuckets = [0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2] as const;
/** Upper bounds of the buckets of jitter and roundtrip, in seconds. */
export const delayBuckets = [0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.15, 0.3, 0.5] as const;

/** RTP packets of one direction. */
export interface Packets {
  readonly received: number;
  readonly lost: number;
}

/** Measured finished legs over one trunk, direction `in`. */
export interface TrunkLegs {
  readonly packets: Packets;
  readonly measured: number;
  /** Number of these legs that lost more than each share of their packets. */
  readonly lossy: Readonly<Record<LossThreshold, number>>;
}

/** Observations by bucket. */
export interface Histogram {
  /** Observations in each bucket, not cumulative. The additional last bucket is for values above all bounds. */
  readonly counts: readonly number[];
  readonly sum: number;
}

/** Counts of finished call legs since the program started listening for events. */
export interface FinishedLegs {
  readonly outcomes: Readonly<Record<LegOutcome, number>>;
  /** Packets of the measured legs. */
  readonly packets: Readonly<Record<RtpDirection, Packets>>;
  /** Legs by trunk, for legs that used one. */
  readonly trunks: ReadonlyMap<string, TrunkLegs>;
  readonly loss: Readonly<Record<RtpDirection, Histogram>>;
  readonly jitter: Readonly<Record<RtpDirection, Histogram>>;
  readonly roundtrip: Histogram;
}

/** Counts of running call legs. */
export interface RunningLegs {
  readonly media: Readonly<Record<LegMedia, number>>;
  /** Absent if legs are running but none could be evaluated, which does not mean that none is lossy. */
  readonly lossy?: Readonly<Record<LossThreshold, number>>;
}

/** The values of collector `quality`. Counts start when the program starts listening, so a failed round loses none. */
export interface CallQuality {
  /** Absent until the PBX has reported the first leg; not every release reports legs. */
  readonly finished?: FinishedLegs;
  /** Absent if the running legs were not read. */
  readonly running?: RunningLegs;
  /** Number of times that events of the PBX may have been missed. */
  readonly eventGaps: number;
}

/** Counts observations for a histogram. */
export class HistogramCounter {
  readonly #bounds: readonly number[];
  readonly #counts: number[];
  #sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  add(value: number): void {
    const place = this.#bounds.findIndex((bound) => value <= bound);
    const bucket = place < 0 ? this.#bounds.length : place;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#sum += value;
  }

  /** The observations so far. */
  get value(): Histogram {
    return { counts: [...this.#counts], sum: this.#sum };
  }
}
