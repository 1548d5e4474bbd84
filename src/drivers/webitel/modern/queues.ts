import type { Queue } from '../../../snapshot/reading.ts';
import type { SkipCounter } from '../../parts.ts';
import { countField, idField, isObject, textField } from '../json.ts';

/** Columns of `GET /call_center/queues`. */
export const queueFields = ['id', 'name', 'waiting'] as const;

/**
 * Queues with the callers who wait; 0 is left out on the wire. Their label is the name, with the id added where several
 * queues bear one name.
 */
export function queuesFromRows(rows: readonly unknown[], skipped: SkipCounter): readonly Queue[] {
  const queues = rows.flatMap((row) => {
    const id = isObject(row) ? idField(row, 'id') : undefined;
    if (!isObject(row) || id === undefined) return [];
    return [
      { id, name: textField(row, 'name')?.trim() ?? '', waiting: 'waiting' in row ? countField(row, 'waiting') : 0 },
    ];
  });
  if (queues.length < rows.length) skipped.add('malformed', rows.length - queues.length);
  const names = queues.map(({ name }) => name);
  const isUnique = (name: string): boolean => names.indexOf(name) === names.lastIndexOf(name);
  return queues.map(({ id, name, waiting }) => ({
    id: name === '' ? id : isUnique(name) ? name : `${name} (${id})`,
    ...(waiting === undefined ? {} : { waitingCallers: waiting }),
  }));
}
