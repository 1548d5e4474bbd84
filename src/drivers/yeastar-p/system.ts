import { Failure } from '../../transport/failure.ts';
import type { SystemFacts } from '../../snapshot/reading.ts';
import { asFields, countOf, type Fields, optionalText, textOf } from '../yeastar/fields.ts';

/** Model, firmware and uptime ("Query PBX Information" in the P-Series developer guides). Throws a `Failure` when there is nothing. */
export function readSystem(answer: Fields): SystemFacts {
  const data = asFields(answer['data']);
  if (data === undefined) throw new Failure('protocol', 'the answer has no "data"');
  const uptime = countOf(data['up_time']);
  return {
    ...optionalText('version', textOf(data['firmware_version'])),
    ...optionalText('model', textOf(data['model_name'])),
    ...(uptime === undefined ? {} : { uptimeSeconds: uptime }),
  };
}
