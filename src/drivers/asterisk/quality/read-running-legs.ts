import type { Clock } from '../../../clock.ts';
import type { RunningLegs } from '../../../snapshot/call-quality.ts';
import type { Failure } from '../../../transport/failure.ts';
import type { Conversation } from '../../driver.ts';
import { ParallelRequests } from '../../kit/parallel-requests.ts';
import { field } from '../ami-message.ts';
import type { AskChannels, ListedChannel } from '../channel-list.ts';
import { actionRequest } from '../requests.ts';
import { isNoSuchChannel, readResponse } from '../errors.ts';
import { readChannelName, type RtpChannel } from './channel-name.ts';
import { LegKeys } from './leg-keys.ts';
import { type LegValues, readLegValues } from './leg-values.ts';
import { RunningLegsWatch } from './running-legs.ts';

/**
 * Time limit (ms) of one request. Inside the PBX, the request waits in the queue of its call, and one call that hangs
 * must not delay the others.
 */
const longestQuestionMs = 1_000;

/** Settings for reading running legs. */
export interface RunningLegsSettings {
  readonly clock: Clock;
  readonly requestsPerTarget: number;
  /** Maximum number of legs that are read individually in a round; 0 = none. */
  readonly runningLegs: number;
}

/** A channel of a running leg. */
interface Running extends RtpChannel {
  readonly channel: string;
}

/** A running leg with the key under which it is remembered. */
interface KeyedLeg extends Running {
  readonly key: string;
}

type Answer = { readonly kind: 'values'; readonly values: LegValues } | { readonly kind: 'gone' | 'empty' };

/** Reads the running legs of one PBX, and compares them with the previous round. */
export class RunningLegsReader {
  readonly #settings: RunningLegsSettings;
  readonly #watch = new RunningLegsWatch();
  readonly #keys = new LegKeys();
  /**
   * Keys of channels that are up without RTP. They are not requested again, because Asterisk logs a line for each such
   * request.
   */
  #silent: ReadonlySet<string> = new Set();
  #isRefused = false;

  constructor(settings: RunningLegsSettings) {
    this.#settings = settings;
  }

  /**
   * The state of the running legs; undefined if reading them is disabled or the user lacks the right. Throws a `Failure`
   * if the channels are not reported.
   */
  async read(conversation: Conversation, askChannels: AskChannels): Promise<RunningLegs | undefined> {
    const { clock, requestsPerTarget, runningLegs } = this.#settings;
    if (runningLegs === 0) return undefined;
    const listed = rtpChannels(await askChannels());
    const channels = listed.map((leg): KeyedLeg => ({ ...leg, key: this.#keys.of(leg.channel) }));
    const values = new Map<string, { readonly values: LegValues; readonly readAt: number }>();
    const silent = new Set(channels.flatMap(({ key }) => (this.#silent.has(key) ? [key] : [])));
    let gone = 0;
    const many = new ParallelRequests({
      clock,
      concurrency: requestsPerTarget,
      remainingMs: conversation.remainingMs(),
    });
    const asked = channels.filter(({ key }) => !silent.has(key)).slice(0, runningLegs);
    const { failure } = await many.sendAll(asked, async (leg, timeoutMs) => {
      const answer = await askLeg(conversation, leg, Math.min(timeoutMs, longestQuestionMs));
      if (answer.kind === 'values')
        values.set(leg.key, { values: this.#keyed(answer.values), readAt: clock.monotonicTime() });
      else if (answer.kind === 'empty') silent.add(leg.key);
      else gone += 1;
    });
    this.#silent = silent;
    this.#learn(failure, values.size);
    const running = this.#watch.judge(values, channels.length - values.size - gone);
    return this.#isRefused ? undefined : running;
  }

  #keyed(values: LegValues): LegValues {
    return { ...values, stream: this.#keys.of(values.stream) };
  }

  /** Records whether the user has the right. Without it, nothing is known about any leg, even while no leg is running. */
  #learn(failure: Failure | undefined, answers: number): void {
    if (answers > 0) this.#isRefused = false;
    else if (failure?.reason === 'forbidden') this.#isRefused = true;
  }
}

/** The channels with RTP that are up. */
function rtpChannels(channels: readonly ListedChannel[]): readonly Running[] {
  return channels
    .filter(({ isUp }) => isUp)
    .flatMap(({ name: channel }) => {
      const known = readChannelName(channel);
      return known === undefined ? [] : [{ ...known, channel }];
    });
}

/** Requests the values of one leg, which may have ended meanwhile. Throws a `Failure`. */
async function askLeg(conversation: Conversation, leg: Running, timeoutMs: number): Promise<Answer> {
  const call = leg.technology === 'sip' ? 'sip_leg_quality' : 'leg_quality';
  return conversation.ask({
    request: { ...actionRequest(call, { channel: leg.channel }), timeoutMs },
    read(answer, session): Answer {
      if (isNoSuchChannel(answer)) return { kind: 'gone' };
      const values = readLegValues(field(readResponse(answer, session).response, 'value'));
      return values === undefined ? { kind: 'empty' } : { kind: 'values', values };
    },
  });
}
