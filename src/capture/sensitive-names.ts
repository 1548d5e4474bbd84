/** Names of secret values: headers, query parameters, JSON keys, form fields and AMI fields. */
const secretNames =
  /pass|pwd|secret|token|auth|cookie|session|cred|api-?key|^x-key$|^key$|_key$|-key$|hash|pin$|sign|nonce|challenge|^sid$/i;
/** Harmless names that match {@link secretNames}. */
const harmless =
  /^(?:outboundauths?|auths|auth_?mode|auth_?type|authtype|authenticatequalify|authority|token_type|tokentype|author|sessions?_?count|usersessions|domainsessions|socketsessions|maxusersessions|sip-auth-(?:user|realm))$/i;
/** Names of numbers that may be secret; numbers with other names are counts and lifetimes. */
const secretNumbers = /pass|pwd|secret|pin$|cred|token$|hash|nonce|^sid$|^key$|_key$|-key$/i;

/** Names of values that are account names: of people, trunks or the exporter itself. */
const accountNames =
  /^(?:user_?name|login|sip-auth-user|(?:default)?auth_?(?:user(?:name)?|name|id)|account(?:_?name)?|(?:from|contact|default)_?user|reg(?:ister)?_?(?:name|user))$/i;

/** Reports whether a value with this name must be hidden. */
export function sensitiveName(name: string): boolean {
  return secretNames.test(name) && !harmless.test(name);
}

/** Reports whether a value with this name is an account name. */
function accountName(name: string): boolean {
  return accountNames.test(name);
}

/** Returns the replacement for a value; `kind` is its meaning. */
type HideNamed = (value: string, kind: 'secret' | 'account') => string;

/**
 * Returns a body with all values replaced that have the name of a secret or an account. Supported formats: JSON (also
 * invalid), `Key: Value` lines, and lines with one XML element.
 */
export function hideNamedValues(body: string, hide: HideNamed): string {
  const json = replaceJsonValues(body, (value, path, isNumber) =>
    isNumber && !isSecretNumber(path) ? value : hideUnder(value, path, hide),
  );
  return json
    .replaceAll(
      /^([ \t]*([\w-]{1,60})[ \t]*:[ \t]*)(\S[^\r\n]*)/gm,
      (_line, start: string, name: string, value: string) => `${start}${hideUnder(value, [name], hide)}`,
    )
    .replaceAll(
      /^([ \t]*<([\w-]{1,60})>)([^\r\n]+)(?=<\/\2>\r?$)/gm,
      (_line, start: string, name: string, value: string) => `${start}${hideUnder(value, [name], hide)}`,
    );
}

/** Returns the value, or its replacement if a name in its path indicates a secret or an account. */
export function hideUnder(value: string, path: readonly string[], hide: HideNamed): string {
  if (value === '') return value;
  const nearest = path.at(-1) ?? '';
  if (path.some((name) => sensitiveName(name)) && !harmless.test(nearest)) return hide(value, 'secret');
  return accountName(nearest) ? hide(value, 'account') : value;
}

function isSecretNumber(path: readonly string[]): boolean {
  return path.some((name) => secretNumbers.test(name) && !harmless.test(name));
}

/** Returns the values in a body that have the name of a secret, in all supported formats. */
export function sensitiveValues(body: string): readonly string[] {
  const values: string[] = [];
  hideNamedValues(body, (value, kind) => {
    if (kind === 'secret') values.push(value);
    return value;
  });
  return values;
}

/** Returns an AMI body without `AuthDetail` events, which contain only credentials and are not used by the exporter. */
export function withoutAuthDetails(body: string): string {
  if (!/^Event:[ \t]*AuthDetail\b/im.test(body)) return body;
  return body
    .split(/(?<=\r?\n\r?\n)/)
    .filter((block) => !/^Event:[ \t]*AuthDetail\b/im.test(block))
    .join('');
}

/** Returns the replacement for a value, or the value itself. `path` contains its parent names, nearest last. */
type ReplaceValue = (value: string, path: readonly string[], isNumber: boolean) => string;

interface Level {
  readonly isObject: boolean;
  /** Names of the parent levels. */
  readonly path: readonly string[];
  /** Name of the next value. */
  key: string | undefined;
}

const tokens = /"(?:[^"\\]|\\.)*"?|[{}[\]:,]|[^\s{}[\]:,"]+/gs;

/**
 * Replaces strings and numbers in a JSON text and leaves all other bytes unchanged. Truncated or otherwise invalid JSON is
 * supported, and so is JSON inside a JSON string. Numbers are replaced by numbers with the same number of digits. Text
 * that is not JSON is returned unchanged.
 */
function replaceJsonValues(text: string, replace: ReplaceValue): string {
  if (!/^\s*[{[]/.test(text)) return text;
  const levels: Level[] = [];
  return text.replaceAll(tokens, (token, at: number) => {
    const level = levels.at(-1);
    if (token === '{' || token === '[') {
      const path = level === undefined ? [] : pathOf(level);
      levels.push({ isObject: token === '{', path, key: undefined });
      return token;
    }
    if (token === '}' || token === ']') {
      levels.pop();
      return token;
    }
    if (token === ',' && level !== undefined) level.key = undefined;
    if (token === ':' || token === ',' || level === undefined) return token;
    if (!token.startsWith('"')) return replaceNumber(token, (value) => replace(value, pathOf(level), true));
    if (
      level.isObject &&
      level.key === undefined &&
      /^\s*:/.test(text.slice(at + token.length, at + token.length + 9))
    ) {
      level.key = unescaped(token);
      return token;
    }
    return replaceText(token, (value) => replace(replaceJsonValues(value, replace), pathOf(level), false));
  });
}

function pathOf({ path, key }: Level): readonly string[] {
  return key === undefined ? path : [...path, key];
}

function replaceText(token: string, replace: (value: string) => string): string {
  const isCut = !/^"(?:[^"\\]|\\.)*"$/s.test(token);
  const value = unescaped(token);
  const replaced = replace(value);
  if (replaced === value) return token;
  const written = JSON.stringify(replaced);
  return isCut ? written.slice(0, -1) : written;
}

/** Replaces a number by another number, because readers of the JSON may require one. */
function replaceNumber(token: string, replace: (value: string) => string): string {
  if (!/^-?\d+(?:\.\d+)?$/.test(token) || replace(token) === token) return token;
  return token.replaceAll(/\d/g, /^-?9[9.]*$/.test(token) ? '8' : '9');
}

function unescaped(token: string): string {
  // For a text that was cut off, possibly within an escape, completed variants are tried too.
  const candidates = [token, `${token}"`, `${token.replace(/\\[^\\]*$/s, '')}"`];
  const value = candidates.map(parsed).find((one) => typeof one === 'string');
  return value ?? token.slice(1).replace(/"$/, '');
}

function parsed(token: string): unknown {
  try {
    return JSON.parse(token);
  } catch {
    return undefined;
  }
}
