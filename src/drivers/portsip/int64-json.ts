import { type JsonReviver, readJson } from '../kit/answers.ts';
import type { ApiAnswer } from '../../transport/request.ts';

/**
 * The body as JSON, with whole numbers that a `Number` cannot hold kept as text: PortSIP's ids have 64 bits, and one that
 * is not quoted would come out with other last digits. Throws a `Failure` (`protocol`) like `readJson`.
 */
export function readInt64Json(answer: ApiAnswer): unknown {
  return readJson(answer, /\d{16}/.test(answer.body) ? keepDigits : undefined);
}

const keepDigits: JsonReviver = (_key, value, context) => {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  return /^-?\d+$/.test(context?.source ?? '') ? context?.source : value;
};
