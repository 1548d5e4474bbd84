import type { Account } from '../drivers/driver.ts';

/** An account whose secret is in a file that may change while the program runs. */
export interface ReloadedAccount {
  /** The account with the secret that was read last. */
  readonly account: Account;
  /** Reads the secret again and resolves to whether it has changed. Never rejects. */
  readonly refresh: () => Promise<boolean>;
}

/**
 * Creates an account whose secret can be read again.
 *
 * @param readSecret Reads the secret from its file. Resolves to undefined if the file cannot be used now; the previous
 * secret then remains. Default: the secret never changes.
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
