import { asFields, asText } from './fields.ts';
import { readUserStatus, type UserStatus } from './peers.ts';

/**
 * The states in an answer of unknown shape: a list of objects that bear the user's id (bare, or under `items`, `users`,
 * `data` or `statuses`), or an object with the ids as keys. Entries for users that were not asked for, or whose state is
 * not a word that we know, are left out. Never throws.
 */
export function readBulk(value: unknown, ids: readonly string[]): ReadonlyMap<string, UserStatus> {
  const asked = new Set(ids);
  const statuses = new Map<string, UserStatus>();
  for (const [id, entry] of entriesOf(value)) {
    const fields = asFields(entry);
    if (fields === undefined || !asked.has(id) || statuses.has(id)) continue;
    const status = readUserStatus(asFields(fields['status']) ?? fields);
    if (!status.isNewWord) statuses.set(id, status);
  }
  return statuses;
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  const fields = asFields(value);
  const list = Array.isArray(value)
    ? value
    : ['items', 'users', 'data', 'statuses'].map((key) => fields?.[key]).find(Array.isArray);
  if (list === undefined) return Object.entries(fields ?? {});
  return list.map((entry: unknown) => {
    const own = asFields(entry);
    return [asText(own?.['id']) ?? asText(own?.['user_id']) ?? '', entry];
  });
}
