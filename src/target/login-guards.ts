import { createHmac, randomBytes } from 'node:crypto';
import type { Clock } from '../clock.ts';
import type { Account, LoginGuard as GuardRules } from '../drivers/driver.ts';
import { GuardedAddress, type LoginIdentity } from './guarded-address.ts';
import { LoginGuard, LoginLine } from './login-guard.ts';

/** What one target logs in with; a change of anything but its name and its interval may be what corrects a refused login. */
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
  readonly intervalMs: number;
}

interface Place {
  readonly address: GuardedAddress;
  readonly line: LoginLine;
}

/**
 * The guards of all logins of this program, by host and port of the PBX. It outlives targets and reloads: a PBX does not
 * forget a refused login because a configuration was read again.
 */
export class LoginGuards {
  readonly #clock: Clock;
  readonly #places = new Map<string, Place>();
  /** Of this process alone: keys made with it cannot be compared with anything outside. */
  readonly #secret = randomBytes(32);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The guard of one target. */
  guardOf(login: GuardedLogin): LoginGuard {
    const { address, line } = this.#placeOf(login.url);
    return new LoginGuard({
      identify: () => this.#identityOf(login),
      address,
      line,
      clock: this.#clock,
      intervalMs: login.intervalMs,
    });
  }

  #placeOf(url: URL): Place {
    const key = addressOf(url);
    const place = this.#places.get(key) ?? { address: new GuardedAddress(), line: new LoginLine(this.#clock) };
    this.#places.set(key, place);
    return place;
  }

  #identityOf({ target, url, account, options, tls, rules }: GuardedLogin): LoginIdentity {
    const name = account.kind === 'token' ? account.token : account.username;
    return {
      target,
      url: url.href,
      rules,
      key: this.#hash([url.href, account, options, tls]),
      account: this.#hash([account.kind, name, options['domain']]),
    };
  }

  #hash(value: unknown): string {
    return createHmac('sha256', this.#secret).update(JSON.stringify(value)).digest('base64');
  }
}

/** Host and port that a URL leads to: what a PBX is told apart by. */
export function addressOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port === '' ? (protocol === 'http:' ? '80' : '443') : port}`;
}
