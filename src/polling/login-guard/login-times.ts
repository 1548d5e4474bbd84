import type { LoginIdentity } from './login-identity.ts';
import type { Hold } from './login-rules.ts';

/** When logins were sent to one address, accepted or not, for PBXs that take so many within a time. */
export class LoginTimes {
  #times: readonly { readonly at: number; readonly account: string }[] = [];

  /** Call before a login is sent. */
  began({ account, rules: { limit } }: LoginIdentity, now: number): void {
    if (limit === undefined) return;
    const recent = this.#times.filter(({ at }) => now - at < limit.windowMs);
    this.#times = [...recent, { at: now, account }];
  }

  /** Call when the last login was not sent after all. */
  unsent({ rules }: LoginIdentity): void {
    if (rules.limit !== undefined) this.#times = this.#times.slice(0, -1);
  }

  /** Why so many logins more than one may not be sent now; undefined when they may. */
  hold({ account, rules: { limit } }: LoginIdentity, now: number, reserved = 0): Hold | undefined {
    if (limit === undefined) return undefined;
    const recent = this.#times.filter(
      (login) => now - login.at < limit.windowMs && (limit.by === 'address' || login.account === account),
    );
    const oldest = recent[recent.length - limit.logins + reserved];
    if (oldest === undefined) return undefined;
    const minutes = Math.round(limit.windowMs / 60_000);
    const detail = `there were ${recent.length} logins within ${minutes} min, more could lock us out: waiting before the next one`;
    return { until: oldest.at + limit.windowMs, reason: 'suspended', detail };
  }
}
