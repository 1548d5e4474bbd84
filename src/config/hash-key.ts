import { readSecretOf, type SecretSection } from './account.ts';
import type { OpenSection } from './read.ts';
import type { Scope } from './load-context.ts';
import type { Secret } from './secret.ts';

/** A shorter key could be found by trying all. */
const shortestKey = 16;

const keys = ['hash_key_file', 'hash_key_env'];

/** The key of hashed names that a section names; undefined where it names none, or after a report. */
export function readHashKey(scope: Scope, section: SecretSection): Secret | undefined {
  const key = readSecretOf(scope, section, keys);
  if (key === undefined || key.reveal().length >= shortestKey) return key;
  const entry = section.entries.get('hash_key_file') ?? section.entries.get('hash_key_env');
  scope.report.error(
    entry?.value ?? section.location,
    `the hash key is too short: it needs ${shortestKey} characters or more, such as "openssl rand -base64 32" makes`,
  );
  return undefined;
}

/** Whether a section names a key, usable or not. */
export function namesHashKey({ entries }: OpenSection): boolean {
  return keys.some((key) => entries.has(key));
}
