import type { TargetRecord } from '../snapshot/record.ts';

/** Number of minutes kept: six hours. */
export const historyMinutes = 360;
/** A clock that is set back by at most this many minutes counts as an ordinary correction. */
const smallStep = 5;

/** The values of one minute. Values that were not read in this minute are absent. */
export interface HistoryPoint {
  /** Wall clock, in minutes since 1970. */
  readonly minute: number;
  readonly reachablePeers?: number;
  readonly trunksInService?: number;
  /** Median roundtrip of the peers that have one, in microseconds. */
  readonly medianRoundtrip?: number;
  /** Number of rounds that ended in this minute, including skipped ones. */
  readonly rounds: number;
  /** Number of these rounds after which the PBX was down. */
  readonly failedRounds: number;
}

/** The last six hours of one PBX, one point per minute, in a ring buffer with a fixed size of {@link historyBytes} bytes. */
export class History {
  /** Three rows of values; NaN if there is no value. */
  readonly #values = new Float32Array(3 * historyMinutes).fill(NaN);
  /** Rounds, then failed rounds. */
  readonly #counts = new Uint8Array(2 * historyMinutes);
  #newest = -Infinity;

  /** Adds the round of a record. */
  note(record: TargetRecord): void {
    if (record.clocks === undefined) return;
    const place = this.#placeOf(Math.floor(record.clocks.wall / 60_000));
    for (const [row, value] of valuesOf(record).entries())
      if (value !== undefined) this.#values[row * historyMinutes + place] = value;
    this.#count(place);
    if (!record.up) this.#count(historyMinutes + place);
  }

  /** Returns the minutes with a round, oldest first, within the six hours before `wall` (ms since 1970). */
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

  /** The index of a minute. Minutes that passed without a round are cleared. */
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

/** The index of a minute; never negative, even if the wall clock shows a time before 1970. */
function placeFor(minute: number): number {
  return ((minute % historyMinutes) + historyMinutes) % historyMinutes;
}

/** Size of the ring buffer, in bytes. */
export const historyBytes: number = historyMinutes * (3 * Float32Array.BYTES_PER_ELEMENT + 2);

const inService: ReadonlySet<string> = new Set(['registered', 'reachable', 'unmonitored']);

/** Values read in the last round of a record. Values kept from earlier rounds do not belong to this minute. */
function valuesOf({ retained, clocks }: TargetRecord): readonly (number | undefined)[] {
  const { peers, trunks } = retained;
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
