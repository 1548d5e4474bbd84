import type { Part, SystemFacts } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import { goodPart } from '../../kit/collectors.ts';
import { countOf, isRecord, type JsonRecord, textOf } from '../../kit/fields.ts';
import { readBody } from './errors.ts';

/** Seconds in the words of FreeSWITCH's status line; a year has 365 days there. */
const unitSeconds: Readonly<Record<string, number>> = {
  year: 365 * 86_400,
  day: 86_400,
  hour: 3_600,
  minute: 60,
  second: 1,
};

/** What the engine reports about itself and its connection to the console. */
export interface EngineStatus {
  readonly part: Part<SystemFacts>;
  readonly version?: string;
  /** Commands that wait for a reply of the console. */
  readonly waiting?: number;
}

/**
 * Understands `GET /api/v2/status` of all engines (3.2 and 3.3 use other keys): version of the engine, uptime of FreeSWITCH.
 * The status is 200 even if FreeSWITCH or the console is gone; the part then fails and contains what is known.
 * Throws a `Failure`.
 */
export function readStatus(answer: ApiAnswer): EngineStatus {
  const body = readBody(answer, 'the engine refused its status');
  const console = [body['wConsole'], body['Webitel']].find(isRecord);
  const freeSwitch = textOf(body['freeSWITCH']) || textOf(body['FreeSWITCH']);
  if (console === undefined && freeSwitch === '')
    throw new Failure('protocol', 'the answer is not a status of the engine');
  const facts = { model: 'legacy', ...version(body), ...uptime(freeSwitch) };
  const down = outage(freeSwitch, console ?? {});
  const waiting = countOf(console?.['apiQueue']) ?? countOf(console?.['ApiQueue']);
  return {
    part:
      down === undefined ? goodPart(facts) : { ok: false, reason: 'service_unavailable', detail: down, value: facts },
    ...version(body),
    ...(waiting === undefined ? {} : { waiting }),
  };
}

/** `v3.11.7#commit`; empty in some builds. */
function version(body: JsonRecord): Pick<SystemFacts, 'version'> {
  const text = (textOf(body['version']) || textOf(body['Version'])).split('#')[0]?.trim() ?? '';
  return text === '' ? {} : { version: text };
}

/** `UP 0 years, 1 day, 2 hours, 3 minutes, 4 seconds, 5 milliseconds, 6 microseconds`, then other lines. */
function uptime(freeSwitch: string): Pick<SystemFacts, 'uptimeSeconds'> {
  const consoleQueue = freeSwitch.trim().split('\n')[0] ?? '';
  const parts = [...consoleQueue.matchAll(/(\d{1,9}) (year|day|hour|minute|second)s?\b/g)];
  if (!consoleQueue.startsWith('UP ') || parts.length === 0) return {};
  const seconds = parts.map(([, count, unit]) => Number(count) * (unitSeconds[unit ?? ''] ?? 0));
  return { uptimeSeconds: seconds.reduce((sum, part) => sum + part, 0) };
}

function outage(freeSwitch: string, console: JsonRecord): string | undefined {
  if (/^(no esl connect|connect server error|-err)/i.test(freeSwitch.trim()))
    return 'the engine has no connection to FreeSWITCH';
  const word = textOf(console['status']) || textOf(console['Status']);
  return /^offline/i.test(word.trim()) ? 'the engine has no connection to its console' : undefined;
}
