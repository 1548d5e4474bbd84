import { Failure } from '../../../transport/failure.ts';
import { type JsonRecord, textOf } from '../../kit/fields.ts';

/**
 * Throws a `Failure` (`protocol`) if a row belongs to another domain than the requested one: the answer then belongs to
 * another request. Rows without a domain are accepted.
 */
export function requireDomain(rows: readonly JsonRecord[], field: string, domain: string | undefined): void {
  if (domain === undefined) return;
  const wanted = domain.toLowerCase();
  const foreign = rows.some((row) => ![wanted, ''].includes(textOf(row[field]).toLowerCase()));
  if (!foreign) return;
  throw new Failure(
    'protocol',
    'the engine sent rows of another domain; if this persists, its answers are shifted by one and it must be restarted',
  );
}
