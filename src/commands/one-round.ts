import type { Config, TargetConfig } from '../config/config.ts';
import { families } from '../drivers/index.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { LoginGuards } from '../polling/login-guard/login-guards.ts';
import type { Target } from '../polling/target.ts';
import { formatMoment, refusalsInWords } from '../server/pages/format.ts';
import type { TargetRecord } from '../snapshot/record.ts';
import type { Stoppable } from './flags.ts';
import type { Terminal } from './terminal.ts';

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

/** What was asked for. */
interface Wanted {
  readonly name?: string | undefined;
  readonly configFile: string;
  /** What could be given instead of a name. */
  readonly otherwise?: string;
}

/** The target of that name; says which ones there are when there is none, or no name, and gives undefined. */
export function pickTarget(
  config: Config,
  { name, configFile, otherwise = '' }: Wanted,
  terminal: Terminal,
): TargetConfig | undefined {
  const target = config.targets.find((candidate) => candidate.name === name);
  if (target !== undefined) return target;
  const names = config.targets.map((candidate) => candidate.name).join(', ');
  terminal.error(
    name === undefined
      ? `Specify a target from ${configFile}: ${names}${otherwise}\n`
      : `There is no target ${JSON.stringify(name)} in ${configFile}. Its targets: ${names}\n`,
  );
  return undefined;
}

/** Prints, before another attempt, how many refused logins the state file contains for the address; prints nothing if none. */
export async function tellSpentRefusals(guards: LoginGuards, target: TargetConfig, terminal: Terminal): Promise<void> {
  const family = families.find(({ name }) => name === target.family);
  const refusals = family && (await guards.remembered(target.url, family.guard));
  if (refusals === undefined || refusals.spent === 0) return;
  const left = Math.max(0, refusals.most - refusals.spent);
  terminal.error(`${refusalsInWords(refusals)} ${left} ${left === 1 ? 'is' : 'are'} left.\n`);
}

/**
 * The text after a refused login: that it counts, when the next login may be sent, and that other runs do not know
 * about it without a state file.
 */
export function refusedLoginText(
  { refusals, suspendedUntilWall }: TargetRecord,
  stateFile: string | undefined,
): string {
  if (refusals === undefined || refusals.spent === 0) return '';
  const unknown =
    stateFile === undefined
      ? ' Other runs do not know about it: use --state.file with the file of the service.'
      : ` According to the state file, no login is sent before ${formatMoment(suspendedUntilWall)}, unless the account changes.`;
  return `${refusalsInWords(refusals)}${stateFile !== undefined && suspendedUntilWall === 0 ? '' : unknown}\n`;
}
