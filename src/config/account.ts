import type { AccountConfig } from './config.ts';
import type { Scope } from './load-context.ts';
import { type OpenSection, readOpenSection, readSection } from './read.ts';
import { accountKeys as keys } from './connection-fields.ts';
import { Secret } from './secret.ts';
import type { Entry } from './tree.ts';
import { firstInvalidUtf8, invisibleParts, typographicQuotes } from './written-text.ts';

/** The keys of an account: username, and the sources of password and token. */
export const accountKeys: readonly string[] = Object.keys(keys);

const sourcesOf = (kind: 'password' | 'token'): readonly string[] => accountKeys.filter((key) => key.startsWith(kind));

/** A section that can contain the keys of an account or other secrets. */
export interface SecretSection extends OpenSection {
  readonly values: Readonly<Record<string, unknown>>;
}

/** Reads the account of a section: username and password, or a token. Undefined after a report. */
export function readAccount(scope: Scope, section: SecretSection): AccountConfig | undefined {
  const tokens = present(section, sourcesOf('token'));
  const passwords = present(section, sourcesOf('password'));
  const [mixed] = [...present(section, ['username']), ...passwords].sort(
    (a, b) => a.location.offset - b.location.offset,
  );
  const [token] = tokens;
  if (token === undefined) return readPasswordAccount(scope, section, passwords);
  if (mixed !== undefined) {
    const message = `${token.key} does not go with ${mixed.key}: set either username and a password, or a token`;
    scope.report.error(token.location.offset > mixed.location.offset ? token.location : mixed.location, message);
  }
  const secret = readSecret(scope, section, tokens);
  if (secret === undefined || mixed !== undefined) return undefined;
  return { kind: 'token', token: secret, ...secretFile(scope, tokens) };
}

function readPasswordAccount(
  scope: Scope,
  section: SecretSection,
  passwords: readonly Entry[],
): AccountConfig | undefined {
  const username = section.entries.get('username');
  const [password] = passwords;
  if (username === undefined && password !== undefined)
    scope.report.error(password.location, `${password.key} needs a username next to it`);
  if (username !== undefined && password === undefined) {
    scope.report.error(username.location, 'the password is missing: set password, password_file or password_env');
  }
  if (username === undefined && password === undefined) {
    const message =
      'no account to log in with: set username and one of password, password_file, password_env; or one of token, token_file, token_env';
    scope.report.error(section.location, message);
  }
  const name = section.values['username'];
  const secret = readSecret(scope, section, passwords);
  return typeof name !== 'string' || secret === undefined
    ? undefined
    : { kind: 'password', username: name, password: secret, ...secretFile(scope, passwords) };
}

function present(section: OpenSection, keys: readonly string[]): Entry[] {
  return keys.flatMap((key) => section.entries.get(key) ?? []).sort((a, b) => a.location.offset - b.location.offset);
}

/** Reads the accounts under `credentials:`, by name. An account with an error is reported and becomes undefined. */
export function readCredentials(scope: Scope, credentials: Entry | undefined): Map<string, AccountConfig | undefined> {
  if (credentials === undefined) return new Map();
  const { entries } = readOpenSection(scope.report, credentials.value, 'credentials');
  return new Map(
    [...entries.values()].map(({ key, location, value }) => {
      const section = readSection(scope.report, value, 'credentials.NAME');
      const usable = value.kind === 'map' || (value.kind === 'scalar' && value.value === null);
      return [key, usable ? readAccount(scope, { ...section, location }) : undefined];
    }),
  );
}

/** Reads the secret of a section: inline, from a file or from a variable. Undefined if none of `keys` is set, or after a report. */
export function readSecretOf(scope: Scope, section: SecretSection, keys: readonly string[]): Secret | undefined {
  return readSecret(scope, section, present(section, keys));
}

function readSecret(scope: Scope, { values }: SecretSection, sources: readonly Entry[]): Secret | undefined {
  const [first, ...others] = sources;
  if (first === undefined) return undefined;
  const line = scope.lineAt(first.location.offset);
  for (const other of others) {
    scope.report.error(other.location, `${other.key} is one too many: ${first.key} is already set in line ${line}`);
  }
  const text = values[first.key];
  if (typeof text !== 'string') return undefined;
  if (first.key.endsWith('_file')) return fromFile(scope, first, text);
  if (first.key.endsWith('_env')) return fromVariable(scope, first, text);
  return new Secret(text);
}

function fromFile(scope: Scope, { key, value }: Entry, path: string): Secret | undefined {
  const file = scope.readFile(path);
  if (!file.ok) scope.report.error(value, `${key}: ${file.message}`);
  return file.ok ? usable(scope, value, file.text, `the file ${file.path}`) : undefined;
}

function fromVariable(scope: Scope, { key, value }: Entry, name: string): Secret | undefined {
  const text = scope.readVariable(name);
  if (text !== undefined) return usable(scope, value, text, `the environment variable ${name}`);
  const bare = /^\$\{?(\w+)\}?$/.exec(name)?.[1];
  if (bare !== undefined) scope.report.error(value, `${key} takes the bare name of the variable`, bare);
  else
    scope.report.error(
      value,
      `${key}: ${looksLikeName(name) ? `the environment variable ${name}` : 'a variable of this name'} is not set`,
    );
  return undefined;
}

/** Messages repeat only text that looks like a variable name: an admin may have entered the password itself. */
function looksLikeName(text: string): boolean {
  return /^[A-Z_][A-Z0-9_]*$/.test(text);
}

/** The resolved path of the source, if it is a file. */
function secretFile(scope: Scope, [source]: readonly Entry[]): { secretFile?: string } {
  if (source?.key.endsWith('_file') !== true || source.value.kind !== 'scalar') return {};
  const file = scope.readFile(String(source.value.value).replace(/\n$/, ''));
  return file.ok ? { secretFile: file.path } : {};
}

/** Returns the secret in the text of a file; undefined if the text is empty, has more than one line or is not UTF-8. */
export function secretIn(text: string): string | undefined {
  const secret = withoutEnds(text);
  return secret === '' || /[\r\n\0\uFFFD]/.test(secret) ? undefined : secret;
}

function withoutEnds(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/[\r\n]+$/, '');
}

function usable(scope: Scope, value: Entry['value'], text: string, from: string): Secret | undefined {
  const secret = withoutEnds(text);
  if (secret === '') scope.report.error(value, `${from} is empty`);
  else if (/[\r\n\0]/.test(secret))
    scope.report.error(value, `${from} holds more than one line: nothing but the secret may be in it`);
  else if (firstInvalidUtf8(secret) >= 0) scope.report.error(value, `${from} is not UTF-8: save it as UTF-8`);
  else {
    warnOfOddSecret(scope, value, secret, from);
    return new Secret(secret);
  }
  return undefined;
}

/** Warns about characters of a secret that its author probably did not see or intend. */
function warnOfOddSecret({ report }: Scope, value: Entry['value'], secret: string, from: string): void {
  const [hidden] = invisibleParts(secret);
  const quotes = typographicQuotes(secret);
  if (hidden !== undefined)
    report.warn(value, `${from} holds ${hidden.name} as character ${hidden.offset + 1}, which is part of the secret`);
  if (quotes !== undefined) report.warn(value, `${from}: the typographic quotes (${quotes}) are part of the secret`);
  if (/^ | $/.test(secret)) report.warn(value, `${from} begins or ends with a space, which is part of the secret`);
}
