import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Driver } from '../drivers/driver.ts';
import type { Collector, Part, Reading } from '../snapshot/reading.ts';
import { asFailure, Failure } from '../transport/failure.ts';
import { boundedReading, type Exclusions } from './bounded-reading.ts';
import { type Deadline, endedBy } from './deadline.ts';
import type { RoundConversation } from './round-conversation.ts';

/** The result of a round, without its times and counts. */
export type RoundResult = { readonly reading: Reading } | { readonly failure: Failure; readonly reading?: Reading };

/** Reads one PBX once. Never throws: a failure is part of the result. */
export async function runRound(
  driver: Driver,
  conversation: RoundConversation,
  deadline: Deadline,
  exclusions: Exclusions = {},
): Promise<RoundResult> {
  const work = converse(driver, conversation);
  try {
    // The deadline also ends a driver that waits for something other than a request.
    const reading = boundedReading(await endedBy(deadline.signal, work), exclusions);
    return judge(reading, [...conversation.collectors]);
  } catch (thrown) {
    if (deadline.signal.aborted) await lastTurn(work);
    return { failure: asFailure(thrown) };
  } finally {
    conversation.close();
  }
}

/**
 * Waits until aborted requests and logins are counted, which takes a turn of the event loop. Does not wait any longer
 * for a driver that has still not returned.
 */
async function lastTurn(work: Promise<unknown>): Promise<void> {
  await Promise.race([work.catch(() => {}), nextTurn()]);
  await nextTurn();
}

async function converse(driver: Driver, conversation: RoundConversation): Promise<Reading> {
  await conversation.open();
  return driver.collect(conversation);
}

/** Returns a failure if no enabled collector succeeded, with the reason of the first one that failed. */
function judge(reading: Reading, collectors: readonly Collector[]): RoundResult {
  const parts: (Part<unknown> | undefined)[] = collectors.map((name) => reading[name]);
  if (parts.some((part) => part?.ok === true)) return { reading };
  const failed = parts.find((part) => part?.ok === false);
  const { reason = 'protocol', detail = 'nothing was read' } = failed?.ok === false ? failed : {};
  return { failure: new Failure(reason, detail), reading };
}
