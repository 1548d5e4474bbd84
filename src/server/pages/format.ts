import type { RefusalUsage } from '../../snapshot/record.ts';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en-US', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });

/** Formats a count, with a comma between thousands. */
export function formatCount(count: number): string {
  return grouped.format(count);
}

/** Formats a count with its noun: `1 trunk`, `2 trunks`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Formats a duration (ms) in up to two units: `45 s`, `12 min`, `3 h 5 min`, `12 d 4 h`. Negative durations become `0 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 2 * minute) return `${seconds} s`;
  if (seconds < hour) return `${Math.floor(seconds / minute)} min`;
  if (seconds < day) return `${Math.floor(seconds / hour)} h${rest(seconds % hour, minute, 'min')}`;
  return `${grouped.format(Math.floor(seconds / day))} d${rest(seconds % day, hour, 'h')}`;
}

/** Formats a remaining time (ms), rounded up to seconds; below ten minutes with seconds: `4 min 10 s`. */
export function formatTimeLeft(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  if (seconds < minute || seconds >= 10 * minute) return formatDuration(seconds * 1000);
  return `${Math.floor(seconds / minute)} min${rest(seconds % minute, 1, 's')}`;
}

/** Formats the duration of a round (ms): `153 ms`, `4.20 s`. */
export function formatRoundDuration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${short.format(milliseconds / 1000)} s`;
}

/** Formats a roundtrip (µs): `850 µs`, `7.31 ms`, `1.20 s`. */
export function formatRoundtrip(microseconds: number): string {
  if (microseconds < 1000) return `${grouped.format(microseconds)} µs`;
  if (microseconds < 1_000_000) return `${short.format(microseconds / 1000)} ms`;
  return `${short.format(microseconds / 1_000_000)} s`;
}

/** Formats a time (ms since 1970) as `2025-10-09 08:53:20 UTC`; a text for invalid times. */
export function formatMoment(wall: number): string {
  const moment = new Date(wall);
  if (Number.isNaN(moment.getTime())) return 'at an unknown time';
  return `${moment.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** Formats a time (ms since 1970) in UTC: `14:02` if it is within a day of `wall`, otherwise `2025-10-08 14:02`. */
export function formatShortMoment(at: number, wall: number): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return 'an unknown time';
  const text = moment.toISOString().slice(0, 16).replace('T', ' ');
  return Math.abs(wall - at) < day * 1000 ? text.slice(11) : text;
}

/** Turns a phrase into a sentence with a capital letter and a full stop. */
export function sentence(phrase: string): string {
  const text = phrase.trim();
  const end = /[.!?…]$/.test(text) || text === '' ? '' : '.';
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${end}`;
}

/** Truncates a text from a PBX to a readable length. */
export function shorten(text: string, longest = 160): string {
  return text.length <= longest ? text : `${text.slice(0, longest).toWellFormed()}…`;
}

function rest(seconds: number, unit: number, name: string): string {
  const units = Math.floor(seconds / unit);
  return units === 0 ? '' : ` ${units} ${name}`;
}

/** Returns a sentence about the refused logins: how many are used up, by which targets, and how many the PBX allows. */
export function refusalsText({ used, most, windowMs, by, targets }: RefusalUsage): string {
  const whose = targets.length === 0 ? '' : ` (${targets.join(', ')})`;
  const where = by === 'address' ? "from the exporter's address" : 'with this account';
  return `${used} of at most ${most} refused logins ${where} are used up${whose}; each one counts for ${formatDuration(windowMs)}.`;
}

/** Returns how to end the wait: with a changed target or a manual attempt, unless one more refusal could cause a lockout. */
export function loginRemedy(refusals: RefusalUsage | undefined): string {
  if (refusals === undefined || refusals.used < refusals.most)
    return 'Correct the url, account, secret, TLS settings or options of the refused target, and reload: a changed target is tried immediately. If you corrected the cause on the PBX, “pbx-exporter retry NAME” tries once.';
  return 'All of them are used up. Even a changed account and “pbx-exporter retry” have to wait, because one more refusal would lock the exporter out.';
}
