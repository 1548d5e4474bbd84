import { Failure } from '../../transport/failure.ts';
import type { SystemFacts } from '../../snapshot/reading.ts';
import { asRecord, type JsonRecord, optional, textOf } from '../kit/fields.ts';

/**
 * Model, firmware and uptime ("Query PBX Information" in the developer guides). `extensionstatus` is left out: it counts
 * extensions that exist against those that may, not those that are registered. Throws a `Failure` when there is nothing.
 */
export function readSystem(answer: JsonRecord): SystemFacts {
  const device = asRecord(answer['deviceinfo']);
  if (device === undefined) throw new Failure('protocol', 'the answer has no "deviceinfo"');
  const uptime = uptimeSeconds(textOf(device['uptime']));
  return {
    ...optional('version', textOf(device['firmwarever'])),
    ...optional('model', textOf(device['devicename'])),
    ...(uptime === undefined ? {} : { uptimeSeconds: uptime }),
  };
}

/** Seconds of `03:57:42` or, once over a day, `3days 03:57:42`; undefined for anything else. */
export function uptimeSeconds(text: string): number | undefined {
  const match = /^(?:(\d{1,6}) ?days?,? +)?(\d{1,4}):([0-5]\d):([0-5]\d)$/i.exec(text);
  if (match === null) return undefined;
  const [days, hours, minutes, seconds] = match.slice(1).map((digits) => Number(digits ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
}
