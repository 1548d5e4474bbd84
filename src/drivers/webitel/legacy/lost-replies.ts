import { Failure } from '../../../transport/failure.ts';
import type { ConsoleQueue } from './console-queue.ts';
import type { EngineStatus } from './system.ts';

/** So many samples of the status in a row have to show commands that wait. */
const samplesNeeded = 3;
/** Milliseconds between two samples: a console that works replies sooner. */
const sampleGapMs = 200;
/** Samples that something of our own disturbed; after so many there is no proof either way. */
const mostDisturbed = 3;

/** Whether commands wait for the console, where the status tells it. */
export function hasWaitingCommands({ waiting }: EngineStatus): boolean {
  return waiting !== undefined && waiting > 0;
}

/**
 * Makes sure that no command waits for the console while nothing of this program is under way there. `sample` asks for the
 * status. Call in turn.
 * Throws a `Failure` (`service_unavailable`) when commands wait in three samples: then a reply was lost, and every later
 * one goes to the wrong question.
 */
export async function checkReplies(consoleQueue: ConsoleQueue, sample: () => Promise<EngineStatus>): Promise<void> {
  let seen = 0;
  for (let disturbed = 0; seen < samplesNeeded && disturbed < mostDisturbed;) {
    if (seen + disturbed > 0) await consoleQueue.pause(sampleGapMs);
    const status = await sample();
    if (!hasWaitingCommands(status)) {
      consoleQueue.isDoubtful = false;
      return;
    }
    if (consoleQueue.isBusyBeside) disturbed += 1;
    else seen += 1;
  }
  if (seen === samplesNeeded) throw lostReply();
}

/** The failure of a console whose replies go to the wrong questions. */
export function lostReply(): Failure {
  return new Failure(
    'service_unavailable',
    'the console of the engine lost a reply, so the engine gives every answer to the wrong question: restart the engine',
  );
}
