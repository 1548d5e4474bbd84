/** Names whose values are secrets: of headers, query parameters, JSON keys, form fields and AMI fields. */
const secretNames =
  /pass|pwd|secret|token|auth|cookie|session|cred|api-?key|^x-key$|^key$|_key$|-key$|hash|pin$|sign|nonce|challenge|^sid$/i;
/** Names that only sound like it. */
const harmless =
  /^(?:outboundauths?|auths|auth_?mode|auth_?type|authtype|authenticatequalify|authority|token_type|tokentype|author|sessions?_?count|usersessions|domainsessions|socketsessions|maxusersessions|sip-auth-(?:user|realm))$/i;
/** Names whose values may be numbers that are secrets; others are counts and lifetimes. */
const secretNumbers = /pass|pwd|secret|pin$|cred|token$|hash|nonce|^sid$|^key$|_key$|-key$/i;

/** Names of accounts that log in somewhere: people, trunks, the exporter itself. */
const accountNames =
  /^(?:user_?name|login|sip-auth-user|(?:default)?auth_?(?:user(?:name)?|name|id)|account(?:_?name)?|(?:from|contact|default)_?user|reg(?:ister)?_?(?:name|user))$/i;

/** Whether a value under this name has to be hidden. */
export function sensitiveName(name: string): boolean {
  return secretNames.test(name) && !harmless.test(name);
}

/** Whether a value under this name is the name of an account. */
function accountName(name: string): boolean {
  return accountNames.test(name);
}

/** Returns the replacement of a value under a name; `kind` is the meaning of the name. */
type HideNamed = (value: string, kind: 'secret' | 'account') => string;

/**
 * A body with every value under the name of a secret or an account replaced. Formats: JSON (also broken), `Key: Value`
 * lines, lines of one XML element.
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

/** The value, or its replacement if one of the names above it shows what it is. */
export function hideUnder(value: string, path: readonly string[], hide: HideNamed): string {
  if (value === '') return value;
  const nearest = path.at(-1) ?? '';
  if (path.some((name) => sensitiveName(name)) && !harmless.test(nearest)) return hide(value, 'secret');
  return accountName(nearest) ? hide(value, 'account') : value;
}

function isSecretNumber(path: readonly string[]): boolean {
  return path.some((name) => secretNumbers.test(name) && !harmless.test(name));
}

/** Values under names of secrets in a body, whatever its format. */
export function sensitiveValues(body: string): readonly string[] {
  const values: string[] = [];
  hideNamedValues(body, (value, kind) => {
    if (kind === 'secret') values.push(value);
    return value;
  });
  return values;
}

/** A body of AMI without its `AuthDetail` events: they hold only credentials, and the exporter does not read them. */
export function withoutAuthDetails(body: string): string {
  if (!/^Event:[ \t]*AuthDetail\b/im.test(body)) return body;
  return body
    .split(/(?<=\r?\n\r?\n)/)
    .filter((block) => !/^Event:[ \t]*AuthDetail\b/im.test(block))
    .join('');
}

/** Gives what stands in place of a value, or the value itself. `path` holds the names above it, the nearest last. */
type ReplaceValue = (value: string, path: readonly string[], isNumber: boolean) => string;

interface Level {
  readonly isObject: boolean;
  /** Names above this level. */
  readonly path: readonly string[];
  /** Name whose value comes next. */
  key: string | undefined;
}

const tokens = /"(?:[^"\\]|\\.)*"?|[{}[\]:,]|[^\s{}[\]:,"]+/gs;

/**
 * A JSON text with its strings and numbers replaced and all other bytes unchanged. JSON that was cut off or is broken
 * elsewhere is handled too, and so is JSON inside a JSON string. Numbers are replaced by numbers with the same number of
 * digits. Any other text is returned unchanged.
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

/** A number stays one, because a reader may insist on it. */
function replaceNumber(token: string, replace: (value: string) => string): string {
  if (!/^-?\d+(?:\.\d+)?$/.test(token) || replace(token) === token) return token;
  return token.replaceAll(/\d/g, /^-?9[9.]*$/.test(token) ? '8' : '9');
}

function unescaped(token: string): string {
  // A text that was cut off, maybe in the middle of an escape, is tried once more with an end.
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
