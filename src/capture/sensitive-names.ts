import { replaceJsonValues } from './json-values.ts';

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
export function accountName(name: string): boolean {
  return accountNames.test(name);
}

/** Gives what stands in place of a value under a name; `kind` says what the name means. */
export type HideNamed = (value: string, kind: 'secret' | 'account') => string;

/** A body with every value under a telling name replaced, whatever its format: JSON (also broken), `Key: Value` lines, lines of one XML element. */
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

/** The value, or what stands in its place where one of the names above it tells what it is. */
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

/** A body of AMI without its `AuthDetail` events: they hold nothing but credentials, and the exporter does not read them. */
export function withoutAuthDetails(body: string): string {
  if (!/^Event:[ \t]*AuthDetail\b/im.test(body)) return body;
  return body
    .split(/(?<=\r?\n\r?\n)/)
    .filter((block) => !/^Event:[ \t]*AuthDetail\b/im.test(block))
    .join('');
}
