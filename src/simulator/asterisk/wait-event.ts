import type { Action } from './action.ts';
import type { EventQueues } from './event-queues.ts';
import type { Caller, GateAnswer } from './login.ts';
import { actionIdField, formatMessage, formatSuccess } from './message.ts';
import type { AsteriskSwitches } from './settings.ts';

/** Milliseconds between the end of the longest wait and the end of the session. */
const beforeEndMs = 10_000;

/** The action by which a session over HTTP fetches its events; users need no class for it. */
export const waitEventAction: Action = {
  name: 'WaitEvent',
  description: 'Wait for an event to occur.',
  classes: [],
  answer: () => '',
};

/**
 * Answers with the events since the last WaitEvent of the session. If there are none, the answer is delayed until the
 * timeout, and events that occur meanwhile are queued for the next one. If the session may see none of the events, the
 * answer is empty but immediate.
 */
export function waitForEvents(
  { queues, switches }: { readonly queues: EventQueues; readonly switches: AsteriskSwitches },
  caller: Caller,
  actionId: string,
  timeout: string,
): GateAnswer {
  const isWoken = queues.hasNews(caller.token);
  const events = queues.drain(caller.token, caller.events);
  const seconds = Number(timeout === '' ? -1 : timeout);
  const longestMs = switches.httpTimeoutMs - beforeEndMs;
  const waitMs = seconds < 0 ? longestMs : Math.min(seconds * 1000, longestMs);
  const body = [
    formatSuccess(actionId, [['Message', 'Waiting for Event completed.']]),
    events,
    formatMessage([['Event', 'WaitEventComplete'], ...actionIdField(actionId)]),
  ].join('');
  return isWoken || waitMs === 0 ? { body } : { body, delayMs: waitMs };
}
