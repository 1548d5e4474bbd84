import { readObject, unusableAnswer } from '../shared/answers.ts';
import { isOlder } from '../generation.ts';
import type { Round } from '../shared/round.ts';
import type { PbxMemory } from '../memory.ts';
import { readExtensionNames, readTrunkNames } from '../shared/names.ts';
import { outcomeOf } from '../shared/outcome.ts';
import { requestFor } from '../requests.ts';
import { ajax } from '../shared/session-check.ts';

const hourMs = 60 * 60_000;

/** Names of employees, which versions from 2023.2 on tell; nothing else depends on them. */
export async function learnPeerNames(round: Round, { names }: PbxMemory): Promise<void> {
  if (!names.due) return;
  const request = requestFor('extension_names', { query: { type: 'phones' }, timeoutMs: round.share(0.2) });
  const outcome = await outcomeOf(round.ask(request, readExtensionNames));
  if (outcome.ok) names.set(outcome.value);
  else names.postpone(outcome.failure.reason === 'config' ? 24 * hourMs : hourMs);
}

/**
 * Names of trunks, from the list of providers in the web interface, which holds no secrets in the versions that it is asked of. (The list
 * of extensions there is never asked for: in 2022 it comes with all SIP secrets.) Of its text nothing but ids and names is kept.
 */
export async function learnTrunkNames(round: Round, { trunkNames, version }: PbxMemory): Promise<void> {
  if (!trunkNames.due || !listsProviders(version.value)) return;
  const request = requestFor('provider_names', { headers: ajax, confidential: true, timeoutMs: round.share(0.2) });
  const outcome = await outcomeOf(
    round.askPage(request, (answer) => {
      if (answer.status !== 200) throw unusableAnswer(answer);
      return readTrunkNames(readObject(answer));
    }),
  );
  if (outcome.ok) trunkNames.set(outcome.value);
  else trunkNames.postpone(hourMs);
}

/** Versions whose list of providers was seen without secrets. */
function listsProviders(version: string | undefined): boolean {
  if (version === undefined) return false;
  const seen = [
    [2022, 1],
    [2024, 1],
  ] as const;
  return seen.some(([year, number]) => !isOlder(version, [year, number]) && isOlder(version, [year, number + 1]));
}
