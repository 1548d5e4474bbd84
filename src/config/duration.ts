/** Milliseconds per unit, largest unit first. */
const units = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const;
type Unit = keyof typeof units;
const unitNames = ['h', 'm', 's', 'ms'] as const satisfies readonly Unit[];

/** Longest valid duration in milliseconds: 168h, one week. Timers of Node.js support at most 24 days. */
export const longestDurationMs = 168 * units.h;

/** Common but unsupported units and their replacements. `factor` is set if the number changes too. */
const unsupportedUnits: Readonly<Record<string, { readonly unit: Unit; readonly factor?: number }>> = {
  msec: { unit: 'ms' },
  millisecond: { unit: 'ms' },
  sec: { unit: 's' },
  second: { unit: 's' },
  min: { unit: 'm' },
  minute: { unit: 'm' },
  hr: { unit: 'h' },
  hour: { unit: 'h' },
  d: { unit: 'h', factor: 24 },
  day: { unit: 'h', factor: 24 },
  w: { unit: 'h', factor: 168 },
  week: { unit: 'h', factor: 168 },
};

/** A valid duration in whole milliseconds, or the message for the admin. */
export type ParsedDuration =
  | { readonly ok: true; readonly ms: number }
  | { readonly ok: false; readonly message: string; readonly suggestion?: string };

/** Reads `500ms`, `15s`, `5m` or `1h`: one whole number and one unit. Never throws. */
export function parseDuration(text: string): ParsedDuration {
  const [, digits = '', unit = ''] = /^(\d{1,12})(ms|s|m|h)$/.exec(text) ?? [];
  if (!isUnit(unit)) return misread(text);
  const ms = Number(digits) * units[unit];
  if (ms > longestDurationMs)
    return { ok: false, message: `is too long: at most ${formatDuration(longestDurationMs)}` };
  return { ok: true, ms };
}

/** Formats milliseconds for {@link parseDuration}, in the largest unit that gives a whole number. */
export function formatDuration(ms: number): string {
  const unit = unitNames.find((name) => ms >= units[name] && ms % units[name] === 0) ?? 'ms';
  return `${ms / units[unit]}${unit}`;
}

function misread(text: string): ParsedDuration {
  if (/^\d+$/.test(text)) {
    return { ok: false, message: `has no unit: write ${text}s for seconds (units: ms, s, m, h)` };
  }
  const message = 'is not a duration: write a whole number and a unit, such as 500ms, 15s, 5m or 1h';
  const ms = guess(text);
  const sensible = Number.isSafeInteger(ms) && ms > 0 && ms <= longestDurationMs;
  return sensible ? { ok: false, message, suggestion: formatDuration(ms) } : { ok: false, message };
}

/** Guesses the duration intended by `1.5s`, `30 sec`, `1m30s` or `1d`, in milliseconds; NaN if it is unclear. */
function guess(text: string): number {
  const compact = text.toLowerCase().replaceAll(/\s/g, '');
  if (!/^(\d{1,9}(\.\d{1,3})?[a-z]+){1,4}$/.test(compact)) return Number.NaN;
  const parts = [...compact.matchAll(/([\d.]+)([a-z]+)/g)];
  return Math.round(parts.reduce((sum, [, number = '', word = '']) => sum + Number(number) * unitMs(word), 0));
}

function unitMs(word: string): number {
  if (isUnit(word)) return units[word];
  const unsupportedUnit = unsupportedUnits[word] ?? unsupportedUnits[word.replace(/s$/, '')];
  return unsupportedUnit === undefined ? Number.NaN : units[unsupportedUnit.unit] * (unsupportedUnit.factor ?? 1);
}

function isUnit(word: string): word is Unit {
  return Object.hasOwn(units, word);
}
