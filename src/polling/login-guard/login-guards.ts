import { createHmac, createSecretKey, randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Account, LoginGuard as GuardRules, RoundTiming } from '../../drivers/driver.ts';
import type { RefusalUsage } from '../../snapshot/record.ts';
import { GuardedAddress } from './guarded-address.ts';
import { type LoginIdentity, unknownWindowMs } from './login-rules.ts';
import { LoginGuard } from './login-guard.ts';
import { LoginQueue } from './login-queue.ts';
import { Hasher, LoginStore } from './refused-logins.ts';
import type { StateFile } from './state-file.ts';

/** The login data of one target; a change of anything except its name and its interval may correct a refused login. */
export interface GuardedLogin {
  /** Name of the target. */
  readonly target: string;
  /** Base URL. */
  readonly url: URL;
  readonly account: Account;
  readonly options: Readonly<Record<string, unknown>>;
  /** TLS settings. */
  readonly tls: unknown;
  readonly rules: GuardRules;
  readonly timing: Pick<RoundTiming, 'intervalMs'>;
}

interface Place {
  readonly address: GuardedAddress;
  readonly queue: LoginQueue;
  readonly store?: LoginStore;
}

/**
 * The login guards of the whole program, by host and port of the PBX. They outlive targets and reloads, because a reload
 * does not reset the PBX's count of refused logins.
 */
export class LoginGuards {
  readonly #clock: Clock;
  readonly #file: StateFile | undefined;
  readonly #hasher = new Hasher();
  readonly #places = new Map<string, Place>();
  /**
   * Random key of this process: hashes made with it cannot be compared with anything outside. Stored as a key object,
   * because OpenSSL takes longer to create a key from bytes than to hash with it, and every target needs hashes at
   * startup.
   */
  readonly #secret = createSecretKey(randomBytes(32));

  constructor(clock: Clock, file?: StateFile) {
    this.#clock = clock;
    this.#file = file;
  }

  /**
   * Resolves to the refused logins in the state file for the address of a URL; undefined without a file, or if the PBX
   * does not count refusals.
   */
  async remembered(url: URL, { refusals: row }: GuardRules): Promise<RefusalUsage | undefined> {
    const saved = await this.#file?.look(addressOf(url));
    if (saved === undefined || row === undefined) return undefined;
    const { most, by, windowMs = unknownWindowMs } = row;
    const counted = saved.refusals.filter(({ at }) => this.#clock.wallTime() - at < windowMs);
    return { used: counted.length + saved.inProgress.length, most, windowMs, by, targets: [] };
  }

  /** Why the state file cannot be used now; undefined if it can, or if there is none. */
  get stateProblem(): string | undefined {
    return this.#file?.problem;
  }

  /** Writes all pending data to the state file. Resolves even if the file cannot be written. */
  async flush(): Promise<void> {
    await this.#hasher.flush();
    await this.#file?.flush();
  }

  /** Creates the guard of one target. */
  guardOf(login: GuardedLogin): LoginGuard {
    return new LoginGuard({
      identify: () => this.#identityOf(login),
      ...this.#placeOf(login.url),
      clock: this.#clock,
      timing: login.timing,
    });
  }

  #placeOf(url: URL): Place {
    const key = addressOf(url);
    const place = this.#places.get(key) ?? this.#newPlace(key);
    this.#places.set(key, place);
    return place;
  }

  #newPlace(key: string): Place {
    const place = { address: new GuardedAddress(), queue: new LoginQueue(this.#clock) };
    if (this.#file === undefined) return place;
    return { ...place, store: new LoginStore(this.#file, this.#clock, key, this.#hasher) };
  }

  #identityOf({ target, url, account, options, tls, rules }: GuardedLogin): LoginIdentity {
    const name = account.kind === 'token' ? account.token : account.username;
    const material = canonical([url.href, account, options, tls]);
    const accountMaterial = canonical([account.kind, name, options['domain'] ?? '']);
    return {
      target,
      url: url.href,
      rules,
      material,
      accountMaterial,
      key: this.#hash(material),
      account: this.#hash(accountMaterial),
    };
  }

  #hash(text: string): string {
    return createHmac('sha256', this.#secret).update(text).digest('base64');
  }
}

/** Returns the same text for equal values, regardless of the order of their keys: its hash is compared across processes. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)));
  });
}

/** Returns the host and port of a URL, which identify a PBX. */
export function addressOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port === '' ? (protocol === 'http:' ? '80' : '443') : port}`;
}
