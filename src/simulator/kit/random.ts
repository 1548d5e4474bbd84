/** A random number generator that returns the same sequence for the same seed, so demos and tests are repeatable. */
export interface Random {
  /** Returns a number from 0 (included) to 1 (excluded). */
  next(): number;
  /** Returns an integer from `low` to `high`, both included. */
  integer(low: number, high: number): number;
  /** Returns true with the given probability (0 to 1). */
  chance(probability: number): boolean;
  /** Returns one of the items; the list must not be empty. */
  pick<T>(items: readonly [T, ...T[]]): T;
  /** Returns lower-case hexadecimal digits, for tokens and cookies of simulated sessions. Not fit for real secrets. */
  hex(digits: number): string;
}

/** Makes a {@link Random}: a 32-bit linear congruential generator whose output bits are mixed. */
export function createRandom(seed: number): Random {
  let state = Math.trunc(seed) >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x7f_eb_35_2d);
    mixed ^= mixed >>> 15;
    mixed = Math.imul(mixed, 0x84_6c_a6_8b);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 4_294_967_296;
  };
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    integer,
    chance: (probability) => next() < probability,
    pick: (items) => items[integer(0, items.length - 1)] ?? items[0],
    hex: (digits) => Array.from({ length: digits }, () => integer(0, 15).toString(16)).join(''),
  };
}
