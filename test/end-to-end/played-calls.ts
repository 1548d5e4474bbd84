import type { CallLab, PhonePlan } from './asterisk-calls.ts';
import type { LinePlan } from './phone/media-line.ts';
import type { LineCount, MediaRelay } from './phone/media-relay.ts';
import type { Phone } from './phone/phone.ts';

const lossOf = (percent: number): LinePlan => ({ dropOneOf: 100 / percent });
const jitter: LinePlan = { delay: { middleMs: 40, spreadMs: 30 } };

/** One call per phone: `-a` calls `-b`, all others call a tone of the PBX. */
export const phones: readonly PhonePlan[] = [
  { name: 'clean' },
  { name: 'in-2', line: { toPbx: lossOf(2) } },
  { name: 'in-10', line: { toPbx: lossOf(10) } },
  { name: 'out-2', line: { fromPbx: lossOf(2) } },
  { name: 'out-10', line: { fromPbx: lossOf(10) } },
  { name: 'in-jitter', line: { toPbx: jitter } },
  { name: 'out-jitter', line: { fromPbx: jitter }, codec: 'PCMA' },
  { name: 'hold' },
  { name: 'no-rtcp', line: { toPbx: lossOf(2), fromPbx: lossOf(10) }, sendsReports: false },
  { name: 'silent', talks: false },
  { name: 'four-seconds', line: { toPbx: lossOf(10) } },
  { name: 'twelve-seconds', line: { toPbx: lossOf(10) } },
  { name: 'bridged-a', line: { toPbx: lossOf(10) } },
  { name: 'bridged-b' },
  { name: 'direct-a', directMedia: true },
  { name: 'direct-b', directMedia: true },
];

/** Calls with a fixed length in milliseconds, regardless of reports; the last one is longer if it has not been seen by then. */
const lengthsMs: Readonly<Record<string, number>> = {
  'four-seconds': 4_000,
  'twelve-seconds': 12_000,
  'in-10': 60_000,
};
/** How much the jitter measured by the PBX may differ from that of the packets forwarded by the relay, in seconds. */
export const jitterTolerance = 0.006;
/** Longer than the delay of any packet, including the time that a busy machine lets it wait in the socket of the PBX. */
const onTheWayMs = 3_000;
/** Jitter (s) higher than that of any line: a busy machine suspended one of the programs. */
const notOfTheLine = 0.03;
const samplesPerSecond = 8_000;
const tone = '600';

/** The counters of the relay of a leg. */
export type LegCounts = Readonly<Record<'toPbx' | 'fromPbx', LineCount>>;

/** Facts about a finished leg that do not come from the PBX. */
export interface PlayedLeg {
  /** Counters when the call was hung up. */
  readonly atEnd: LegCounts;
  /** Counters when no more packets were in transit. */
  readonly inAll: LegCounts;
  /** The last report of the phone: packets lost, and jitter in seconds. Undefined if it sends no RTCP or if the call was too short. */
  readonly told: { readonly lost: number; readonly jitterSeconds: number } | undefined;
}

/**
 * Makes all calls in parallel; resolves when the last one is over. Calls without a fixed length, or with one above `longestMs`, last until
 * `isSeen` resolves. They end just after a report of the PBX, which thus includes all losses.
 */
export async function playCalls(
  lab: CallLab,
  isSeen: Promise<unknown>,
  longestMs = Infinity,
): Promise<ReadonlyMap<string, PlayedLeg>> {
  const callers = phones.map(({ name }) => name).filter((name) => !name.endsWith('-b'));
  const ends = await Promise.all(callers.map((name) => playCall(name, lab, isSeen, lengthOf(name, longestMs))));
  await pause(onTheWayMs);
  return new Map(
    ends.flat().map(({ name, atEnd }) => {
      const { media, relay } = lab.phone(name);
      const { told } = media;
      const inSeconds =
        told === undefined ? undefined : { lost: told.lost, jitterSeconds: told.jitter / samplesPerSecond };
      return [name, { atEnd, inAll: countsOf(relay), told: inSeconds }];
    }),
  );
}

function lengthOf(name: string, longestMs: number): number | undefined {
  const length = lengthsMs[name];
  return length === undefined || length > longestMs ? undefined : length;
}

interface LegEnd {
  readonly name: string;
  readonly atEnd: LegCounts;
}

async function playCall(
  name: string,
  lab: CallLab,
  isSeen: Promise<unknown>,
  length: number | undefined,
): Promise<readonly LegEnd[]> {
  const phone = lab.phone(name);
  const legs = [name, ...calleesOf(name)];
  await phone.call(name.endsWith('-a') ? `to-${legs.at(-1)}` : tone);
  if (name === 'hold') await holdUntil(phone, isSeen);
  if (length !== undefined) await pause(length);
  if (length === undefined || name === 'in-10') await isSeen;
  if (isMeasured(name)) await forwardedEnough(phone);
  if (length === undefined && hearsPbx(name)) await calmReport(phone);
  // Packets in transit arrive before the PBX learns that the call has ended.
  for (const leg of legs) lab.phone(leg).media.stop();
  await pause(onTheWayMs);
  const ends = legs.map((leg) => ({ name: leg, atEnd: countsOf(lab.phone(leg).relay) }));
  await phone.hangUp();
  return ends;
}

async function holdUntil(phone: Phone, isSeen: Promise<unknown>): Promise<void> {
  await pause(5_000);
  await phone.hold();
  await isSeen;
  await phone.resume();
  await pause(8_000);
}

/** Waits for 510 packets: a very busy machine sends fewer than 50 per second, and a leg counts only from 500 packets on. */
export async function forwardedEnough({ relay }: Phone): Promise<void> {
  while (relay.count('toPbx').forwarded < 510) await pause(100);
}

/**
 * Waits for a report of the PBX with the jitter of the line. On a busy machine, packets also wait between the relay and the PBX. This is
 * neither jitter of the relay nor an error of the PBX.
 */
async function calmReport({ media, relay }: Phone): Promise<void> {
  for (let count = 0; count < 30; count += 1) {
    const inward = (await media.nextReport()).jitter / samplesPerSecond;
    const outward = (media.told?.jitter ?? 0) / samplesPerSecond;
    const difference = inward - relay.count('toPbx').jitterSeconds;
    if (Math.abs(difference) < jitterTolerance / 2 && Math.max(inward, outward) < notOfTheLine) return;
  }
}

/** Reports whether the leg must become long enough to count. */
function isMeasured(name: string): boolean {
  return hearsPbx(name) && name !== 'four-seconds';
}

/** Reports whether the PBX sends this phone reports about the stream that it receives from it. */
function hearsPbx(name: string): boolean {
  return name !== 'silent' && !name.startsWith('direct');
}

function calleesOf(name: string): readonly string[] {
  return name.endsWith('-a') ? [`${name.slice(0, -1)}b`] : [];
}

function countsOf(relay: MediaRelay): LegCounts {
  return { toPbx: relay.count('toPbx'), fromPbx: relay.count('fromPbx') };
}

/** Waits for this many milliseconds. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
