import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { FailureReason } from '../../snapshot/failure-reason.ts';
import type { Failure } from '../../transport/failure.ts';
import type { GuardedAddress } from './guarded-address.ts';
import { isCounted, type LoginIdentity } from './login-rules.ts';
import type { SavedAddress, SavedLogin } from './state-format.ts';
import type { StateFile } from './state-file.ts';

/** Cost of the hash: some 50 ms for each guess, so that the file is no list to try passwords with. */
const cost = { N: 16_384, r: 8, p: 1 } as const;
const hashBytes = 12;
const saltBytes = 6;
/** Own times that are remembered: more than the file keeps of an address. */
const mostOwn = 100;
/** Hashes that were compared are remembered, this many at most. */
const mostCompared = 10_000;

/** How the logins at one address are kept in the state file. */
export class LoginMemory {
  readonly #file: StateFile;
  readonly #clock: Clock;
  readonly #address: string;
  readonly #hasher: Hasher;
  /** Times that this process wrote, the newest ones. */
  #own: readonly number[] = [];

  constructor(file: StateFile, clock: Clock, address: string, hasher: Hasher) {
    this.#file = file;
    this.#clock = clock;
    this.#address = address;
    this.#hasher = hasher;
  }

  /** Writes down that a login begins, and takes over what other processes know. Gives when it began, ms since 1970. */
  async begin(who: LoginIdentity, address: GuardedAddress): Promise<number> {
    const at = this.#stamp();
    const saved = await this.#file.change(this.#address, (before) => ({
      ...before,
      underWay: [...before.underWay, at],
    }));
    if (saved === undefined) return at;
    const known = await this.#hasher.find(saved, who);
    const others = {
      ...saved,
      refusals: saved.refusals.filter((refusal) => !this.#own.includes(refusal.at)),
      underWay: without(saved.underWay, at),
    };
    address.takeOver(who, others, { ...known, now: this.#clock.monotonicTime(), wall: this.#clock.wallTime() });
    return at;
  }

  /** A login that was begun was not sent, or ended with trouble: nothing is known of it but that it is over. */
  ended(at: number): void {
    void this.#file.change(this.#address, (before) => ({ ...before, underWay: without(before.underWay, at) }));
  }

  /** A login that was begun was accepted. */
  accepted(at: number, { url, rules, key }: LoginIdentity): void {
    const path = new URL(url).pathname;
    void this.#file.change(this.#address, ({ lock: _lifted, ...before }) => ({
      ...before,
      underWay: rules.refusals?.windowMs === undefined ? [] : without(before.underWay, at),
      refusals: rules.refusals?.windowMs === undefined ? [] : before.refusals,
      logins: before.logins.filter(({ salt }) => this.#hasher.known(salt, key) !== true),
      worked: before.worked.includes(path) ? before.worked : [...before.worked, path],
    }));
  }

  /** A login that was begun was refused. */
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
      underWay: without(before.underWay, at),
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

  /** A request was refused that the PBX counts like a login. */
  counted(reason: FailureReason): void {
    const at = this.#stamp();
    void this.#file.change(this.#address, (before) => ({ ...before, refusals: [...before.refusals, { at, reason }] }));
  }

  /** The time now, distinguished from what others write in the same millisecond, and remembered as ours. */
  #stamp(): number {
    const at = this.#clock.wallTime() - Math.round(Math.random() * 999) / 1_000;
    this.#own = [...this.#own, at].slice(-mostOwn);
    return at;
  }
}

/** How a refused login stands. */
export interface RefusedFacts {
  /** Refusals in a row. */
  readonly refusals: number;
  readonly pauseMs: number;
}

/** Entries of the state file that are about an account. */
export interface KnownHashes {
  /** The entry for exactly this account and secret. */
  readonly login?: SavedLogin;
  /** Salts of entries for this account with any secret. */
  readonly ofAccount: ReadonlySet<string>;
}

/** Entries of the state file about an account, and the time at which they were read: monotonic, and ms since 1970. */
export interface TakenOver extends KnownHashes {
  readonly now: number;
  readonly wall: number;
}

/** Makes and compares hashes, one at a time: they would keep the threads that look up names busy. */
export class Hasher {
  readonly #compared = new Map<string, boolean>();
  #last: Promise<unknown> = Promise.resolve();
  #tracked: Promise<void> = Promise.resolve();

  /** Resolves when everything that was tracked has ended. */
  async flush(): Promise<void> {
    await this.#tracked;
  }

  /** Lets {@link flush} wait for this, too. */
  track(work: Promise<void>): void {
    this.#tracked = Promise.allSettled([this.#tracked, work]).then(() => {});
  }

  /** Hashes for a new entry. */
  async make(
    { key, material, accountMaterial, rules }: LoginIdentity,
    salt: string,
  ): Promise<Pick<SavedLogin, 'hash' | 'accountHash'>> {
    const hash = await this.#hash(material, salt);
    this.#note(salt, key, true);
    if (rules.refusals?.by !== 'account') return { hash };
    return { hash, accountHash: await this.#hash(accountMaterial, salt) };
  }

  /** Whether an entry is known to be about this login; undefined when they were not compared. */
  known(salt: string, key: string): boolean | undefined {
    return this.#compared.get(`${salt} ${key}`);
  }

  /** The entries that are about this login. */
  async find({ logins }: SavedAddress, who: LoginIdentity): Promise<KnownHashes> {
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
