import { createHash } from 'node:crypto';
import type { ApiAnswer, ApiRequest } from '../transport/request.ts';
import type { CapturedExchange } from './capture-file.ts';
import { AddressStandIns } from './address-stand-ins.ts';
import { hideNamedValues, hideUnder, sensitiveName, sensitiveValues, withoutAuthDetails } from './sensitive-names.ts';

/** Headers of an answer that help to understand it; all others are left out. */
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

/** Shortest text that is replaced wherever it stands; shorter ones would hit harmless text, so they are hidden in their places only. */
const shortestSecret = 4;

/**
 * Hides everything confidential: secrets anywhere, values under names that sound like secrets, account names, hosts and
 * domains, e-mail and IP addresses, and telephone numbers. Equal values get equal replacements and different values
 * different ones, so that a capture stays consistent.
 */
export class Redaction {
  readonly #secrets = new Set<string>();
  readonly #personal: AddressStandIns;
  readonly #salt: string;

  /**
   * `hosts`: hosts that are known from the configuration. `salt`: an unguessable value; without it, the replacements of
   * PINs and telephone numbers could be reversed by trying all of them.
   */
  constructor(secrets: readonly string[], hosts: readonly string[] = [], salt = '') {
    this.#salt = salt;
    this.#personal = new AddressStandIns(salt);
    for (const secret of secrets) this.#learn(secret);
    for (const host of hosts) this.#personal.learnHost(host);
  }

  /** Takes note of what authorizes a request: it must not show up anywhere else. */
  learnFromRequest({ headers = {}, query = {}, body }: ApiRequest): void {
    const carried = [...Object.entries(headers), ...Object.entries(query)].filter(([name]) => sensitiveName(name));
    for (const value of carried.flatMap(([, values]) => values)) this.#learnParts(value);
    for (const value of bodySecrets(body)) this.#learn(value);
    this.#personal.learn(JSON.stringify([query, body]));
  }

  /** Takes note of the secrets that an answer brings. */
  learnFromAnswer({ headers, cookies, body }: ApiAnswer): void {
    for (const value of cookies.values()) this.#learn(value.replaceAll('"', ''));
    for (const value of sensitiveValues(body)) this.#learn(value);
    this.#personal.learn(body);
    this.#personal.learn(JSON.stringify(headers));
  }

  /** A request without headers, with nothing secret in it. */
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

  /** An answer with nothing secret in it. */
  answer({ status, headers, cookies, body }: ApiAnswer): NonNullable<CapturedExchange['answer']> {
    const kept = Object.entries(headers).filter(([name]) => keptHeaders.includes(name));
    return {
      status,
      headers: Object.fromEntries(kept.map(([name, value]) => [name, this.text(value)])),
      cookies: Object.fromEntries(
        [...cookies].map(([name, value]) => [name, value === '' ? '' : standIn(value, this.#salt)]),
      ),
      body: this.text(this.#hideNamed(withoutAuthDetails(body))),
    };
  }

  /** Any JSON value with nothing secret in it. */
  value(value: unknown): unknown {
    return JSON.parse(this.text(this.#hideNamed(JSON.stringify(value) ?? 'null'))) as unknown;
  }

  /** Any text with nothing secret in it that is known. */
  text(text: string): string {
    this.#personal.learn(text);
    const longestFirst = [...this.#secrets].sort((one, other) => other.length - one.length);
    const hidden = longestFirst.reduce((shown, secret) => shown.replaceAll(secret, standIn(secret, this.#salt)), text);
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
    return isStandIn(value) ? value : standIn(value, this.#salt);
  }

  #learn(secret: string): void {
    if (secret.length < shortestSecret || isStandIn(secret)) return;
    this.#secrets.add(secret);
    // The forms in which a secret can travel: escaped in JSON, encoded in a URL or a form, hashed by the vendor's rule.
    this.#secrets.add(JSON.stringify(secret).slice(1, -1));
    this.#secrets.add(encodeURIComponent(secret));
    this.#secrets.add(createHash('md5').update(secret).digest('hex'));
  }

  /** A header can hold a scheme or a name in front of its secret: `Bearer x`, `session="x"`. */
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

/** Keeps the length and the kind of characters, so that a shape check sees the same thing. */
function standIn(secret: string, salt: string): string {
  const digest = createHash('sha256').update(`${salt} ${secret}`).digest('hex');
  const filler = digest.repeat(Math.ceil(secret.length / digest.length)).slice(0, secret.length);
  if (!/^\d+$/.test(secret)) return `redacted${filler}`.slice(0, Math.max(secret.length, 8));
  const digits = filler.replaceAll(/[a-f]/g, '0');
  return digits === secret ? digits.replaceAll(/\d/g, (digit) => String((Number(digit) + 1) % 10)) : digits;
}

function isStandIn(text: string): boolean {
  return /^redacted(?:[0-9a-f]*)$/.test(text);
}
