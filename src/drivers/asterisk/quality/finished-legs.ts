import {
  delayBuckets,
  type FinishedLegs,
  HistogramCounter,
  lossBuckets,
  type LegOutcome,
  legOutcomes,
  lossThresholds,
  type Packets,
  type TrunkLegs,
} from '../../../snapshot/call-quality.ts';
import type { FinishedLeg } from './events.ts';

/** Minimum number of received packets (10 s) for a leg to count: in shorter legs, some or all losses are not reported yet. */
const fewestPackets = 500;
/** A leg with packets in only one direction is classified as one-way only if there are more than this many (2 s). */
const fewestOneWay = 100;
/** No phone sends more packets per second; a higher rate means that the sender restarted its count. */
const packetsPerSecond = 100;
/** Largest accepted difference (s) between the clock of the PBX and ours. */
const clockSlackSeconds = 60;
/** A leg that seems older than this (s), or not started yet, comes from a PBX whose clock is wrong. */
const oldestSeconds = 24 * 60 * 60;

const noLegs: TrunkLegs = { packets: { received: 0, lost: 0 }, measured: 0, lossy: { '0.01': 0, '0.05': 0 } };

/** Classifies a leg; `now` is our clock, in seconds since 1970. Pure. */
export function judgeLeg({ values, startedAt }: FinishedLeg, now: number): LegOutcome {
  if (values === undefined) return 'implausible';
  const { received, lost, sent } = values;
  if (received === 0 && sent === 0) return 'no_media';
  if (Math.min(received, sent) === 0) return Math.max(received, sent) > fewestOneWay ? 'one_way' : 'short';
  if (lost > received + sent || lost + received > possiblePackets(startedAt, now)) return 'implausible';
  return received < fewestPackets ? 'short' : 'yes';
}

/** The maximum number of packets that a leg can have received since it began. */
function possiblePackets(startedAt: number | undefined, now: number): number {
  const seconds = startedAt === undefined ? Infinity : now - startedAt;
  if (seconds < -clockSlackSeconds || seconds > oldestSeconds) return Infinity;
  return packetsPerSecond * (Math.max(0, seconds) + clockSlackSeconds);
}

/** Counts the legs of one PBX that have ended. */
export class LegCounter {
  readonly #outcomes: Record<LegOutcome, number> = { yes: 0, short: 0, no_media: 0, one_way: 0, implausible: 0 };
  readonly #packets = { in: { received: 0, lost: 0 }, out: { received: 0, lost: 0 } };
  readonly #trunks = new Map<string, TrunkLegs>();
  readonly #loss = { in: new HistogramCounter(lossBuckets), out: new HistogramCounter(lossBuckets) };
  readonly #jitter = { in: new HistogramCounter(delayBuckets), out: new HistogramCounter(delayBuckets) };
  readonly #roundtrip = new HistogramCounter(delayBuckets);

  /** Whether any leg was counted. */
  get hasAny(): boolean {
    return legOutcomes.some((outcome) => this.#outcomes[outcome] > 0);
  }

  /** Counts one leg; `trunk` is the name of the trunk that it went over, `now` our clock in seconds since 1970. */
  add(leg: FinishedLeg, trunk: string | undefined, now: number): void {
    const outcome = judgeLeg(leg, now);
    this.#outcomes[outcome] += 1;
    if (outcome !== 'yes' || leg.values === undefined) return;
    const { received, lost, jitter, sent, remote, roundtrip } = leg.values;
    this.#count('in', { received, lost });
    this.#jitter.in.add(jitter);
    if (trunk !== undefined) this.#countTrunk(trunk, { received, lost });
    if (roundtrip !== undefined) this.#roundtrip.add(roundtrip);
    if (remote === undefined || sent < fewestPackets) return;
    this.#count('out', { received: sent - remote.lost, lost: remote.lost });
    if (remote.jitter !== undefined) this.#jitter.out.add(remote.jitter);
  }

  /** Forgets trunks that no longer exist. */
  keepTrunks(isKnown: (trunk: string) => boolean): void {
    for (const trunk of this.#trunks.keys()) if (!isKnown(trunk)) this.#trunks.delete(trunk);
  }

  /** The current counts. */
  get value(): FinishedLegs {
    return {
      outcomes: { ...this.#outcomes },
      packets: { in: { ...this.#packets.in }, out: { ...this.#packets.out } },
      trunks: new Map(this.#trunks),
      loss: { in: this.#loss.in.value, out: this.#loss.out.value },
      jitter: { in: this.#jitter.in.value, out: this.#jitter.out.value },
      roundtrip: this.#roundtrip.value,
    };
  }

  #count(direction: 'in' | 'out', { received, lost }: Packets): void {
    this.#packets[direction].received += received;
    this.#packets[direction].lost += lost;
    this.#loss[direction].add(lost / (received + lost));
  }

  #countTrunk(trunk: string, { received, lost }: Packets): void {
    const { packets, measured, lossy } = this.#trunks.get(trunk) ?? noLegs;
    const [low, high] = lossThresholds;
    const above = (threshold: string): number => Number(lost / (received + lost) > Number(threshold));
    this.#trunks.set(trunk, {
      packets: { received: packets.received + received, lost: packets.lost + lost },
      measured: measured + 1,
      lossy: { [low]: lossy[low] + above(low), [high]: lossy[high] + above(high) },
    });
  }
}
