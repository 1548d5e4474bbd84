import { collectors } from '../snapshot/reading.ts';
import type { KeyFacts } from './key-facts.ts';

/** A piece of JSON Schema (draft 7). */
export type JsonSchema = Readonly<Record<string, unknown>>;

const text: JsonSchema = { type: 'string', minLength: 1 };
const address: JsonSchema = { type: 'string', pattern: '^[Hh][Tt][Tt][Pp][Ss]?://' };

/** What the words of the table of keys allow; where a key has keys of its own, the caller knows them. */
const byWords: Readonly<Record<string, JsonSchema>> = {
  text,
  'text, unique': { type: 'string', pattern: '^\\S(.*\\S)?$' },
  'name of a family': text,
  'host name': text,
  'path of a file': text,
  'path of a PEM file': text,
  'name of a variable': text,
  'regular expression': text,
  'name from `credentials`': text,
  'http:// or https:// URL': address,
  'true or false': { type: 'boolean' },
  'list of file names': { type: 'array', items: text },
  'names and texts': {
    type: ['object', 'null'],
    propertyNames: { pattern: '^(?!__)[A-Za-z_][A-Za-z0-9_]*$', not: { enum: ['pbx', 'family'] } },
    additionalProperties: { type: 'string' },
  },
  [`list of ${collectors.join(', ')}`]: {
    type: 'array',
    minItems: 1,
    uniqueItems: true,
    items: { enum: [...collectors] },
  },
};

/** The schema of one value, from the words by which the reference page describes it; throws on words that nobody taught it. */
export function valueSchema({ key, value }: KeyFacts): JsonSchema {
  const schema = byWords[value] ?? choice(value) ?? range(value) ?? duration(value);
  if (schema === undefined) throw new Error(`no schema for the value of ${key}: "${value}"`);
  return schema;
}

function choice(words: string): JsonSchema | undefined {
  const [, list] = /^one of (.+)$/.exec(words) ?? [];
  return list === undefined
    ? undefined
    : { enum: list.split(', ').map((one) => (/^\d+$/.test(one) ? Number(one) : one)) };
}

function range(words: string): JsonSchema | undefined {
  const [, from, to] = /^whole number from (\d+) to (\d+)$/.exec(words) ?? [];
  return from === undefined ? undefined : { type: 'integer', minimum: Number(from), maximum: Number(to) };
}

/** The bounds of a duration are more than a pattern can say: the program knows them. */
function duration(words: string): JsonSchema | undefined {
  return words.startsWith('duration from ') ? { type: 'string', pattern: '^[0-9]{1,12}(ms|s|m|h)$' } : undefined;
}
