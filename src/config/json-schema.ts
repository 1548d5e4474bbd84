import { z } from 'zod';
import { accountKeys } from './account.ts';
import type { FamilyFacts } from './config.ts';
import { fields, groupNames, type Field, type Group } from './fields.ts';
import type { JsonSchema } from './values.ts';

/**
 * Returns the JSON Schema (draft 7) of `exporter.yml` for editors. It is built from the table of keys that the loader uses and from
 * the options of the families, and accepts everything that the loader accepts. Only `check` can verify files, variables and
 * references between names.
 */
export function configurationSchema(families: readonly FamilyFacts[]): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Configuration of pbx-exporter',
    ...section(''),
    // Admins use these keys for anchors.
    patternProperties: { '^x-': true },
    anyOf: [{ required: ['targets'], properties: { targets: { minItems: 1 } } }, { required: ['target_files'] }],
    definitions: { target: target(families) },
  };
}

/** Returns the JSON Schema of a file of `target_files`, a list of targets. It refers to `exporter.schema.json`. */
export function targetFileSchema(): JsonSchema {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Targets of pbx-exporter',
    type: 'array',
    items: { $ref: 'exporter.schema.json#/definitions/target' },
  };
}

/** The schema of a group of keys. Nested keys belong to another group. */
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

/** Returns the JSON Schema of one value. */
export function valueSchema({ facts, schema }: Pick<Field, 'facts' | 'schema'>): JsonSchema {
  if (facts.json !== undefined) return facts.json;
  const { $schema: _draft, ...own } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return own;
}

function description({ about, fallback }: Field): string {
  const plain = about.replaceAll('`', '');
  return fallback === 'required' ? plain : `${plain}\nIf left out: ${fallback.replaceAll('`', '')}.`;
}

/** The schema of a key with nested keys; undefined for other keys. A section with only comments in it is null. */
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

/** Requires exactly one of these keys. */
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

/** The constraints for targets of one family. */
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
