import type { Config, TargetConfig } from '../config/config.ts';
import { families } from '../drivers/index.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { LoginGuards } from '../polling/login-guard/login-guards.ts';
import type { Target } from '../polling/target.ts';
import { formatMoment, refusalsText } from '../server/pages/format.ts';
import type { TargetRecord } from '../snapshot/record.ts';
import type { Stoppable } from './flags.ts';
import type { Terminal } from './terminal.ts';

/** Registers what to stop if the user interrupts a command, so that the session of its round is logged out. */
export type Interruptible = (one: Stoppable) => void;

/** Runs one round of a target. Returns false if the user interrupted it; then there is no result, and the program ends. */
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

/** The requested target. */
interface Wanted {
  readonly name?: string | undefined;
  readonly configFile: string;
  /** Hint about an alternative to a name. */
  readonly otherwise?: string;
}

/** Returns the named target. If the name is unknown or missing, it prints the existing names and returns undefined. */
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

/** Prints how many refused logins the state file contains for the address of a target; prints nothing if there are none. */
export async function printUsedRefusals(guards: LoginGuards, target: TargetConfig, terminal: Terminal): Promise<void> {
  const family = families.find(({ name }) => name === target.family);
  const refusals = family && (await guards.remembered(target.url, family.guard));
  if (refusals === undefined || refusals.used === 0) return;
  const left = Math.max(0, refusals.most - refusals.used);
  terminal.error(`${refusalsText(refusals)} ${left} ${left === 1 ? 'is' : 'are'} left.\n`);
}

/**
 * Returns the text after a refused login: the number of refusals, when the next login may be sent, and without a state
 * file, that other runs do not know about the refusal.
 */
export function refusedLoginText(
  { refusals, suspendedUntilWall }: TargetRecord,
  stateFile: string | undefined,
): string {
  if (refusals === undefined || refusals.used === 0) return '';
  const unknown =
    stateFile === undefined
      ? ' Other runs do not know about it: use --state.file with the file of the service.'
      : ` According to the state file, no login is sent before ${formatMoment(suspendedUntilWall)}, unless the account changes.`;
  return `${refusalsText(refusals)}${stateFile !== undefined && suspendedUntilWall === 0 ? '' : unknown}\n`;
}
