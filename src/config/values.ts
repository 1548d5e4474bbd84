import { z } from 'zod';
import { limits, type Range } from './defaults.ts';
import { formatDuration, parseDuration } from './duration.ts';
import { suggest } from './suggest.ts';
import type { ScalarNode } from './tree.ts';

/** Documentation of one key. */
export interface KeyFacts {
  /** The default if the key is omitted; `required` if it must be set. */
  readonly fallback: string;
  /** A valid value as written in the file. */
  readonly example: string;
  /** A short description. */
  readonly about: string;
}

/** The facts of each key, by its schema. */
export const keyFacts = z.registry<KeyFacts>();

/** Defines a key of the configuration. Every key is optional in the schema; the code that needs a key reports it as missing. */
export function key<Value extends z.ZodType>(value: Value, facts: KeyFacts): z.ZodOptional<Value> {
  const optional = value.optional();
  keyFacts.add(optional, facts);
  return optional;
}

/** A piece of JSON Schema (draft 7). */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * Facts about a value that its schema cannot express. Messages contain the key as `{key}`, and never quote the value, because it
 * may be a secret.
 */
export interface ValueFacts {
  /** Type and limits, for the reference page. */
  readonly description: string;
  /**
   * Completes the message for a list or a map at this place: `{key} must be {wanted}, not a list`. If absent, the schema's
   * own message is used.
   */
  readonly wanted?: string;
  /** Returns the probably intended value. */
  readonly suggest?: (written: ScalarNode) => string | undefined;
  /** Returns a warning about a valid text. */
  readonly warning?: (text: string) => string | undefined;
  /** JSON Schema for editors; absent if zod can generate it from the schema. */
  readonly json?: JsonSchema;
  /** Set if the value contains keys or values that are read by separate calls. */
  readonly holdsMore?: true;
}

/** The facts of each value, by its schema. */
export const valueFacts = z.registry<ValueFacts>();

function withFacts<Schema extends z.ZodType>(schema: Schema, facts: ValueFacts): Schema {
  valueFacts.add(schema, facts);
  return schema;
}

/** A non-empty text on one line. */
const oneLine = () =>
  z
    .string({ error: '{key} must be text: put the value in quotes' })
    .min(1, { error: '{key} is empty', abort: true })
    .refine((text) => text.isWellFormed(), {
      error: '{key} holds half of a character (an escape from \\ud800 to \\udfff that stands alone)',
      abort: true,
    })
    .refine((text) => !/\p{Cc}/u.test(text.replace(/\n$/, '')), {
      error: '{key} must be on one line: check the quotes and the indentation of the lines below',
      abort: true,
    });

/** A non-empty text on one line, with its facts. */
export const text = (description = 'text', more: Partial<ValueFacts> = {}) =>
  oneLine().register(valueFacts, { description, wanted: 'text', ...more });

/** Reports whether a text contains a variable such as `${NAME}`, which is not replaced. */
export const containsVariable = (written: string): boolean => /\$\{[A-Za-z_]\w*[^}]*\}/.test(written);

const asWritten = '{key} is used as written: variables such as ${NAME} are not replaced';

/** A text that is used as written; `${NAME}` in it causes a warning. */
export const literal = (description = 'text', more: Partial<ValueFacts> = {}) =>
  text(description, { warning: (written) => (containsVariable(written) ? asWritten : undefined), ...more });

/** A password or token in the configuration file itself. */
export const inlineSecret = () =>
  text('text', {
    warning: (written) =>
      containsVariable(written) || /^\$[A-Z_][A-Z0-9_]*$/.test(written)
        ? `${asWritten}; write {key}_env with the variable's name instead`
        : undefined,
  });

/** A regular expression. */
export const pattern = () =>
  literal()
    .transform((written, context) => {
      try {
        return new RegExp(written, 'u');
      } catch (error) {
        const cause = error instanceof Error ? error.message.slice(error.message.lastIndexOf(': ') + 2) : 'unknown';
        context.addIssue({ code: 'custom', message: `{key} is not a valid regular expression: ${cause}` });
        return z.NEVER;
      }
    })
    .register(valueFacts, {
      description: 'regular expression',
      wanted: 'text',
      warning: (written) => (containsVariable(written) ? asWritten : undefined),
    });

/** A whole number within limits. */
export function wholeNumber({ from, to }: Range) {
  const error = wholeNumberFault({ from, to });
  const description = `whole number from ${from} to ${to}`;
  return z
    .int({ error })
    .min(from, { error })
    .max(to, { error })
    .register(valueFacts, { description, wanted: 'a whole number' });
}

const wholeNumberFault =
  ({ from, to }: Range) =>
  ({ input }: { readonly input?: unknown }): string =>
    `{key} must be a whole number from ${from} to ${to}${typeof input === 'string' ? ', without quotes' : ''}`;

/** One of a few consecutive whole numbers. */
export function level<const Levels extends readonly [number, ...number[]]>(levels: Levels) {
  const range = { from: levels[0], to: levels[0] + levels.length - 1 };
  const schema = z.literal<Levels[number][]>([...levels], { error: wholeNumberFault(range) });
  return withFacts(schema, {
    description: `one of ${levels.join(', ')}`,
    wanted: 'a whole number',
    json: { enum: levels },
  });
}

/** true or false. */
export const flag = () =>
  z
    .boolean({ error: '{key} must be true or false' })
    .register(valueFacts, { description: 'true or false', wanted: 'true or false', suggest: suggestFlag });

function suggestFlag({ value }: ScalarNode): string | undefined {
  const word = String(value).toLowerCase();
  if (['no', 'off', '0'].includes(word)) return 'false';
  return ['yes', 'on', '1'].includes(word) ? 'true' : undefined;
}

/** One of several words. */
export function choice<const Words extends readonly [string, ...string[]]>(choices: Words) {
  const description = `one of ${choices.join(', ')}`;
  return z.enum<Words>(choices, { error: `{key} must be ${description}` }).register(valueFacts, {
    description,
    wanted: description,
    suggest: ({ source }) => suggest(source, choices),
    json: { enum: choices },
  });
}

/** A map of keys, which may be empty. */
export const section = <Schema extends z.ZodObject>(schema: Schema) =>
  withFacts(schema.nullable(), { description: 'keys below', holdsMore: true });

/** A duration in milliseconds within the limits for intervals and timeouts. */
export const duration = () =>
  z
    .string({ error: ({ input }) => durationFault(String(input)) ?? '' })
    .regex(/^[0-9]{1,12}(ms|s|m|h)$/, { error: ({ input }) => durationFault(String(input)) ?? '', abort: true })
    .transform((written, context) => {
      const parsed = parseDuration(written);
      if (parsed.ok && parsed.ms >= limits.durationMs.from) return parsed.ms;
      const tooShort = `{key} is too short: at least ${formatDuration(limits.durationMs.from)}`;
      context.addIssue({ code: 'custom', message: durationFault(written) ?? tooShort });
      return z.NEVER;
    })
    .register(valueFacts, {
      description: `duration from ${formatDuration(limits.durationMs.from)} to ${formatDuration(limits.durationMs.to)}`,
      wanted: 'a duration such as 30s',
      suggest: ({ value, source }) => {
        const parsed = parseDuration(typeof value === 'string' ? value : source);
        return parsed.ok ? undefined : parsed.suggestion;
      },
    });

function durationFault(written: string): string | undefined {
  const parsed = parseDuration(written);
  return parsed.ok ? undefined : `{key} ${parsed.message}`;
}
