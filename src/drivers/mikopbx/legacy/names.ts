import { Failure } from '../../../transport/failure.ts';
import { isRecord, type JsonRecord, listOf, textOf } from '../../kit/fields.ts';
import { unusableAnswer } from '../errors.ts';
import { type Envelope, outcomeOf, readObject } from '../shared/answers.ts';
import { isOlder } from '../generation.ts';
import type { Round } from '../shared/round.ts';
import type { PbxMemory } from '../memory.ts';
import { requestFor } from '../requests.ts';
import { ajax } from '../shared/session-check.ts';

const hourMs = 60 * 60_000;

/** Reads the names of employees, which versions from 2023.2 on report. Nothing else depends on them. */
export async function refreshPeerNames(round: Round, { names }: PbxMemory): Promise<void> {
  if (!names.due) return;
  const request = requestFor('extension_names', { query: { type: 'phones' }, timeoutMs: round.share(0.2) });
  const outcome = await outcomeOf(round.ask(request, readExtensionNames));
  if (outcome.ok) names.set(outcome.value);
  else names.postpone(outcome.failure.reason === 'config' ? 24 * hourMs : hourMs);
}

/**
 * Reads the names of trunks from the list of providers in the web interface. The list is requested only from versions in
 * which it contains no secrets, and only ids and names are kept. The list of extensions in the web interface is never
 * requested, because in 2022 it contains all SIP secrets.
 */
export async function refreshTrunkNames(round: Round, { trunkNames, version }: PbxMemory): Promise<void> {
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

/** Reports whether the list of providers in this version is known to contain no secrets. */
function listsProviders(version: string | undefined): boolean {
  if (version === undefined) return false;
  const seen = [
    [2022, 1],
    [2024, 1],
  ] as const;
  return seen.some(([year, number]) => !isOlder(version, [year, number]) && isOlder(version, [year, number + 1]));
}

/** Returns the names of employees by extension, from `extensions/getForSelect` (2023.2 and 2024), whose texts are HTML. */
export function readExtensionNames({ data }: Envelope): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const row of listOf(data)) {
    if (!isRecord(row) || textOf(row['type']).toUpperCase() !== 'USER') continue;
    const number = textOf(row['value']);
    const name = plainName(textOf(row['name']), number);
    if (number !== '' && name !== '') names.set(number, name);
  }
  return names;
}

/**
 * Returns the names of trunks by id from the list of providers of the web interface, in the format for its own scripts:
 * `providerlist` with one row for each provider (`ProvidersController.php`, `indexAction`). Throws a `Failure`
 * (`protocol`) if there is no such list.
 */
function readTrunkNames({ providerlist }: JsonRecord): ReadonlyMap<string, string> {
  if (!Array.isArray(providerlist)) throw new Failure('protocol', 'the list of providers is not a list');
  const rows = listOf(providerlist).filter(isRecord);
  const names = rows.map((row) => [textOf(row['uniqid']), textOf(row['name'])] as const);
  return new Map(names.filter(([id, name]) => id !== '' && name !== ''));
}

/** Returns the text of an HTML snippet, without the number in angle brackets at its end. */
function plainName(html: string, number: string): string {
  const text = html
    .replaceAll(/<[^<>]*>/g, ' ')
    .replaceAll(/&(lt|gt|quot|#0?39|amp);/g, (entity) => entities.get(entity) ?? entity)
    .replaceAll(/\s+/g, ' ')
    .trim();
  return text.endsWith(`<${number}>`) ? text.slice(0, -number.length - 2).trim() : text;
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&lt;', '<'],
  ['&gt;', '>'],
  ['&quot;', '"'],
  ['&#39;', "'"],
  ['&#039;', "'"],
  ['&amp;', '&'],
]);
