import type { Conversation } from '../driver.ts';
import { type AmiAnswer, field, listItems } from './ami-message.ts';
import { ask, askDetail, once } from './ask-action.ts';

/** A channel of `CoreShowChannels`. The parties of its call are not read. */
export interface ListedChannel {
  /** `PJSIP/1001-0000000f`: technology, name of the phone or trunk, and a number. */
  readonly name: string;
  /** Id of the first channel of its call, shared by all channels of the call; empty if it is not reported. */
  readonly callId: string;
  /** Whether the channel has been answered. */
  readonly isUp: boolean;
}

/** Returns the channels of this round. Throws a `Failure`. */
export type AskChannels = () => Promise<readonly ListedChannel[]>;

/**
 * Returns a function that requests the channels when they are first needed; all callers receive the same list or the same
 * `Failure`. Collector `calls` requires the request; if that collector is disabled, the request is auxiliary.
 */
export function channelAsker(conversation: Conversation): AskChannels {
  const askList = conversation.collectors.has('calls') ? ask : askDetail;
  return once(() => askList(conversation, 'channels', readChannels));
}

/** `CoreShowChannels`: all channels. Throws a `Failure` if the list is incomplete. */
export function readChannels(answer: AmiAnswer): readonly ListedChannel[] {
  return listItems(answer, 'CoreShowChannel').map((item) => ({
    name: field(item, 'channel'),
    callId: field(item, 'linkedid'),
    isUp: field(item, 'channelstatedesc').toLowerCase() === 'up',
  }));
}

/** The number of calls. */
export function countCalls(channels: readonly ListedChannel[]): number {
  return new Set(channels.map(({ name, callId }) => callId || name)).size;
}

/**
 * Devices that have a channel, such as `SIP/201`: they are ringing, in a call or on hold. For chan_sip, device states
 * show this only with `callcounter=yes`.
 */
export function busyDevices(channels: readonly ListedChannel[]): ReadonlySet<string> {
  return new Set(channels.map(({ name }) => name.slice(0, Math.max(0, name.lastIndexOf('-')))));
}
