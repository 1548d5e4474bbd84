import type { Part, SystemFacts } from '../../../snapshot/reading.ts';
import { Failure } from '../../../transport/failure.ts';
import type { ApiAnswer } from '../../../transport/request.ts';
import { goodPart } from '../../kit/collectors.ts';
import { countOf, isRecord, type JsonRecord, textOf } from '../../kit/fields.ts';
import { readBody } from './errors.ts';

/** Seconds per unit in FreeSWITCH's status line, where a year has 365 days. */
const unitSeconds: Readonly<Record<string, number>> = {
  year: 365 * 86_400,
  day: 86_400,
  hour: 3_600,
  minute: 60,
  second: 1,
};

/** Data that the engine reports about itself and its connection to the console. */
export interface EngineStatus {
  readonly part: Part<SystemFacts>;
  readonly version?: string;
  /** Number of commands that wait for a reply of the console. */
  readonly waiting?: number;
}

/**
 * Reads the answer to `GET /api/v2/status` of all engines (3.2 and 3.3 use other keys): the version of the engine and
 * the uptime of FreeSWITCH. The HTTP status is 200 even if FreeSWITCH or the console is down; the part then fails and
 * contains what is known. Throws a `Failure`.
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

/** Returns the version, which is sent as `v3.11.7#commit` and is empty in some builds. */
function version(body: JsonRecord): Pick<SystemFacts, 'version'> {
  const text = (textOf(body['version']) || textOf(body['Version'])).split('#')[0]?.trim() ?? '';
  return text === '' ? {} : { version: text };
}

/** Returns the uptime from the first line, e.g. `UP 0 years, 1 day, 2 hours, 3 minutes, 4 seconds, 5 milliseconds, 6 microseconds`. */
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
