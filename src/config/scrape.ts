import type { FamilyFacts } from './config.ts';
import { formatDuration } from './duration.ts';
import { defaults } from './defaults.ts';
import type { groups } from './fields.ts';
import type { ConfigLocation, Report } from './problem.ts';
import type { Section } from './read.ts';

/** A value and its location in the file; defaults have no location. */
export interface Setting {
  readonly value: number;
  readonly location?: ConfigLocation;
}

/** The keys under `scrape:` that a target can override. Times in milliseconds. */
export interface ScrapeSettings {
  readonly interval: Setting;
  readonly timeout: Setting;
  /** If absent, it is derived from the interval. */
  readonly staleAfter?: Setting;
  readonly requestsPerTarget: Setting;
}

/** Settings of a file without `scrape:`. */
export const defaultScrape: ScrapeSettings = {
  interval: { value: defaults.intervalMs },
  timeout: { value: defaults.timeoutMs },
  requestsPerTarget: { value: defaults.requestsPerTarget },
};

/** A section that can contain these keys. */
type ScrapeSection = Section<(typeof groups)['scrape']> | Section<(typeof groups)['targets[]']>;
type ScrapeKey = 'interval' | 'timeout' | 'stale_after' | 'requests_per_target';

/** Returns the settings of a section; keys that it omits are inherited. */
export function scrapeSettings(section: ScrapeSection, inherited: ScrapeSettings): ScrapeSettings {
  const staleAfter = settingOf(section, 'stale_after') ?? inherited.staleAfter;
  return {
    interval: settingOf(section, 'interval') ?? inherited.interval,
    timeout: settingOf(section, 'timeout') ?? inherited.timeout,
    ...(staleAfter === undefined ? {} : { staleAfter }),
    requestsPerTarget: settingOf(section, 'requests_per_target') ?? inherited.requestsPerTarget,
  };
}

function settingOf({ entries, values }: ScrapeSection, key: ScrapeKey): Setting | undefined {
  const [entry, value] = [entries.get(key), values[key]];
  return entry === undefined || value === undefined ? undefined : { value, location: entry.value };
}

/** Returns how long old values stay, in milliseconds. If not set: the default or three intervals, whichever is longer. */
export function staleAfterMs({ staleAfter, interval }: ScrapeSettings): number {
  return staleAfter?.value ?? Math.max(defaults.staleAfterMs, 3 * interval.value);
}

/** Warns about times that contradict each other, or that are too short for the family. `target` is the location used for default values. */
export function checkTimes(
  report: Report,
  settings: ScrapeSettings,
  target: ConfigLocation,
  family: FamilyFacts | undefined,
): void {
  const { interval, timeout, staleAfter } = settings;
  const every = described('interval', interval);
  if (timeout.value > interval.value) {
    const message = `${described('timeout', timeout)} is longer than ${every}: after a slow round the next one comes late`;
    report.warn(later(timeout, interval) ?? target, message);
  }
  if (staleAfter !== undefined && staleAfter.value < interval.value) {
    const message = `${described('stale_after', staleAfter)} is shorter than ${every}: values vanish between two rounds`;
    report.warn(later(staleAfter, interval) ?? target, message);
  }
  const shortest = family?.shortestInterval;
  if (family === undefined || shortest === undefined || interval.value >= shortest.ms) return;
  const message = `${every} is short for ${family.name}, ${formatDuration(shortest.ms)} or more is better: ${shortest.because}`;
  report.warn(interval.location ?? target, message);
}

function described(key: string, { value, location }: Setting): string {
  return `${key} ${formatDuration(value)}${location === undefined ? ' (the default)' : ''}`;
}

function later(one: Setting, other: Setting): ConfigLocation | undefined {
  if (one.location === undefined || other.location === undefined) return one.location ?? other.location;
  return one.location.offset > other.location.offset ? one.location : other.location;
}
