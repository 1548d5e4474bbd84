import { readJson } from '../answers.ts';
import type { ApiAnswer } from '../../transport/request.ts';

type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/**
 * The body as JSON, with whole numbers that a `Number` cannot hold kept as text: PortSIP's ids have 64 bits, and one that
 * is not quoted would come out with other last digits. Throws a `Failure` (`protocol`) like `readJson`.
 */
export function readExactJson(answer: ApiAnswer): unknown {
  const value = readJson(answer);
  return /\d{16}/.test(answer.body) ? (JSON.parse(answer.body, keepDigits) as unknown) : value;
}

const keepDigits: Reviver = (_key, value, context) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(context?.source ?? '') ? context?.source : value;
};
