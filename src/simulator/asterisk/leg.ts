import type { Clock } from '../../clock.ts';

/** What the line does to packets of one direction. */
export interface Line {
  /** Share of the packets that are dropped, 0 to 1. */
  readonly loss: number;
  /** Seconds. */
  readonly jitter: number;
}

/** What a leg is when it begins. */
export interface LegOptions {
  /** Name of the phone or trunk. */
  readonly endpoint: string;
  /** Default: PJSIP. Channels of `Local` have no RTP. */
  readonly technology?: 'PJSIP' | 'SIP' | 'Local';
  /** Default: Up. */
  readonly state?: 'Up' | 'Ring' | 'Ringing';
  /** Made up; they stand in every event. */
  readonly callerNumber?: string;
  readonly callerName?: string;
  readonly called?: string;
}

/** Packets of G.711 and G.722 a second, as phones send them. */
const packetsPerSecond = 50;
/** `rtcpinterval` of rtp.conf: the interval of reports in both directions. */
const reportMs = 5_000;
/** 24 bits, without a sign: how a far side's "one packet fewer than none was lost" is read. */
const minusOne = 16_777_215;
/** A roundtrip below zero, as it is read. */
const belowZeroSeconds = 65_535.999_114;

/** Numbers that only a report changes. */
interface Reported {
  lost: number;
  remoteLost: number;
  remoteJitter: number;
  roundtrip: number;
}

/** How the call and its line are at the moment. */
export interface LegConditions {
  /** From the phone to the PBX. Default: nothing is lost. */
  readonly inward: Partial<Line>;
  /** From the PBX to the phone. */
  readonly outward: Partial<Line>;
  /** Seconds, default 0.02. Below 0: the far side rounds its delay up. */
  readonly roundtrip: number;
  /** Whether the far side sends RTCP. Default: it does. */
  readonly farSideReports: boolean;
  /** The far side saw packets twice and reports fewer than none as lost. */
  readonly duplicates: boolean;
  /** Media goes past the PBX. */
  readonly directMedia: boolean;
  /** Neither side sends. */
  readonly onHold: boolean;
  /** The phone has stopped sending, without saying so. */
  readonly silent: boolean;
  /** Whether the PBX sends anything; it does not while it records. Default: it does. */
  readonly pbxSends: boolean;
}

const usualConditions: LegConditions = {
  inward: {},
  outward: {},
  roundtrip: 0.02,
  farSideReports: true,
  duplicates: false,
  directMedia: false,
  onHold: false,
  silent: false,
  pbxSends: true,
};

/**
 * One RTP channel of the PBX: packets flow with the simulator's time, and what is known only from RTCP changes with the
 * reports.
 */
export class Leg {
  readonly channel: string;
  readonly uniqueId: string;
  readonly options: LegOptions;
  /** Wall clock, milliseconds since 1970. */
  readonly startedAt: number;
  readonly state: 'Up' | 'Ring' | 'Ringing';
  /** The other leg, whose gaps this one passes on. */
  bridged: Leg | undefined;

  readonly #clock: Clock;
  #conditions: LegConditions = usualConditions;
  #ssrc: number;
  #settledAt: number;
  #reportDue: number;
  #received = 0;
  #lost = 0;
  #sent = 0;
  #remoteLost = 0;
  #reported: Reported = { lost: 0, remoteLost: 0, remoteJitter: 0, roundtrip: 0 };

  constructor(options: LegOptions, serial: number, clock: Clock) {
    const { technology = 'PJSIP', endpoint, state = 'Up' } = options;
    this.options = options;
    this.state = state;
    this.channel = `${technology}/${endpoint}-${serial.toString(16).padStart(8, '0')}`;
    this.startedAt = clock.wallTime();
    this.uniqueId = `${Math.floor(this.startedAt / 1000)}.${serial}`;
    this.#clock = clock;
    this.#ssrc = 1_264_832_123 + serial;
    this.#settledAt = clock.monotonicTime();
    this.#reportDue = this.#settledAt + reportMs;
  }

  /** From now on these are so. */
  change(conditions: Partial<LegConditions>): void {
    this.#settle();
    this.bridged?.settleWith();
    this.#conditions = { ...this.#conditions, ...conditions };
  }

  /** Lets the packets flow up to now; for the other leg, before this one passes on something else. */
  settleWith(): void {
    this.#settle();
  }

  /** Share of the packets towards the PBX that do not get there. */
  get gaps(): number {
    const { silent, onHold, inward } = this.#conditions;
    return silent || onHold ? 0 : (inward.loss ?? 0);
  }

  /** Whether the channel has RTP: not before it is answered, and never where its technology has none. */
  get hasRtp(): boolean {
    return this.state === 'Up' && this.options.technology !== 'Local';
  }

  #settle(): void {
    const now = this.#clock.monotonicTime();
    while (this.#reportDue <= now) {
      this.#flow(this.#reportDue);
      this.#report();
      this.#reportDue += reportMs;
    }
    this.#flow(now);
  }

  /** The far side begins a new stream, as after a transfer: what was received counts from 0 again. */
  newStream(): void {
    this.#settle();
    this.#ssrc += 7_919;
    this.#received = 0;
    this.#lost = 0;
    this.#reported.lost = 0;
  }

  /** The sender's sequence numbers jump: the packets between count as lost for good, at once. */
  jumpSequence(packets = 20_000): void {
    this.#settle();
    this.#lost += packets;
    this.#reported.lost += packets;
  }

  /** Packets that were counted as lost came after all. */
  overtake(packets = 1): void {
    this.#settle();
    this.#lost -= packets;
    this.#reported.lost -= packets;
  }

  /** `CHANNEL(rtcp,all)` and `RTPAUDIOQOS`. Jitter and MES are named the other way round than losses and counts, as in the real PBX. */
  text(hasScore: boolean): string {
    this.#settle();
    const { inward, duplicates, farSideReports } = this.#conditions;
    const { lost, remoteLost, remoteJitter, roundtrip } = this.#reported;
    const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
    const pairs: readonly (readonly [string, string | number])[] = [
      ['ssrc', this.#ssrc - 91],
      ['themssrc', this.#received === 0 ? 0 : this.#ssrc],
      ['lp', Math.round(lost)],
      ['rxjitter', (hasScore ? remoteJitter : 0).toFixed(6)],
      ['rxcount', Math.round(this.#received)],
      ['txjitter', (this.#received === 0 ? 0 : (inward.jitter ?? 0)).toFixed(6)],
      ['txcount', Math.round(this.#sent)],
      ['rlp', duplicates ? minusOne : Math.round(remoteLost)],
      ['rtt', roundtrip.toFixed(6)],
    ];
    const reports = farSideReports && roundtrip !== 0;
    const scores: readonly (readonly [string, string])[] = [
      ['rxmes', (reports ? score(share(remoteLost, this.#sent)) : 0).toFixed(6)],
      ['txmes', (this.#received === 0 ? 0 : score(share(lost, lost + this.#received))).toFixed(6)],
    ];
    return [...pairs, ...(hasScore ? scores : [])].map(([key, value]) => `${key}=${value}`).join(';');
  }

  #flow(until: number): void {
    const packets = (packetsPerSecond * (until - this.#settledAt)) / 1000;
    this.#settledAt = until;
    const { directMedia, onHold, silent, inward, outward, pbxSends } = this.#conditions;
    if (!this.hasRtp || directMedia || onHold) return;
    const arriving = silent ? 0 : packets;
    const dropped = arriving * (inward.loss ?? 0);
    this.#lost += dropped;
    this.#received += arriving - dropped;
    if (!pbxSends) return;
    // Gaps of the other leg are passed on, and the far side counts them together with its own.
    const gaps = packets * (this.bridged?.gaps ?? 0);
    this.#sent += packets - gaps;
    this.#remoteLost += gaps + (packets - gaps) * (outward.loss ?? 0);
  }

  #report(): void {
    const { directMedia, farSideReports, outward, roundtrip } = this.#conditions;
    if (!this.hasRtp || directMedia) return;
    this.#reported.lost = this.#lost;
    if (!farSideReports) return;
    this.#reported.remoteLost = this.#remoteLost;
    this.#reported.remoteJitter = outward.jitter ?? 0;
    this.#reported.roundtrip = roundtrip < 0 ? belowZeroSeconds : roundtrip;
  }
}

/** Something like the PBX's own score: 88 at best, sinking with the loss of the whole call. */
function score(loss: number): number {
  return Math.max(0, 88 - 900 * loss);
}
