import { z } from 'zod';

/** Numbers of queues. YAML reads them as numbers if they are not quoted, so both types are accepted. */
export const queueNumbers = z
  .array(z.unknown().refine(isQueueNumber, "must be the number of a queue, such as '6700'"))
  .default([])
  .transform((numbers) => [...new Set(numbers.map(String))]);

function isQueueNumber(value: unknown): boolean {
  return (typeof value === 'string' || typeof value === 'number') && /^[\w*#]{1,32}$/.test(String(value));
}
