import { createHash } from 'node:crypto';
import type { ApiAnswer, ApiRequest } from '../transport/request.ts';
import type { CapturedExchange } from './capture-file.ts';
import { AddressPseudonyms } from './address-pseudonyms.ts';
import { hideNamedValues, hideUnder, sensitiveName, sensitiveValues, withoutAuthDetails } from './sensitive-names.ts';

/** Response headers that are useful for analysis; all others are omitted. */
const keptHeaders = [
  'content-type',
  'content-length',
  'content-encoding',
  'server',
  'retry-after',
  'location',
  'x-powered-by',
  'date',
];

/** Minimum length of secrets that are replaced anywhere. Shorter ones would match harmless text, so only named values are replaced. */
const shortestSecret = 4;

/**
 * Replaces everything confidential: known secrets anywhere, values with names that indicate secrets, account names, hosts
 * and domains, e-mail and IP addresses, and telephone numbers. Equal values get equal replacements and different values
 * get different ones, so that a capture stays consistent.
 */
export class Redaction {
  readonly #secrets = new Set<string>();
  readonly #personal: AddressPseudonyms;
  readonly #salt: string;

  /**
   * `hosts` are the hosts in the configuration. `salt` is an unguessable value; without it, replacements of PINs and
   * telephone numbers could be reversed by brute force.
   */
  constructor(secrets: readonly string[], hosts: readonly string[] = [], salt = '') {
    this.#salt = salt;
    this.#personal = new AddressPseudonyms(salt);
    for (const secret of secrets) this.#learn(secret);
    for (const host of hosts) this.#personal.learnHost(host);
  }

  /** Remembers the credentials of a request, so that they are replaced everywhere. */
  learnFromRequest({ headers = {}, query = {}, body }: ApiRequest): void {
    const carried = [...Object.entries(headers), ...Object.entries(query)].filter(([name]) => sensitiveName(name));
    for (const value of carried.flatMap(([, values]) => values)) this.#learnParts(value);
    for (const value of bodySecrets(body)) this.#learn(value);
    this.#personal.learn(JSON.stringify([query, body]));
  }

  /** Remembers the secrets in a response. */
  learnFromAnswer({ headers, cookies, body }: ApiAnswer): void {
    for (const value of cookies.values()) this.#learn(value.replaceAll('"', ''));
    for (const value of sensitiveValues(body)) this.#learn(value);
    this.#personal.learn(body);
    this.#personal.learn(JSON.stringify(headers));
  }

  /** Returns a request without headers and with all secrets replaced. */
  request({
    call,
    path,
    exactQuery,
    query,
    body,
  }: ApiRequest): Omit<CapturedExchange, 'milliseconds' | 'answer' | 'failure'> {
    return {
      call,
      path: this.text(path),
      ...(exactQuery === undefined ? {} : { exactQuery: this.text(exactQuery) }),
      ...(query === undefined
        ? {}
        : {
            query: mapValues(query, (value, name) =>
              typeof value === 'string' ? this.#named(value, name) : value.map((one) => this.#named(one, name)),
            ),
          }),
      ...(body === undefined ? {} : { body: this.value(body.kind === 'json' ? body.value : body.fields) }),
    };
  }

  /** Returns a response with all secrets replaced. */
  answer({ status, headers, cookies, body }: ApiAnswer): NonNullable<CapturedExchange['answer']> {
    const kept = Object.entries(headers).filter(([name]) => keptHeaders.includes(name));
    return {
      status,
      headers: Object.fromEntries(kept.map(([name, value]) => [name, this.text(value)])),
      cookies: Object.fromEntries(
        [...cookies].map(([name, value]) => [name, value === '' ? '' : pseudonym(value, this.#salt)]),
      ),
      body: this.text(this.#hideNamed(withoutAuthDetails(body))),
    };
  }

  /** Returns a JSON value with all secrets replaced. */
  value(value: unknown): unknown {
    return JSON.parse(this.text(this.#hideNamed(JSON.stringify(value) ?? 'null'))) as unknown;
  }

  /** Returns a text with all known secrets replaced. */
  text(text: string): string {
    this.#personal.learn(text);
    const longestFirst = [...this.#secrets].sort((one, other) => other.length - one.length);
    const hidden = longestFirst.reduce(
      (shown, secret) => shown.replaceAll(secret, pseudonym(secret, this.#salt)),
      text,
    );
    return this.#personal.hide(hidden);
  }

  #hideNamed(body: string): string {
    return hideNamedValues(body, (value, kind) => this.#standInOf(value, kind));
  }

  #named(value: string, name: string): string {
    return this.text(hideUnder(value, [name], (one, kind) => this.#standInOf(one, kind)));
  }

  #standInOf(value: string, kind: 'secret' | 'account'): string {
    if (kind === 'account') return this.#personal.account(value);
    return isPseudonym(value) ? value : pseudonym(value, this.#salt);
  }

  #learn(secret: string): void {
    if (secret.length < shortestSecret || isPseudonym(secret)) return;
    this.#secrets.add(secret);
    // Other forms of a secret on the wire: escaped in JSON, encoded in a URL or form, hashed as some vendors require.
    this.#secrets.add(JSON.stringify(secret).slice(1, -1));
    this.#secrets.add(encodeURIComponent(secret));
    this.#secrets.add(createHash('md5').update(secret).digest('hex'));
  }

  /** Remembers the parts of a header, which can have a scheme or a name before the secret: `Bearer x`, `session="x"`. */
  #learnParts(value: string): void {
    for (const part of value.split(/[\s;=,"]+/)) if (part.length > 6) this.#learn(part);
    this.#learn(value.replace(/^(?:bearer|basic)\s+/i, ''));
  }
}

function bodySecrets(body: ApiRequest['body']): readonly string[] {
  if (body === undefined) return [];
  if (body.kind === 'json') return sensitiveValues(JSON.stringify(body.value) ?? '');
  return Object.entries(body.fields).flatMap(([name, value]) => (sensitiveName(name) ? [value] : []));
}

function mapValues<T, R>(record: Readonly<Record<string, T>>, map: (value: T, name: string) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}

/** A replacement with the same length (text: at least 8 characters). Digits stay digits, so that format checks still succeed. */
function pseudonym(secret: string, salt: string): string {
  const digest = createHash('sha256').update(`${salt} ${secret}`).digest('hex');
  const filler = digest.repeat(Math.ceil(secret.length / digest.length)).slice(0, secret.length);
  if (!/^\d+$/.test(secret)) return `redacted${filler}`.slice(0, Math.max(secret.length, 8));
  const digits = filler.replaceAll(/[a-f]/g, '0');
  return digits === secret ? digits.replaceAll(/\d/g, (digit) => String((Number(digit) + 1) % 10)) : digits;
}

function isPseudonym(text: string): boolean {
  return /^redacted(?:[0-9a-f]*)$/.test(text);
}
