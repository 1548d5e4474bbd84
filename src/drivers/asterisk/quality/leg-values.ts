/**
 * The RTP counts and times of one channel. Directions are from the point of view of the PBX: `in` is from the phone or
 * trunk to the PBX.
 */
export interface LegNumbers {
  /** Packets received since the stream began. */
  readonly received: number;
  /** Packets lost on the way to the PBX, as of its last report. */
  readonly lost: number;
  /** Seconds, measured by the PBX. */
  readonly jitter: number;
  /** Packets sent since the channel began. */
  readonly sent: number;
  /** The report of the far side. Absent if it sends no RTCP, which does not mean that nothing was lost. */
  readonly remote?: {
    readonly lost: number;
    /** Seconds; absent if the release does not report it correctly. */
    readonly jitter?: number;
  };
  /** Seconds; absent if it was not measured. */
  readonly roundtrip?: number;
}

/** The numbers of a leg with the stream that they belong to. */
export interface LegValues extends LegNumbers {
  /** The received stream; counts of another stream cannot be compared with these. Never shown, and never stored unchanged. */
  readonly stream: string;
}

/** A 24-bit count of this value or more is negative: the far side received duplicate packets. */
const negativeFrom = 2 ** 23;
/** A longer roundtrip (s) is a negative one that was read as unsigned, because the far side rounds its delay up. */
const longestRoundtrip = 10;

/**
 * Reads `CHANNEL(rtcp,all)`, `CHANNEL(rtpqos,audio,all)` or the value of `RTPAUDIOQOS`: `key=value` separated by semicolons
 * (`main/rtp_engine.c`, `ast_rtp_instance_get_quality`; seen on 16.28 and 22.10). Losses and counts are named from the PBX's
 * point of view, jitter and score (MES) from the far side's: `txjitter` is the jitter of received packets.
 * Undefined if a count is missing or not a number. Never throws.
 */
export function readLegValues(text: string): LegValues | undefined {
  const values = new Map(text.split(';').map((pair) => splitPair(pair)));
  const number = (key: string): number | undefined => readNumber(values.get(key));
  const [received, lost, sent] = [number('rxcount'), number('lp'), number('txcount')];
  if (received === undefined || lost === undefined || sent === undefined) return undefined;
  const remote = readRemote(values, sent);
  const roundtrip = number('rtt') ?? 0;
  return {
    stream: values.get('themssrc') ?? '',
    received,
    lost: withoutNegative(lost),
    jitter: number('txjitter') ?? 0,
    sent,
    ...(remote === undefined ? {} : { remote }),
    ...(roundtrip > 0 && roundtrip < longestRoundtrip ? { roundtrip } : {}),
  };
}

/**
 * If the far side sends no RTCP, its values stay 0. In releases that score legs (18.17, 20.2, 21 and later), the score shows
 * whether it sent any. In older releases, any value other than 0 shows it, and the jitter is not in seconds.
 */
function readRemote(values: ReadonlyMap<string, string>, sent: number): LegValues['remote'] {
  const [lost = 0, jitter = 0, roundtrip = 0] = ['rlp', 'rxjitter', 'rtt'].map((key) => readNumber(values.get(key)));
  const isScored = values.has('rxmes');
  const reports = isScored ? (readNumber(values.get('rxmes')) ?? 0) > 0 : lost > 0 || jitter > 0 || roundtrip > 0;
  const counted = withoutNegative(lost);
  if (!reports || counted > sent) return undefined;
  return { lost: counted, ...(isScored ? { jitter } : {}) };
}

function splitPair(pair: string): readonly [string, string] {
  const equals = pair.indexOf('=');
  return equals < 0 ? ['', ''] : [pair.slice(0, equals).trim().toLowerCase(), pair.slice(equals + 1).trim()];
}

/** Counts and times as C prints them; some are padded with zeros. */
function readNumber(text = ''): number | undefined {
  if (!/^\d{1,15}(?:\.\d{1,15})?(?:e-?\d{1,3})?$/i.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}

function withoutNegative(lost: number): number {
  return lost >= negativeFrom ? 0 : lost;
}
