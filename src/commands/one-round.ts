import type { Fleet } from '../fleet/fleet.ts';
import type { Target } from '../polling/target.ts';
import type { Stoppable } from './flags.ts';

/** Told what to stop when the user interrupts a command, so that the session of its round is logged out. */
export type Interruptible = (one: Stoppable) => void;

/** Runs one round of a target. Gives false when the user interrupted it: then nothing is known, and the program ends. */
export async function oneRound(fleet: Fleet, target: Target, interruptible: Interruptible): Promise<boolean> {
  let interrupted = false;
  interruptible({
    stop() {
      interrupted = true;
      return fleet.stop();
    },
  });
  await target.poll();
  return !interrupted;
}
