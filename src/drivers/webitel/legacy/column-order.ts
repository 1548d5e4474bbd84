import { isRecord } from '../../kit/fields.ts';

/** Columns of the console's table of accounts. Those other than `name` and `state` only make the order more distinctive. */
const columns = ['name', 'state', 'role', 'agent', 'status', 'descript'] as const;
/** First release of the engine that supports `columns` (webitel/engine-nodejs, `src/services/account.js`). */
const firstRelease = [3, 10, 1] as const;

/** What the order of the keys in an answer proves: that it belongs to this request, to another one, or nothing. */
export type Proof = 'own' | 'foreign' | 'none';

/**
 * A column order specific to this target. The console writes its table in the requested order, so the order of the keys
 * in an answer shows whether it belongs to this request.
 */
export class ColumnOrder {
  readonly #names: readonly string[];
  /** Whether any answer has used our order; until then, a different order proves nothing. */
  #isHonoured = false;

  /** Derives the order from the name of the target and a random number from 0 up to, not including, 1. */
  constructor(pbx: string, random: number) {
    const shift = Array.from(pbx).reduce((sum, letter) => (sum * 31 + (letter.codePointAt(0) ?? 0)) % 719, 0);
    this.#names = permutation(columns, 1 + ((shift + Math.floor(random * 719)) % 719));
  }

  /** Returns the query that requests the order; empty for engines that do not support it. */
  query(version: string | undefined): Readonly<Record<string, string>> {
    if (!isSince(version, firstRelease)) return {};
    return { columns: JSON.stringify(Object.fromEntries(this.#names.map((name) => [name, 1]))) };
  }

  /** Returns what the order of the keys proves in an answer to such a query; `none` if there are no rows. */
  proof(payload: unknown): Proof {
    const rows = isRecord(payload) ? Object.values(payload).filter(isRecord) : [];
    if (rows.length === 0) return 'none';
    const isOwn = rows.every((row) => {
      const reported = Object.keys(row).filter((name) => this.#names.includes(name));
      return reported.join() === this.#names.filter((name) => reported.includes(name)).join();
    });
    if (isOwn) this.#isHonoured = true;
    if (isOwn) return 'own';
    return this.#isHonoured ? 'foreign' : 'none';
  }
}

/** Returns the list in the permutation with this number, from 0 (unchanged) up to, not including, the number of permutations. */
function permutation<T>(list: readonly T[], number: number): readonly T[] {
  const left = [...list];
  const ordered: T[] = [];
  for (let rest = number; left.length > 0; rest = Math.floor(rest / (left.length + 1)))
    ordered.push(...left.splice(rest % left.length, 1));
  return ordered;
}

function isSince(version: string | undefined, release: readonly number[]): boolean {
  const parts = /^v?(\d+)\.(\d+)(?:\.(\d+))?/.exec(version ?? '')?.slice(1);
  if (parts === undefined) return false;
  const numbers = parts.map((part) => Number(part ?? 0));
  const differing = release.findIndex((part, index) => numbers[index] !== part);
  return differing === -1 || (numbers[differing] ?? 0) > (release[differing] ?? 0);
}
