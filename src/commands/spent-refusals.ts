import type { TargetConfig } from '../config/config.ts';
import { families } from '../drivers/index.ts';
import { formatMoment, refusalsInWords } from '../server/pages/format.ts';
import type { TargetRecord } from '../snapshot/record.ts';
import type { LoginGuards } from '../polling/login-guard/login-guards.ts';
import type { Terminal } from './terminal.ts';

/** Says, before a further try, how many refused logins the address has spent by the state file; nothing where none are. */
export async function tellSpentRefusals(guards: LoginGuards, target: TargetConfig, terminal: Terminal): Promise<void> {
  const family = families.find(({ name }) => name === target.family);
  const refusals = family && (await guards.remembered(target.url, family.guard));
  if (refusals === undefined || refusals.spent === 0) return;
  const left = Math.max(0, refusals.most - refusals.spent);
  terminal.error(`${refusalsInWords(refusals)} ${left} ${left === 1 ? 'is' : 'are'} left.\n`);
}

/** After a login that was refused: that it counts, until when no other is sent, and that nobody else knows of it without a state file. */
export function refusedLoginText(
  { refusals, suspendedUntilWall }: TargetRecord,
  stateFile: string | undefined,
): string {
  if (refusals === undefined || refusals.spent === 0) return '';
  const unknown =
    stateFile === undefined
      ? ' No other run knows of it: name the file of the service with --state.file.'
      : ` By the state file no login is sent before ${formatMoment(suspendedUntilWall)}, unless the account changes.`;
  return `${refusalsInWords(refusals)}${stateFile !== undefined && suspendedUntilWall === 0 ? '' : unknown}\n`;
}
