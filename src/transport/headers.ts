import { validateHeaderValue } from 'node:http';
import { Failure } from './failure.ts';

/**
 * Throws a `Failure` (`protocol`) if a header contains characters that HTTP forbids, e.g. a token with damaged bytes. The
 * message does not contain the value.
 */
export function checkHeaders(headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    if (!isSendable(name, value))
      throw new Failure('protocol', `the PBX returned a session that cannot be sent in a header (${name})`);
  }
}

function isSendable(name: string, value: string): boolean {
  try {
    validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}

/**
 * Name and value of each cookie in `Set-Cookie` headers; if several have the same name, the last one counts. Values are
 * kept as sent, including the quotes that some PBXs use.
 */
export function readCookies(setCookie: readonly string[] | undefined): ReadonlyMap<string, string> {
  const cookies = new Map<string, string>();
  for (const header of setCookie ?? []) {
    const [pair = ''] = header.split(';', 1);
    const equals = pair.indexOf('=');
    if (equals > 0) cookies.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim());
  }
  return cookies;
}

/** `Max-Age` in seconds of each cookie that has one, by name; if several have the same name, the last one counts. */
export function readCookieAges(setCookie: readonly string[] | undefined): ReadonlyMap<string, number> {
  const ages = new Map<string, number>();
  for (const header of setCookie ?? []) {
    const [, name = '', seconds] =
      /^\s*([^=;]+?)\s*=[^;]*;(?:.*;)?\s*Max-Age\s*=\s*(\d{1,9})\s*(?:;|$)/i.exec(header) ?? [];
    if (seconds !== undefined) ages.set(name, Number(seconds));
  }
  return ages;
}
