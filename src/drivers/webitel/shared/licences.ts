import type { SystemFacts } from '../../../snapshot/reading.ts';
import { CachedValue } from '../../kit/cached-value.ts';
import { countOf, secondsOf, textOf } from '../../kit/fields.ts';
import type { Settings } from './settings.ts';

const hourMs = 60 * 60_000;
/** Whole numbers of at least this value are taken as milliseconds: as seconds, they would be later than the year 5000. */
const certainlyMilliseconds = 100_000_000_000;

/** The end of the first licence of a Webitel to expire. It is read only once an hour, because it rarely changes. */
export class LicenceExpiry {
  readonly #cached: CachedValue<number>;

  constructor({ clock }: Pick<Settings, 'clock'>) {
    this.#cached = new CachedValue(clock, hourMs);
  }

  /** Reads the end, if the account may read it. A failure affects nothing else. `ask` returns the value for the end of each licence. */
  async read(ask: () => Promise<readonly unknown[]>): Promise<Pick<SystemFacts, 'licenseExpiries'>> {
    if (this.#cached.due) await this.#renew(ask);
    const end = this.#cached.value;
    return end === undefined ? {} : { licenseExpiries: { license: end } };
  }

  async #renew(ask: () => Promise<readonly unknown[]>): Promise<void> {
    const end = earliestExpiry(await ask().catch(() => []));
    this.#cached.clear();
    if (end === undefined) this.#cached.postpone(hourMs);
    else this.#cached.set(end);
  }
}

/**
 * Returns the first of several ends, in seconds since 1970. An end may be whole seconds or milliseconds (as a number or
 * as digits), a time in RFC 3339, or a day (its beginning in UTC). Other values are ignored; returns undefined if there
 * is no end.
 */
export function earliestExpiry(ends: readonly unknown[]): number | undefined {
  const known = ends.flatMap((reported) => endOf(reported) ?? []).filter((end) => end > 0);
  return known.length === 0 ? undefined : Math.min(...known);
}

function endOf(reported: unknown): number | undefined {
  const count = countOf(reported);
  if (count !== undefined) return count >= certainlyMilliseconds ? Math.floor(count / 1000) : count;
  const text = textOf(reported);
  return secondsOf(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text);
}

/** Converts a day from the format of a legacy engine (`31-12-2026`) to `2026-12-31`; returns an empty text for anything else. */
export function isoDay(day: string): string {
  const [, date = '', month = '', year = ''] = /^(\d{2})-(\d{2})-(\d{4})$/.exec(day) ?? [];
  return year === '' ? '' : `${year}-${month}-${date}`;
}
