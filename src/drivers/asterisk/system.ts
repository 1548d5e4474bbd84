import { countOf, optional } from '../kit/fields.ts';
import type { AmiAnswer } from './ami-message.ts';

/** The facts in `CoreStatus`. */
export interface CoreStatus {
  /** Start of Asterisk in the PBX's local time, `YYYY-MM-DD HH:MM:SS`, as text, because no time zone is reported. */
  readonly startedAt: string;
  /** Number of channels, despite the name of the field (`action_corestatus` of `manager.c`): a call between two phones has two. */
  readonly channels?: number;
  /** Calls of the dial plan since the start; not reported by Asterisk 16. */
  readonly processedCalls?: number;
}

/** `CoreStatus`: start, number of channels, and number of calls so far. */
export function readCoreStatus({ response }: AmiAnswer): CoreStatus {
  return {
    startedAt: `${response.get('corestartupdate') ?? ''} ${response.get('corestartuptime') ?? ''}`.trim(),
    ...optional('channels', countOf(response.get('corecurrentcalls'))),
    ...optional('processedCalls', countOf(response.get('coreprocessedcalls'))),
  };
}

/** The facts in `CoreSettings`, which do not change until the next start. */
export interface CoreSettings {
  /** E.g. `22.10.1`. */
  readonly version?: string;
  /** `maxcalls` of `asterisk.conf`, as it was sent: calls beyond it are refused, and 0 means that there is no limit. */
  readonly maximumCalls?: string;
}

/** `CoreSettings`: version of Asterisk and its limit of calls. */
export function readCoreSettings({ response }: AmiAnswer): CoreSettings {
  return {
    ...optional('version', response.get('asteriskversion')?.trim()),
    ...optional('maximumCalls', response.get('coremaxcalls')?.trim()),
  };
}

/**
 * Seconds since a local time of the PBX, given the PBX's time zone (IANA name) and now (ms since 1970). Undefined if the
 * text is not a time, the time zone is unknown, or the start is in the future.
 */
export function uptimeSeconds(startedAt: string, timeZone: string, nowWall: number): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2}) (\d{2}):(\d{2}):(\d{2})$/.exec(startedAt);
  if (match === null) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const asIfUtc = Date.UTC(year, month - 1, day, hour, minute, second);
  // Computed twice, because near a clock change the offset at the guessed time can differ from the offset at the actual
  // time.
  const guess = asIfUtc - zoneOffsetMs(timeZone, asIfUtc);
  const seconds = Math.floor((nowWall - (asIfUtc - zoneOffsetMs(timeZone, guess))) / 1000);
  return seconds >= 0 ? seconds : undefined;
}

function zoneOffsetMs(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    dateStyle: 'short',
    timeStyle: 'medium',
  }).formatToParts(at);
  const value = (type: Intl.DateTimeFormatPartTypes): number => Number(parts.find((part) => part.type === type)?.value);
  const shortYear = value('year');
  const year = shortYear < 100 ? 2000 + shortYear : shortYear;
  const local = Date.UTC(year, value('month') - 1, value('day'), value('hour'), value('minute'), value('second'));
  return local - Math.floor(at / 1000) * 1000;
}
