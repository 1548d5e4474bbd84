import { Failure } from '../../transport/failure.ts';
import type { SystemFacts, Usage } from '../../snapshot/reading.ts';
import { asRecord, type JsonRecord, optional, readUsage, textOf } from '../kit/fields.ts';

/**
 * Model, firmware, uptime and extensions ("Query PBX Information" in the developer guides). `extensionstatus`, e.g.
 * `42/100`, gives the number of configured extensions and the maximum of the model. The guide of v1 calls the first
 * number registered extensions, but its samples and the guide of v2 do not. Throws a `Failure` if the answer contains no
 * data.
 */
export function readSystem(answer: JsonRecord): SystemFacts {
  const device = asRecord(answer['deviceinfo']);
  if (device === undefined) throw new Failure('protocol', 'the answer has no "deviceinfo"');
  const uptime = uptimeSeconds(textOf(device['uptime']));
  return {
    ...optional('version', textOf(device['firmwarever'])),
    ...optional('model', textOf(device['devicename'])),
    ...(uptime === undefined ? {} : { uptimeSeconds: uptime }),
    ...extensionUsage(textOf(device['extensionstatus'])),
  };
}

function extensionUsage(text: string): Usage {
  const [, used, limit] = /^(\d+) ?\/ ?(\d+)$/.exec(text) ?? [];
  return readUsage({ extensions: used }, { extensions: limit });
}

/** Seconds of `03:57:42` or, after a day, `3days 03:57:42`; undefined for anything else. */
export function uptimeSeconds(text: string): number | undefined {
  const match = /^(?:(\d{1,6}) ?days?,? +)?(\d{1,4}):([0-5]\d):([0-5]\d)$/i.exec(text);
  if (match === null) return undefined;
  const [days, hours, minutes, seconds] = match.slice(1).map((digits) => Number(digits ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
}
