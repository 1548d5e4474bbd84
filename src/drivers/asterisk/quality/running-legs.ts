import { type LegMedia, lossThresholds, type RunningLegs } from '../../../snapshot/call-quality.ts';
import type { LegValues } from './leg-values.ts';

/** One read of a running leg. */
export interface LegRead {
  readonly values: LegValues;
  /** Monotonic time, milliseconds. */
  readonly readAt: number;
  /** Whether the PBX sent enough packets but received none between the previous read and this one. */
  readonly receivedNothing: boolean;
}

/** Silence of the far side only counts if the PBX has sent more packets than this between two reads (2 s). */
const fewestSent = 100;
/** Minimum number of packets between two reads for their loss to be meaningful (5 s). */
const fewestPackets = 250;
/** No phone sends more packets per second; a higher rate means that the sender restarted its count. */
const packetsPerSecond = 100;

/** The result of comparing two reads of a leg. */
interface Verdict {
  readonly media: LegMedia;
  /** Share of the packets to the PBX that were lost in between; absent if there were too few packets. */
  readonly loss?: number;
  readonly read: LegRead;
}

/** The legs of one PBX from round to round; only those of the last read are remembered. */
export class RunningLegsWatch {
  #before: ReadonlyMap<string, LegRead> = new Map();

  /**
   * The state of the running legs, from this read and the previous one.
   *
   * @param read Values by channel, with the time of the read (monotonic ms).
   * @param unread Number of running legs that were not read.
   */
  judge(read: ReadonlyMap<string, Omit<LegRead, 'receivedNothing'>>, unread: number): RunningLegs {
    const verdicts = new Map([...read].map(([channel, leg]) => [channel, compare(this.#before.get(channel), leg)]));
    this.#before = new Map([...verdicts].map(([channel, verdict]) => [channel, verdict.read]));
    const media: Record<LegMedia, number> = { flowing: 0, one_way: 0, none: 0, unknown: unread };
    for (const verdict of verdicts.values()) media[verdict.media] += 1;
    const losses = [...verdicts.values()].flatMap(({ loss }) => loss ?? []);
    const isSilent = losses.length === 0 && verdicts.size + unread > 0;
    return isSilent ? { media } : { media, lossy: countLossy(losses) };
  }
}

function countLossy(losses: readonly number[]): NonNullable<RunningLegs['lossy']> {
  const [low, high] = lossThresholds;
  const above = (threshold: string): number => losses.filter((loss) => loss > Number(threshold)).length;
  return { [low]: above(low), [high]: above(high) } as const;
}

/** Compares two reads of a leg. If the stream differs or a count is lower, the state is unknown. Pure. */
function compare(before: LegRead | undefined, { values, readAt }: Omit<LegRead, 'receivedNothing'>): Verdict {
  const read: LegRead = { values, readAt, receivedNothing: false };
  const isSame = before?.values.stream === values.stream && before.values.received <= values.received;
  if (before === undefined || !isSame || before.values.sent > values.sent) return { media: 'unknown', read };
  const received = values.received - before.values.received;
  const sent = values.sent - before.values.sent;
  if (received > 0) return { media: 'flowing', read, ...lossOf(before, { values, readAt }, received) };
  if (sent === 0) return { media: 'none', read };
  if (sent <= fewestSent) return { media: 'unknown', read };
  // A phone that starts to send a moment later is not a fault, so two consecutive rounds must show it.
  return { media: before.receivedNothing ? 'one_way' : 'unknown', read: { ...read, receivedNothing: true } };
}

function lossOf(before: LegRead, now: Omit<LegRead, 'receivedNothing'>, received: number): { readonly loss?: number } {
  // Packets that arrive out of order count as lost in one report and as received in the next.
  const lost = Math.max(0, now.values.lost - before.values.lost);
  const seconds = (now.readAt - before.readAt) / 1000;
  const packets = received + lost;
  const isPlausible = packets <= packetsPerSecond * (seconds + 1);
  return packets < fewestPackets || !isPlausible ? {} : { loss: lost / packets };
}
