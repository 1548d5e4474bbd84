/** Names whose values are secrets: of headers, query parameters, JSON keys, form fields and AMI fields. */
const pattern =
  /pass|secret|token|auth|cookie|session|credential|api-?key|^x-key$|^key$|_key$|-key$|hash|pin$|sign|nonce|challenge/i;
/** Names that only sound like it. */
const harmless =
  /^(?:outboundauths?|auths|auth_?mode|auth_?type|authtype|authenticatequalify|authority|token_type|tokentype|author|sessions?_?count|usersessions|domainsessions|socketsessions|maxusersessions)$/i;

/** Whether a value under this name has to be hidden. */
export function sensitiveName(name: string): boolean {
  return pattern.test(name) && !harmless.test(name);
}

/** Values under sensitive names in a body, whatever its format: JSON (also broken), `Key: Value` lines, forms. */
export function sensitiveValues(body: string): readonly string[] {
  const values: string[] = [];
  for (const [, name = '', value = ''] of body.matchAll(/"([^"\\]{1,60})"\s*:\s*"((?:[^"\\]|\\.)*)"/g)) {
    if (sensitiveName(name)) values.push(unescaped(value));
  }
  for (const [, name = '', value = ''] of body.matchAll(/^([\w-]{1,40}): (.+?)\r?$/gm)) {
    if (sensitiveName(name)) values.push(value);
  }
  return values.filter((value) => value !== '');
}

function unescaped(text: string): string {
  try {
    const value: unknown = JSON.parse(`"${text}"`);
    return typeof value === 'string' ? value : text;
  } catch {
    return text;
  }
}
