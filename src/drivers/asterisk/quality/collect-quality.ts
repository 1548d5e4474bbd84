import type { CallQuality } from '../../../snapshot/call-quality.ts';
import type { Part } from '../../../snapshot/reading.ts';
import type { Failure } from '../../../transport/failure.ts';
import type { Log } from '../../../log.ts';
import type { Conversation, SessionConversation } from '../../driver.ts';
import { failedPart, goodPart } from '../../kit/collectors.ts';
import type { AskChannels } from '../channel-list.ts';
import { actionRequest } from '../requests.ts';
import type { RtpChannel } from './channel-name.ts';
import { EventPoll } from './event-poll.ts';
import { type FinishedLeg, maximumStates, type StateEvent } from './events.ts';
import { LegCounter } from './finished-legs.ts';
import { RunningLegsReader, type RunningLegsSettings } from './read-running-legs.ts';

/** Maximum number of finished legs that wait until the trunks are known; if there are more, they are counted without a trunk. */
const maximumWaiting = 20_000;

/** The trunk that a channel belongs to, if it is known. */
export type TrunkOf = (channel: RtpChannel) => string | undefined;

/** Collects the events and the call quality of one PBX across rounds. */
export class QualityCollector {
  readonly #settings: RunningLegsSettings;
  readonly #poll: EventPoll;
  readonly #counter = new LegCounter();
  readonly #running: RunningLegsReader;
  #waiting: FinishedLeg[] = [];
  #states: StateEvent[] = [];
  #failure: Failure | undefined;

  constructor(settings: RunningLegsSettings, log: Log) {
    this.#settings = settings;
    this.#poll = new EventPoll(settings.clock, log);
    this.#running = new RunningLegsReader(settings);
  }

  /** See {@link EventPoll.longestPauseMs}. */
  get longestPauseMs(): number | undefined {
    return this.#poll.longestPauseMs;
  }

  /** Call at the start of a round and between two rounds: fetches new events. Never throws. */
  async listen(conversation: SessionConversation): Promise<void> {
    const polled = await this.#poll.poll(conversation);
    if (polled.kind === 'early') return;
    this.#failure = polled.kind === 'failed' ? polled.failure : undefined;
    if (polled.kind === 'failed') return;
    const { legs, states } = polled.events;
    this.#waiting.push(...legs);
    this.#states.push(...states);
    if (this.#waiting.length > maximumWaiting) this.count(() => undefined);
    if (this.#states.length <= maximumStates) return;
    this.#states = [];
    this.#poll.missed('more changes of state than are remembered');
  }

  /** Returns the state events since the lists were last read, and forgets them. */
  takeStates(): readonly StateEvent[] {
    const states = this.#states;
    this.#states = [];
    return states;
  }

  /** Counts the legs that have ended, once the trunks are known. */
  count(trunkOf: TrunkOf): void {
    const now = this.#settings.clock.wallTime() / 1000;
    for (const leg of this.#waiting) this.#counter.add(leg, trunkOf(leg), now);
    this.#waiting = [];
  }

  /** Call with each complete list of trunks. */
  keepTrunks(isKnown: (trunk: string) => boolean): void {
    this.#counter.keepTrunks(isKnown);
  }

  /** The part of the round; call it after {@link count}. Data that could not be read does not affect the rest. */
  async read(conversation: Conversation, askChannels: AskChannels): Promise<Part<CallQuality>> {
    // These are details, like those of single rows: without them, the finished legs are still reported.
    const running = await this.#running.read(conversation, askChannels).catch(() => undefined);
    if (this.#poll.shouldLogOff) await this.#logOff(conversation);
    const value: CallQuality = {
      eventGaps: this.#poll.gaps,
      ...(this.#counter.hasAny ? { finished: this.#counter.value } : {}),
      ...(running === undefined ? {} : { running }),
    };
    const failure = this.#failure;
    return failure === undefined ? goodPart(value) : { ...failedPart(failure), value };
  }

  /** Ends a session whose events cannot be fetched, because the unfetched events would fill the memory of the PBX. */
  async #logOff(conversation: Conversation): Promise<void> {
    const request = { ...actionRequest('logoff'), timeoutMs: conversation.remainingMs() / 2 };
    try {
      await conversation.ask({ request, read: () => {} });
      this.#poll.loggedOff();
    } catch {
      // The next round tries again.
    }
  }
}
