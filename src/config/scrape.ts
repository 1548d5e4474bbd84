import type { FamilyFacts } from './config.ts';
import { formatDuration } from './duration.ts';
import { defaults } from './defaults.ts';
import type { groups } from './fields.ts';
import type { ConfigLocation, Report } from './problem.ts';
import type { Section } from './read.ts';

/** A value and where it was written; no location where it is a default. */
export interface Setting {
  readonly value: number;
  readonly location?: ConfigLocation;
}

/** The keys that stand under `scrape:` and may be set again in a target. Times in milliseconds. */
export interface ScrapeSettings {
  readonly interval: Setting;
  readonly timeout: Setting;
  /** Absent: follows from the interval. */
  readonly staleAfter?: Setting;
  readonly requestsPerTarget: Setting;
}

/** Settings of a file that says nothing. */
export const defaultScrape: ScrapeSettings = {
  interval: { value: defaults.intervalMs },
  timeout: { value: defaults.timeoutMs },
  requestsPerTarget: { value: defaults.requestsPerTarget },
};

/** A section that holds such keys. */
type ScrapeSection = Section<(typeof groups)['scrape']> | Section<(typeof groups)['targets[]']>;
type ScrapeKey = 'interval' | 'timeout' | 'stale_after' | 'requests_per_target';

/** The settings of a section on top of those it inherits. */
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

/** How long old values stay, in milliseconds: as set, else the default but never less than three intervals. */
export function staleAfterMs({ staleAfter, interval }: ScrapeSettings): number {
  return staleAfter?.value ?? Math.max(defaults.staleAfterMs, 3 * interval.value);
}

/** Warns of times that do not fit each other, or that the family will not like. `target` gets the message if the value was not written in the file. */
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
