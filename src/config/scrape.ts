import type { FamilyFacts } from './config.ts';
import { formatDuration } from './duration.ts';
import { defaults, limits } from './defaults.ts';
import type { ConfigLocation } from './problem.ts';
import { readDuration, readWhole } from './read.ts';
import type { Section } from './read.ts';
import type { Report } from './report.ts';

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

/** The settings of a section on top of those it inherits. */
export function readScrape(report: Report, section: Section, inherited: ScrapeSettings): ScrapeSettings {
  const duration = (key: string) => readSetting(section, key, (entry) => readDuration(report, entry));
  const whole = (key: string) =>
    readSetting(section, key, (entry) => readWhole(report, entry, limits.requestsPerTarget));
  const staleAfter = duration('stale_after') ?? inherited.staleAfter;
  return {
    interval: duration('interval') ?? inherited.interval,
    timeout: duration('timeout') ?? inherited.timeout,
    ...(staleAfter === undefined ? {} : { staleAfter }),
    requestsPerTarget: whole('requests_per_target') ?? inherited.requestsPerTarget,
  };
}

type Entries = Section['entries'];
type SectionEntry = NonNullable<ReturnType<Entries['get']>>;

function readSetting(
  section: Section,
  key: string,
  read: (entry: SectionEntry) => number | undefined,
): Setting | undefined {
  const entry = section.entries.get(key);
  const value = entry && read(entry);
  return entry === undefined || value === undefined ? undefined : { value, location: entry.value };
}

/** How long old values stay, in milliseconds: as set, else the default but never less than three intervals. */
export function staleAfterMs({ staleAfter, interval }: ScrapeSettings): number {
  return staleAfter?.value ?? Math.max(defaults.staleAfterMs, 3 * interval.value);
}

/** Warns of times that do not fit each other, or that the family will not like. `target` is told where nothing was written. */
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
