import { Failure } from '../../transport/failure.ts';
import type { SystemFacts, Usage } from '../../snapshot/reading.ts';
import { asRecord, countOf, type JsonRecord, optional, readUsage, textOf } from '../kit/fields.ts';

/**
 * Model, firmware and uptime ("Query PBX Information" in the P-Series developer guides). Throws a `Failure` if the answer
 * contains no data.
 */
export function readSystem(answer: JsonRecord): SystemFacts {
  const data = asRecord(answer['data']);
  if (data === undefined) throw new Failure('protocol', 'the answer has no "data"');
  const uptime = countOf(data['up_time']);
  return {
    ...optional('version', textOf(data['firmware_version'])),
    ...optional('model', textOf(data['model_name'])),
    ...(uptime === undefined ? {} : { uptimeSeconds: uptime }),
  };
}

/** Extensions and concurrent calls: current numbers and limits ("Query PBX Capacity" in the same guides). */
export function readCapacity(answer: JsonRecord): Usage {
  const data = asRecord(answer['data']) ?? {};
  return readUsage(
    { extensions: data['extension_used'], calls: data['cc_used'] },
    { extensions: data['extension_capacity'], calls: data['cc_capacity'] },
  );
}
