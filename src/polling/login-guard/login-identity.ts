import type { LoginGuard as GuardRules } from '../../drivers/driver.ts';

/** Who logs in, as the guard tells one from the other. Times are monotonic, in milliseconds. */
export interface LoginIdentity {
  /** The same for the same url, account, secret, TLS settings and options; tells nothing about them. */
  readonly key: string;
  /** The same for the same account, whatever its secret. */
  readonly account: string;
  /** Name of the target, for people. */
  readonly target: string;
  /** What `key` and `account` are made from, for a hash that is kept in a file. Holds the secret. */
  readonly material: string;
  readonly accountMaterial: string;
  /** Base URL, to know paths that have worked. */
  readonly url: string;
  readonly rules: GuardRules;
}
