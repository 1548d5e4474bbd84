import type { Account } from '../drivers/driver.ts';

/** An account whose secret stands in a file that may be rewritten while the program runs. */
export interface ReloadedAccount {
  /** Always with the secret that was read last. */
  readonly account: Account;
  /** Reads the secret again; whether it is another one. Never rejects. */
  readonly refresh: () => Promise<boolean>;
}

/**
 * An account that is read again.
 *
 * @param readSecret Gives the secret as it stands in its file, undefined if it cannot be used now: then the one before
 * stays. Absent: the secret never changes.
 */
export function createReloadedAccount(first: Account, readSecret?: () => Promise<string | undefined>): ReloadedAccount {
  let secret = first.kind === 'token' ? first.token : first.password;
  return {
    account: first.kind === 'token' ? withToken(() => secret) : withPassword(first.username, () => secret),
    async refresh() {
      const next = (await readSecret?.().catch(() => undefined)) ?? secret;
      const isOther = next !== secret;
      secret = next;
      return isOther;
    },
  };
}

function withToken(secret: () => string): Account {
  return {
    kind: 'token',
    get token() {
      return secret();
    },
  };
}

function withPassword(username: string, secret: () => string): Account {
  return {
    kind: 'password',
    username,
    get password() {
      return secret();
    },
  };
}
