import type { Queue } from '../../../snapshot/reading.ts';
import type { SkipCounter } from '../../kit/collectors.ts';
import { countOf, isRecord, textOf } from '../../kit/fields.ts';

/** Columns of `GET /call_center/queues`. */
export const queueFields = ['id', 'name', 'waiting'] as const;

/**
 * Returns queues with their number of waiting callers; 0 may be omitted in the answer, or null. The label is the name,
 * followed by the id if several queues have the same name.
 */
export function queuesFromRows(rows: readonly unknown[], skipped: SkipCounter): readonly Queue[] {
  const queues = rows.flatMap((row) => {
    const id = isRecord(row) ? textOf(row['id']) : '';
    if (!isRecord(row) || id === '') return [];
    const name = textOf(row['name']);
    return [{ id, label: name === '' ? id : name, waiting: (row['waiting'] ?? 0) === 0 ? 0 : countOf(row['waiting']) }];
  });
  if (queues.length < rows.length) skipped.add('malformed', rows.length - queues.length);
  const labels = queues.map(({ label }) => label);
  const isUnique = (label: string): boolean => labels.indexOf(label) === labels.lastIndexOf(label);
  return queues.map(({ id, label, waiting }) => ({
    id: isUnique(label) ? label : `${label} (${id})`,
    ...(waiting === undefined ? {} : { waitingCallers: waiting }),
  }));
}
