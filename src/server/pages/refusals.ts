import type { SpentRefusals } from '../../snapshot/record.ts';
import { formatDuration } from './format.ts';

/** How many of the refused logins that a PBX allows are spent, and whose they were, as a sentence. */
export function refusalsInWords({ spent, most, windowMs, by, targets }: SpentRefusals): string {
  const whose = targets.length === 0 ? '' : ` (${targets.join(', ')})`;
  const where = by === 'address' ? 'from the address of the exporter' : 'with this account';
  return `${spent} of at most ${most} refused logins ${where} are spent${whose}; each one counts for ${formatDuration(windowMs)}.`;
}

/** What ends the wait: a changed account or a person who asks for a try, as long as the PBX would not lock us out at its refusal. */
export function loginRemedy(refusals: SpentRefusals | undefined): string {
  if (refusals === undefined || refusals.spent < refusals.most)
    return 'Correct url, account, secret, TLS settings or options of the target that was refused, and reload: a changed one is tried at once. Corrected on the PBX: “pbx-exporter retry NAME” tries once.';
  return 'All of them are spent: a changed account and “pbx-exporter retry” have to wait as well, because one more refusal would lock the exporter out.';
}
