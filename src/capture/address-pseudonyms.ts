import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';

const ipv4 = /\b(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}\b/g;
const ipv6 = /(?:(?<=[%^]5B)|(?<![\w:.]))(?:[0-9a-f]{0,4}:){2,8}(?:(?:\d{1,3}\.){3}\d{1,3}|[0-9a-f]{0,4})(?![\w:])/gi;
/** A host name with at least one dot; its last label begins with a letter. */
const host = String.raw`(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]`;
/** Places of a host name: after `@`, in a URL, in a SIP address, or as the whole value of a key such as `host` or `domain`. */
const hostPlaces = new RegExp(
  String.raw`(?:@|(?<![a-z])[a-z][a-z0-9+.-]{1,9}://|(?<![a-z])sips?:)(${host})|["']?\b\w*(?:host|domain|realm|proxy|server|registrar|fqdn|address)\w*["']?\s*[:=]\s*["']?(${host})(?![\w/.-])`,
  'gi',
);
const pseudonymHost = /^host-[0-9a-f]{8}\.example\.org$/i;

/** Replaces addresses and account names. Equal values get equal replacements, different values get different ones. */
export class AddressPseudonyms {
  readonly #hosts = new Map<string, string>();
  readonly #addresses = new Map<string, number>();
  readonly #salt: string;
  #pattern: RegExp | undefined;

  constructor(salt = '') {
    this.#salt = salt;
  }

  /** Remembers the hosts and domains in a text. */
  learn(text: string): void {
    for (const [, behind, named] of text.matchAll(hostPlaces)) this.learnHost(behind ?? named ?? '');
  }

  /** Remembers one host or domain. */
  learnHost(name: string): void {
    const key = name.toLowerCase();
    if (!key.includes('.') || pseudonymHost.test(key) || /^[\d.]+$/.test(key) || this.#hosts.has(key)) return;
    this.#hosts.set(key, `host-${this.#digest(key).slice(0, 8)}.example.org`);
    this.#pattern = undefined;
  }

  /** Returns the text with hosts, IP addresses, e-mail addresses and telephone numbers replaced. */
  hide(text: string): string {
    return this.#hideHosts(text)
      .replaceAll(
        /(?<![\w.+-])([\w.+-]+)@(?=host-[0-9a-f]{8}\.example\.org)/g,
        (_address, user: string) => `${this.account(user)}@`,
      )
      .replaceAll(ipv6, (address) => (address !== '::' && isIPv6(address) ? this.#address6(address) : address))
      .replaceAll(ipv4, (address) => this.#address4(address))
      .replaceAll(/(?<![\w.-])\+?\d{7,}(?![\w.])/g, (digits) => this.#number(digits));
  }

  /** Returns the replacement for an account name. Extension numbers are unchanged, because they are not secret elsewhere either. */
  account(name: string): string {
    if (/^\d{1,6}$/.test(name) || /^user-[0-9a-f]{8}$/.test(name)) return name;
    if (/^\+?\d+$/.test(name)) return this.#number(name);
    const [user = '', ...rest] = name.split('@');
    if (rest.length > 0) return `${this.account(user)}@${rest.join('@')}`;
    return `user-${this.#digest(name).slice(0, 8)}`;
  }

  #hideHosts(text: string): string {
    if (this.#hosts.size === 0) return text;
    const names = [...this.#hosts.keys()].toSorted((one, other) => other.length - one.length);
    this.#pattern ??= new RegExp(`(?<![\\w-])(?:${names.map(escaped).join('|')})(?![\\w-]|\\.[a-z])`, 'gi');
    return text.replaceAll(this.#pattern, (name) => this.#hosts.get(name.toLowerCase()) ?? name);
  }

  #address4(address: string): string {
    const number = this.#numberOf(address);
    const networks = ['192.0.2', '198.51.100', '203.0.113'] as const;
    return `${networks[Math.floor(number / 254) % networks.length] ?? networks[0]}.${(number % 254) + 1}`;
  }

  #address6(address: string): string {
    return `2001:db8::${(this.#numberOf(address.toLowerCase()) + 1).toString(16)}`;
  }

  #numberOf(address: string): number {
    const known = this.#addresses.get(address) ?? this.#addresses.size;
    this.#addresses.set(address, known);
    return known;
  }

  /** Replaces the digits of telephone numbers and long ids. Unix timestamps are unchanged, because responses depend on them. */
  #number(digits: string): string {
    if (/^1\d{9}$|^1\d{12}$/.test(digits)) return digits;
    const plus = digits.startsWith('+') ? '+' : '';
    const bare = digits.slice(plus.length);
    const seed = this.#digest(bare).replaceAll(/\D/g, '');
    return `${plus}${bare[0] ?? ''}${seed.repeat(3).slice(0, bare.length - 1)}`;
  }

  #digest(text: string): string {
    return createHash('sha256').update(`${this.#salt} ${text}`).digest('hex');
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
