import type { Clock } from '../../clock.ts';

/** Conditions of the network in one direction. */
export interface Line {
  /** Fraction of the packets that are lost, 0 to 1. */
  readonly loss: number;
  /** Jitter in seconds. */
  readonly jitter: number;
}

/** Options of a new leg. */
export interface LegOptions {
  /** Name of the phone or trunk. */
  readonly endpoint: string;
  /** Channel driver; `Local` channels have no RTP. Default: PJSIP. */
  readonly technology?: 'PJSIP' | 'SIP' | 'Local';
  /** Channel state. Default: Up. */
  readonly state?: 'Up' | 'Ring' | 'Ringing';
  /** Made-up caller and called number; every event contains them. */
  readonly callerNumber?: string;
  readonly callerName?: string;
  readonly called?: string;
  /** Id of the call of the world that it belongs to; its legs are the channels of that call. Default: none. */
  readonly call?: string;
}

/** Packets per second that phones send with G.711 and G.722. */
const packetsPerSecond = 50;
/** Interval of RTCP reports in both directions (`rtcpinterval` in rtp.conf). */
const reportMs = 5_000;
/** The far side's cumulative loss of -1 (RTCP, 24 bits), read as an unsigned number. */
const minusOne = 16_777_215;
/** Value that Asterisk reports for a negative roundtrip. */
const belowZeroSeconds = 65_535.999_114;

/** Values that change only with an RTCP report. */
interface Reported {
  lost: number;
  remoteLost: number;
  remoteJitter: number;
  roundtrip: number;
}

/** Current conditions of the call and the network. */
export interface LegConditions {
  /** From the phone to the PBX. Default: no loss. */
  readonly inward: Partial<Line>;
  /** From the PBX to the phone. Default: no loss. */
  readonly outward: Partial<Line>;
  /** Roundtrip in seconds. Negative if the far side rounds its delay up. Default: 0.02. */
  readonly roundtrip: number;
  /** Whether the far side sends RTCP. Default: true. */
  readonly farSideReports: boolean;
  /** Whether the far side received duplicate packets and therefore reports a negative loss. */
  readonly duplicates: boolean;
  /** Whether media bypasses the PBX. */
  readonly directMedia: boolean;
  /** Whether the call is on hold, so that neither side sends. */
  readonly onHold: boolean;
  /** Whether the phone has stopped sending without signalling it. */
  readonly silent: boolean;
  /** Whether the PBX sends media; it does not while recording. Default: true. */
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
 * One RTP channel of the PBX. Packet counts grow with the simulator's clock; values that Asterisk learns from RTCP change
 * only with a report.
 */
export class Leg {
  readonly channel: string;
  readonly uniqueId: string;
  readonly #serial: number;
  readonly options: LegOptions;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly state: 'Up' | 'Ring' | 'Ringing';
  /** The other leg of the call; packets lost on its way to the PBX are missing on this leg too. */
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
    this.#serial = serial;
    this.#clock = clock;
    this.#ssrc = 1_264_832_123 + serial;
    this.#settledAt = clock.monotonicTime();
    this.#reportDue = this.#settledAt + reportMs;
  }

  /** Id of the first channel of the call. */
  get linkedId(): string {
    const { bridged } = this;
    return bridged !== undefined && bridged.#serial < this.#serial ? bridged.uniqueId : this.uniqueId;
  }

  /** Changes the conditions from now on. */
  change(conditions: Partial<LegConditions>): void {
    this.#settle();
    this.bridged?.settleWith();
    this.#conditions = { ...this.#conditions, ...conditions };
  }

  /** Counts the packets up to now. Called by the bridged leg before its conditions change. */
  settleWith(): void {
    this.#settle();
  }

  /** Fraction of the packets lost on the way to the PBX, 0 to 1. */
  get gaps(): number {
    const { silent, onHold, inward } = this.#conditions;
    return silent || onHold ? 0 : (inward.loss ?? 0);
  }

  /** Whether the channel has RTP: it is answered and its technology is not `Local`. */
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

  /** Starts a new stream of the far side, as after a transfer; received packets are counted from 0 again. */
  newStream(): void {
    this.#settle();
    this.#ssrc += 7_919;
    this.#received = 0;
    this.#lost = 0;
    this.#reported.lost = 0;
  }

  /** Makes the sender's sequence numbers jump: the skipped packets immediately and permanently count as lost. */
  jumpSequence(packets = 20_000): void {
    this.#settle();
    this.#lost += packets;
    this.#reported.lost += packets;
  }

  /** Delivers late packets that were already counted as lost. */
  overtake(packets = 1): void {
    this.#settle();
    this.#lost -= packets;
    this.#reported.lost -= packets;
  }

  /**
   * Returns the text of `CHANNEL(rtcp,all)` and `RTPAUDIOQOS`. As in the real PBX, `rx` and `tx` of jitter and MES have the
   * opposite meaning from losses and counts.
   */
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
    // Packets lost on the other leg are never sent here; the far side counts them as lost, together with its own losses.
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

/** Approximates the score of the PBX (MES): at most 88, decreasing with the loss over the whole call. */
function score(loss: number): number {
  return Math.max(0, 88 - 900 * loss);
}
