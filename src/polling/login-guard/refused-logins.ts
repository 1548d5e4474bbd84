import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { FailureReason } from '../../snapshot/failure-reason.ts';
import type { Failure } from '../../transport/failure.ts';
import type { GuardedAddress } from './guarded-address.ts';
import { isCounted, type LoginIdentity } from './login-rules.ts';
import type { SavedAddress, SavedLogin } from './state-format.ts';
import type { StateFile } from './state-file.ts';

/** Cost of the hash: about 50 ms per guess, so that the file cannot be used to guess passwords quickly. */
const cost = { N: 16_384, r: 8, p: 1 } as const;
const hashBytes = 12;
const saltBytes = 6;
/** Maximum number of own times that are remembered: more than the file keeps per address. */
const mostOwn = 100;
/** Maximum number of hash comparisons that are remembered. */
const mostCompared = 10_000;

/** Keeps the logins at one address in the state file. */
export class LoginStore {
  readonly #file: StateFile;
  readonly #clock: Clock;
  readonly #address: string;
  readonly #hasher: Hasher;
  /** The newest times that this process wrote. */
  #own: readonly number[] = [];

  constructor(file: StateFile, clock: Clock, address: string, hasher: Hasher) {
    this.#file = file;
    this.#clock = clock;
    this.#address = address;
    this.#hasher = hasher;
  }

  /**
   * Records the start of a login and merges the data of other processes into `address`. Resolves to the start time (ms
   * since 1970), which identifies the login in the other methods.
   */
  async begin(who: LoginIdentity, address: GuardedAddress): Promise<number> {
    const at = this.#stamp();
    const saved = await this.#file.change(this.#address, (before) => ({
      ...before,
      inProgress: [...before.inProgress, at],
    }));
    if (saved === undefined) return at;
    const known = await this.#hasher.find(saved, who);
    const others = {
      ...saved,
      refusals: saved.refusals.filter((refusal) => !this.#own.includes(refusal.at)),
      inProgress: without(saved.inProgress, at),
    };
    address.mergeSaved(who, others, { ...known, now: this.#clock.monotonicTime(), wall: this.#clock.wallTime() });
    return at;
  }

  /** Records only that a login is over: it was not sent, or a connection problem left its result unknown. */
  ended(at: number): void {
    void this.#file.change(this.#address, (before) => ({ ...before, inProgress: without(before.inProgress, at) }));
  }

  /** Records that a login was accepted. */
  accepted(at: number, { url, rules, key }: LoginIdentity): void {
    const path = new URL(url).pathname;
    void this.#file.change(this.#address, ({ lock: _lifted, ...before }) => ({
      ...before,
      inProgress: rules.refusals?.windowMs === undefined ? [] : without(before.inProgress, at),
      refusals: rules.refusals?.windowMs === undefined ? [] : before.refusals,
      logins: before.logins.filter(({ salt }) => this.#hasher.known(salt, key) !== true),
      worked: before.worked.includes(path) ? before.worked : [...before.worked, path],
    }));
  }

  /** Records that a login was refused. */
  refused(at: number, who: LoginIdentity, failure: Failure, facts: RefusedFacts): void {
    this.#hasher.track(this.#writeRefusal(at, who, failure, facts));
  }

  async #writeRefusal(at: number, who: LoginIdentity, failure: Failure, facts: RefusedFacts): Promise<void> {
    const { refusals, pauseMs } = facts;
    const { reason } = failure;
    const now = this.#stamp();
    const salt = randomBytes(saltBytes).toString('base64url');
    const counted = isCounted(failure) ? [{ at: now, reason, salt }] : [];
    // The hash takes time, so the refusal is written immediately.
    const written = this.#file.change(this.#address, (before) => ({
      ...before,
      inProgress: without(before.inProgress, at),
      refusals: [...before.refusals, ...counted],
      ...(reason === 'locked_out' && { lock: { since: now, pauseMs } }),
    }));
    const login: SavedLogin = { salt, ...(await this.#hasher.make(who, salt)), refusals, lastAt: now, pauseMs, reason };
    await written;
    await this.#file.change(this.#address, (before) => ({
      ...before,
      logins: [...before.logins.filter((one) => this.#hasher.known(one.salt, who.key) !== true), login],
    }));
  }

  /** Records a refused request that the PBX counts like a refused login. */
  counted(reason: FailureReason): void {
    const at = this.#stamp();
    void this.#file.change(this.#address, (before) => ({ ...before, refusals: [...before.refusals, { at, reason }] }));
  }

  /**
   * Returns the current time and remembers it as own. A random fraction distinguishes it from entries of other processes
   * in the same millisecond.
   */
  #stamp(): number {
    const at = this.#clock.wallTime() - Math.round(Math.random() * 999) / 1_000;
    this.#own = [...this.#own, at].slice(-mostOwn);
    return at;
  }
}

/** The consequences of a refused login. */
export interface RefusedFacts {
  /** Refusals in a row. */
  readonly refusals: number;
  readonly pauseMs: number;
}

/** Entries of the state file about one account. */
export interface SavedAccount {
  /** The entry for exactly this account and secret. */
  readonly login?: SavedLogin;
  /** Salts of entries for this account with any secret. */
  readonly ofAccount: ReadonlySet<string>;
}

/** Entries of the state file about one account, and the time at which they were read: monotonic (`now`) and in ms since 1970 (`wall`). */
export interface TimedSavedAccount extends SavedAccount {
  readonly now: number;
  readonly wall: number;
}

/** Creates and compares hashes, one at a time: several would occupy the threads that also look up host names. */
export class Hasher {
  readonly #compared = new Map<string, boolean>();
  #last: Promise<unknown> = Promise.resolve();
  #tracked: Promise<void> = Promise.resolve();

  /** Resolves when all tracked work has ended. */
  async flush(): Promise<void> {
    await this.#tracked;
  }

  /** Makes {@link flush} wait for this work, too. */
  track(work: Promise<void>): void {
    this.#tracked = Promise.allSettled([this.#tracked, work]).then(() => {});
  }

  /** Creates the hashes of a new entry. */
  async make(
    { key, material, accountMaterial, rules }: LoginIdentity,
    salt: string,
  ): Promise<Pick<SavedLogin, 'hash' | 'accountHash'>> {
    const hash = await this.#hash(material, salt);
    this.#note(salt, key, true);
    if (rules.refusals?.by !== 'account') return { hash };
    return { hash, accountHash: await this.#hash(accountMaterial, salt) };
  }

  /** Returns whether an entry belongs to this login; undefined if they have not been compared. */
  known(salt: string, key: string): boolean | undefined {
    return this.#compared.get(`${salt} ${key}`);
  }

  /** Finds the entries that belong to this login. */
  async find({ logins }: SavedAddress, who: LoginIdentity): Promise<SavedAccount> {
    const ofAccount = new Set<string>();
    let login: SavedLogin | undefined;
    for (const entry of logins) {
      if (await this.#matches(entry.salt, entry.hash, { key: who.key, material: who.material })) login = entry;
      const account = { key: `account ${who.account}`, material: who.accountMaterial };
      if (entry.accountHash !== undefined && (await this.#matches(entry.salt, entry.accountHash, account)))
        ofAccount.add(entry.salt);
    }
    return { ofAccount, ...(login && { login }) };
  }

  async #matches(
    salt: string,
    hash: string,
    { key, material }: Pick<LoginIdentity, 'key' | 'material'>,
  ): Promise<boolean> {
    const known = this.known(salt, key);
    if (known !== undefined) return known;
    const [own, saved] = [Buffer.from(await this.#hash(material, salt)), Buffer.from(hash)];
    return this.#note(salt, key, own.length === saved.length && timingSafeEqual(own, saved));
  }

  #note(salt: string, key: string, same: boolean): boolean {
    if (this.#compared.size >= mostCompared) this.#compared.clear();
    this.#compared.set(`${salt} ${key}`, same);
    return same;
  }

  #hash(text: string, salt: string): Promise<string> {
    const next = this.#last.then(
      () =>
        new Promise<string>((resolve, reject) => {
          scrypt(text, salt, hashBytes, cost, (error, hash) =>
            error === null ? resolve(hash.toString('base64url')) : reject(error),
          );
        }),
    );
    this.#last = next.catch(() => {});
    return next;
  }
}

function without(times: readonly number[], at: number): readonly number[] {
  const index = times.indexOf(at);
  return index < 0 ? times : times.toSpliced(index, 1);
}
