import { z } from 'zod';
import { accountKeys } from './account.ts';
import type { FamilyFacts } from './config.ts';
import { fields, groupNames, type Field, type Group } from './fields.ts';
import type { JsonSchema } from './values.ts';

/**
 * JSON Schema (draft 7) of `exporter.yml`, for editors: made from the table of keys that the loader uses, and the options of the families.
 * It accepts everything that the loader accepts. Files, variables and references between names can only be verified by `check`.
 */
export function configurationSchema(families: readonly FamilyFacts[]): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of pbx-exporter',
    ...section(''),
    // A place for anchors.
    patternProperties: { '^x-': true },
    anyOf: [{ required: ['targets'], properties: { targets: { minItems: 1 } } }, { required: ['target_files'] }],
    definitions: { target: target(families) },
  };
}

/** The same for a file of `target_files`, a list of targets; it refers to the schema above by the name of its file. */
export function targetFileSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Targets of pbx-exporter',
    type: 'array',
    items: { $ref: 'exporter.schema.json#/definitions/target' },
  };
}

/** The keys of a group; where a key has keys of its own, they are those of another group. */
function section(group: Group): JsonSchema {
  const own = fields.filter((field) => field.group === group);
  return {
    type: 'object',
    properties: Object.fromEntries(own.map((field) => [field.key, describedSchema(field)])),
    additionalProperties: false,
  };
}

function describedSchema(field: Field): JsonSchema {
  return { description: description(field), ...(sections(field) ?? valueSchema(field)) };
}

/** The schema of one value. */
export function valueSchema({ facts, schema }: Pick<Field, 'facts' | 'schema'>): JsonSchema {
  if (facts.json !== undefined) return facts.json;
  const { $schema: _draft, ...own } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return own;
}

function description({ about, fallback }: Field): string {
  const plain = about.replaceAll('`', '');
  return fallback === 'required' ? plain : `${plain}\nIf left out: ${fallback.replaceAll('`', '')}.`;
}

/** The schema of a key that has keys of its own. A section of which everything was commented out is null. */
function sections({ group, key, value }: Field): JsonSchema | undefined {
  if (value === 'list of targets') return { type: 'array', items: { $ref: '#/definitions/target' } };
  if (value === 'keys of the family') return { type: ['object', 'null'] };
  if (value === 'names, each with the keys below')
    return { type: ['object', 'null'], additionalProperties: { ...section('credentials.NAME'), ...oneAccount } };
  const inner = groupNames.find((name) => name === `${group}${group === '' ? '' : '.'}${key}`);
  return inner === undefined ? undefined : { ...section(inner), type: ['object', 'null'] };
}

const secretKeys = (kind: string): readonly string[] => accountKeys.filter((key) => key.startsWith(kind));
const without = (keys: readonly string[]): JsonSchema => ({ not: { anyOf: keys.map((key) => ({ required: [key] })) } });

/** Exactly one of these keys. */
const oneOf = (keys: readonly string[]): JsonSchema => ({ oneOf: keys.map((key) => ({ required: [key] })) });

const withPassword: JsonSchema = {
  required: ['username'],
  allOf: [oneOf(secretKeys('password')), without(secretKeys('token'))],
};
const withToken: JsonSchema = {
  allOf: [oneOf(secretKeys('token')), without(accountKeys.filter((key) => !key.startsWith('token')))],
};
const oneAccount: JsonSchema = { anyOf: [withPassword, withToken] };

function target(families: readonly FamilyFacts[]): JsonSchema {
  const byReference = { required: ['credentials'], ...without(accountKeys) };
  const ownAccount = { ...without(['credentials']), ...oneAccount };
  const isOneOf = (names: readonly string[]): JsonSchema => ({
    required: ['family'],
    properties: { family: { enum: names } },
  });
  return {
    ...section('targets[]'),
    required: ['name', 'family', 'url'],
    anyOf: [byReference, ownAccount],
    allOf: [
      { properties: { family: { enum: families.map(({ name }) => name) } } },
      // oxlint-disable-next-line unicorn/no-thenable -- a word of JSON Schema; nobody awaits it
      ...families.map((family) => ({ if: isOneOf([family.name]), then: ofFamily(family) })),
    ],
  };
}

/** What holds for the targets of one family only. */
function ofFamily({ accounts, collectors, options }: FamilyFacts): JsonSchema {
  const { $schema: _draft, ...ownOptions } = z.toJSONSchema(options, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
  });
  const foreign = (['password', 'token'] as const).filter((kind) => !accounts.includes(kind)).flatMap(secretKeys);
  return {
    properties: {
      options: { ...ownOptions, type: ['object', 'null'] },
      collect: { items: { enum: [...collectors] } },
    },
    ...(foreign.length === 0 ? {} : without(foreign)),
  };
}
