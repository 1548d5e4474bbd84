import type { SystemFacts } from '../../snapshot/reading.ts';
import { optional, readUsage } from '../kit/fields.ts';
import { Failure } from '../../transport/failure.ts';
import type { ApiAnswer } from '../../transport/request.ts';
import { readText } from './errors.ts';

/** The facts in `status`. */
export interface Status {
  /** Whether all modules are loaded: false while FreeSWITCH starts or stops, when other answers are unreliable. */
  readonly isReady: boolean;
  readonly facts: SystemFacts;
}

/** Seconds of each unit in which the uptime is reported; a year has 365 days. */
const units: Readonly<Record<string, number>> = {
  year: 365 * 86_400,
  day: 86_400,
  hour: 3_600,
  minute: 60,
  second: 1,
};

/**
 * `status`. Sessions are channels; a typical call has two. Throws a `Failure` (`protocol`) if the text is incomplete. The
 * answer has no length, so only its missing end shows that it was cut off.
 */
export function readStatus(answer: ApiAnswer): Status {
  const text = readText(answer);
  const [, build, not] = /^FreeSWITCH \(Version (.*)\) is (not )?ready$/m.exec(text) ?? [];
  const [, most] = /^(\d+) session\(s\) max$/m.exec(text) ?? [];
  if (build === undefined || most === undefined || !text.endsWith('\n'))
    throw new Failure('protocol', 'the answer to "status" is cut off, or another program answers');
  const [, sessions] = /^(\d+) session\(s\) - peak /m.exec(text) ?? [];
  return {
    isReady: not === undefined,
    facts: {
      ...optional('version', build.replace(/\s+\d+ ?bit$/, '').trim()),
      ...optional('uptimeSeconds', readUptime(text)),
      ...readUsage({ channels: sessions }, { channels: most }),
    },
  };
}

function readUptime(text: string): number | undefined {
  const [, line] = /^UP (\d.*)$/m.exec(text) ?? [];
  if (line === undefined) return undefined;
  const parts = [...line.matchAll(/(\d{1,9}) ([a-z]+?)s?(?:,|$)/g)];
  return parts.reduce((sum, [, count, unit = '']) => sum + Number(count) * (units[unit] ?? 0), 0);
}
