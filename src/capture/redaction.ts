import { createHash } from 'node:crypto';
import type { ApiAnswer, ApiRequest } from '../transport/request.ts';
import type { CapturedExchange } from './capture-file.ts';
import { sensitiveName, sensitiveValues } from './sensitive.ts';

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

/** Shortest text that is replaced wherever it stands; shorter ones would hit harmless text. */
const shortestSecret = 4;

/**
 * Hides what must not leave the house: secrets wherever they stand, values under names that sound like one, e-mail
 * addresses, IP addresses and telephone numbers. Equal values get equal stand-ins, so that a capture still hangs together.
 */
export class Redaction {
  readonly #secrets = new Set<string>();

  constructor(secrets: readonly string[]) {
    for (const secret of secrets) this.#learn(secret);
  }

  /** Takes note of what authorizes a request: it must not show up anywhere else. */
  learnFromRequest({ headers = {}, query = {}, body }: ApiRequest): void {
    const carried = [...Object.entries(headers), ...Object.entries(query)].filter(([name]) => sensitiveName(name));
    for (const value of carried.flatMap(([, values]) => values)) this.#learnParts(value);
    for (const value of bodySecrets(body)) this.#learn(value);
  }

  /** Takes note of the secrets that an answer brings. */
  learnFromAnswer({ cookies, body }: ApiAnswer): void {
    for (const value of cookies.values()) this.#learn(value.replaceAll('"', ''));
    for (const value of sensitiveValues(body)) this.#learn(value);
  }

  /** A request without headers, with nothing secret in it. */
  request({ call, path, query, body }: ApiRequest): Pick<CapturedExchange, 'call' | 'path' | 'query' | 'body'> {
    return {
      call,
      path: this.text(path),
      ...(query === undefined
        ? {}
        : {
            query: mapValues(query, (value) =>
              typeof value === 'string' ? this.text(value) : value.map((one) => this.text(one)),
            ),
          }),
      ...(body === undefined
        ? {}
        : { body: JSON.parse(this.text(JSON.stringify(body.kind === 'json' ? body.value : body.fields))) as unknown }),
    };
  }

  /** An answer with nothing secret in it. */
  answer({ status, headers, cookies, body }: ApiAnswer): NonNullable<CapturedExchange['answer']> {
    const kept = Object.entries(headers).filter(([name]) => keptHeaders.includes(name));
    return {
      status,
      headers: Object.fromEntries(kept.map(([name, value]) => [name, this.text(value)])),
      cookies: Object.fromEntries([...cookies].map(([name, value]) => [name, this.text(value)])),
      body: this.text(body),
    };
  }

  /** Any text with nothing secret in it. */
  text(text: string): string {
    const longestFirst = [...this.#secrets].sort((one, other) => other.length - one.length);
    const hidden = longestFirst.reduce((shown, secret) => shown.replaceAll(secret, standIn(secret)), text);
    return hidePersonal(hidden);
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

function mapValues<T, R>(record: Readonly<Record<string, T>>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}

/** Keeps the length and the kind of characters, so that a shape check sees the same thing. */
function standIn(secret: string): string {
  const digest = createHash('sha256').update(`pbx-exporter capture ${secret}`).digest('hex');
  const filler = digest.repeat(Math.ceil(secret.length / digest.length)).slice(0, secret.length);
  return /^\d+$/.test(secret)
    ? filler.replaceAll(/[a-f]/g, '0')
    : `redacted${filler}`.slice(0, Math.max(secret.length, 8));
}

function isStandIn(text: string): boolean {
  return text.startsWith('redacted');
}

function hidePersonal(text: string): string {
  return text
    .replaceAll(/[\w.+-]+@(?=[\w-]+\.)[\w.-]+\.[a-z]{2,}/gi, (address) => `user${number(address, 1_000)}@example.org`)
    .replaceAll(
      /\b(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}\b/g,
      (address) => `192.0.2.${number(address, 254) + 1}`,
    )
    .replaceAll(/(?<![\w.])\+?\d{7,}(?![\w.])/g, hideNumber);
}

/** Telephone numbers and long ids get other digits; points in time stay, because answers are understood by them. */
function hideNumber(digits: string): string {
  if (/^1\d{9}$|^1\d{12}$/.test(digits)) return digits;
  const plus = digits.startsWith('+') ? '+' : '';
  const bare = digits.slice(plus.length);
  const seed = createHash('sha256').update(bare).digest('hex').replaceAll(/\D/g, '');
  return `${plus}${bare[0] ?? ''}${seed.repeat(3).slice(0, bare.length - 1)}`;
}

function number(text: string, below: number): number {
  return Number.parseInt(createHash('sha256').update(text).digest('hex').slice(0, 8), 16) % below;
}
