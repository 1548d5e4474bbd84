import type { TargetRecord } from '../snapshot/record.ts';

/** Minutes that are kept: six hours. */
export const historyMinutes = 360;
/** A clock that is set back by no more minutes than this is an ordinary correction. */
const smallStep = 5;

/** What is known of one minute. What was not read in it is absent. */
export interface HistoryPoint {
  /** Wall clock, in minutes since 1970. */
  readonly minute: number;
  readonly reachablePeers?: number;
  readonly trunksInService?: number;
  /** Median over the peers that have one, in microseconds. */
  readonly medianRoundtrip?: number;
  /** Rounds that ended in this minute, those that were left out included. */
  readonly rounds: number;
  /** Those of them after which the PBX was down. */
  readonly failedRounds: number;
}

/** The last six hours of one PBX, one point a minute, in a ring of {@link historyBytes} bytes that never grows. */
export class History {
  /** Three rows of values, NaN if there are none. */
  readonly #values = new Float32Array(3 * historyMinutes).fill(NaN);
  /** Rounds, then failed rounds. */
  readonly #counts = new Uint8Array(2 * historyMinutes);
  #newest = -Infinity;

  /** Notes the round that a record is from. */
  note(record: TargetRecord): void {
    if (record.clocks === undefined) return;
    const place = this.#placeOf(Math.floor(record.clocks.wall / 60_000));
    for (const [row, value] of valuesOf(record).entries())
      if (value !== undefined) this.#values[row * historyMinutes + place] = value;
    this.#count(place);
    if (!record.up) this.#count(historyMinutes + place);
  }

  /** The minutes with a round, oldest first, none older than six hours before `wall` (ms since 1970). */
  points(wall: number): readonly HistoryPoint[] {
    const now = Math.floor(wall / 60_000);
    const oldest = Math.max(now, this.#newest) - historyMinutes + 1;
    const minutes = Array.from({ length: historyMinutes }, (_, index) => oldest + index);
    return minutes.filter((minute) => minute <= this.#newest).flatMap((minute) => this.#point(minute));
  }

  #point(minute: number): readonly HistoryPoint[] {
    const place = placeFor(minute);
    const rounds = this.#counts[place] ?? 0;
    if (rounds === 0) return [];
    const [reachablePeers, trunksInService, medianRoundtrip] = [0, 1, 2].map((row) => this.#value(row, place));
    return [
      {
        minute,
        ...(reachablePeers === undefined ? {} : { reachablePeers }),
        ...(trunksInService === undefined ? {} : { trunksInService }),
        ...(medianRoundtrip === undefined ? {} : { medianRoundtrip }),
        rounds,
        failedRounds: this.#counts[historyMinutes + place] ?? 0,
      },
    ];
  }

  #value(row: number, place: number): number | undefined {
    const value = this.#values[row * historyMinutes + place] ?? NaN;
    return Number.isNaN(value) ? undefined : value;
  }

  /** The place of a minute; those that were passed without a round are emptied on the way. */
  #placeOf(minute: number): number {
    if (minute <= this.#newest && this.#newest - minute <= smallStep) return placeFor(this.#newest);
    const isFollowing = minute > this.#newest && minute - this.#newest < historyMinutes;
    const first = isFollowing ? this.#newest + 1 : minute - historyMinutes + 1;
    for (let passed = first; passed <= minute; passed += 1) this.#clear(placeFor(passed));
    this.#newest = minute;
    return placeFor(minute);
  }

  #clear(place: number): void {
    for (const row of [0, 1, 2]) this.#values[row * historyMinutes + place] = NaN;
    this.#counts[place] = 0;
    this.#counts[historyMinutes + place] = 0;
  }

  #count(index: number): void {
    this.#counts[index] = Math.min(255, (this.#counts[index] ?? 0) + 1);
  }
}

/** Never below 0: a wall clock may say a time before 1970. */
function placeFor(minute: number): number {
  return ((minute % historyMinutes) + historyMinutes) % historyMinutes;
}

/** Size of the ring's buffers, in bytes. */
export const historyBytes: number = historyMinutes * (3 * Float32Array.BYTES_PER_ELEMENT + 2);

const inService: ReadonlySet<string> = new Set(['registered', 'reachable', 'unmonitored']);

/** Values that the record's last round has read: those it only kept are none of that minute. */
function valuesOf({ held, clocks }: TargetRecord): readonly (number | undefined)[] {
  const { peers, trunks } = held;
  const phones = peers?.readAt === clocks?.monotonic ? peers?.value : undefined;
  const lines = trunks?.readAt === clocks?.monotonic ? trunks?.value : undefined;
  return [
    phones?.reduce((count, { state }) => count + Number(state === 'reachable'), 0),
    lines?.reduce((count, { state }) => count + Number(inService.has(state)), 0),
    phones && median(phones.flatMap(({ roundtripMicroseconds = NaN }) => roundtripMicroseconds)),
  ];
}

function median(values: readonly number[]): number | undefined {
  const sorted = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
  return sorted[Math.floor(sorted.length / 2)];
}
