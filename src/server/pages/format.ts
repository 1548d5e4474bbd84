import type { SpentRefusals } from '../../snapshot/record.ts';

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat('en-US', { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });

/** A count, with a comma between thousands. */
export function formatCount(count: number): string {
  return grouped.format(count);
}

/** `1 trunk`, `2 trunks`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** A span of time (ms) for people, in its two largest units: `45 s`, `12 min`, `3 h 5 min`, `12 d 4 h`. Never below 0. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 2 * minute) return `${seconds} s`;
  if (seconds < hour) return `${Math.floor(seconds / minute)} min`;
  if (seconds < day) return `${Math.floor(seconds / hour)} h${rest(seconds % hour, minute, 'min')}`;
  return `${grouped.format(Math.floor(seconds / day))} d${rest(seconds % day, hour, 'h')}`;
}

/** Time still to wait (ms), to the second below ten minutes and never too short: `4 min 10 s`. */
export function formatTimeLeft(milliseconds: number): string {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  if (seconds < minute || seconds >= 10 * minute) return formatDuration(seconds * 1000);
  return `${Math.floor(seconds / minute)} min${rest(seconds % minute, 1, 's')}`;
}

/** How long a round took (ms): `153 ms`, `4.2 s`. */
export function formatTook(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${short.format(milliseconds / 1000)} s`;
}

/** A roundtrip (µs): `850 µs`, `7.31 ms`, `1.2 s`. */
export function formatRoundtrip(microseconds: number): string {
  if (microseconds < 1000) return `${grouped.format(microseconds)} µs`;
  if (microseconds < 1_000_000) return `${short.format(microseconds / 1000)} ms`;
  return `${short.format(microseconds / 1_000_000)} s`;
}

/** A moment (ms since 1970) as `2025-10-09 08:53:20 UTC`; text that says so where it is none. */
export function formatMoment(wall: number): string {
  const moment = new Date(wall);
  if (Number.isNaN(moment.getTime())) return 'at an unknown time';
  return `${moment.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** A moment (ms since 1970) as seen from `wall`: `14:02` within the last day, `2025-10-08 14:02` before that. In UTC. */
export function formatShortMoment(at: number, wall: number): string {
  const moment = new Date(at);
  if (Number.isNaN(moment.getTime())) return 'an unknown time';
  const text = moment.toISOString().slice(0, 16).replace('T', ' ');
  return Math.abs(wall - at) < day * 1000 ? text.slice(11) : text;
}

/** A phrase as a sentence: first letter large, full stop at the end. */
export function sentence(phrase: string): string {
  const text = phrase.trim();
  const end = /[.!?…]$/.test(text) || text === '' ? '' : '.';
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}${end}`;
}

/** Text of a PBX, no longer than anybody would read. */
export function shorten(text: string, longest = 160): string {
  return text.length <= longest ? text : `${text.slice(0, longest).toWellFormed()}…`;
}

function rest(seconds: number, unit: number, name: string): string {
  const units = Math.floor(seconds / unit);
  return units === 0 ? '' : ` ${units} ${name}`;
}

/** How many of the refused logins that a PBX allows are spent, and whose they were, as a sentence. */
export function refusalsInWords({ spent, most, windowMs, by, targets }: SpentRefusals): string {
  const whose = targets.length === 0 ? '' : ` (${targets.join(', ')})`;
  const where = by === 'address' ? "from the exporter's address" : 'with this account';
  return `${spent} of at most ${most} refused logins ${where} are used up${whose}; each one counts for ${formatDuration(windowMs)}.`;
}

/** What ends the wait: a changed account, or a person who requests an attempt if its refusal would not make the PBX lock us out. */
export function loginRemedy(refusals: SpentRefusals | undefined): string {
  if (refusals === undefined || refusals.spent < refusals.most)
    return 'Correct the url, account, secret, TLS settings or options of the refused target, and reload: a changed target is tried immediately. If you corrected the cause on the PBX, “pbx-exporter retry NAME” tries once.';
  return 'All of them are used up. Even a changed account and “pbx-exporter retry” have to wait, because one more refusal would lock the exporter out.';
}
