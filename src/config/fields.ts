import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { defaults, limits } from './defaults.ts';
import { accountKeys, hashKeys, tlsSchema } from './connection-fields.ts';
import { key, keyFacts, type KeyFacts, section, valueFacts, type ValueFacts, wholeNumber } from './values.ts';
import { peersSchema, scrapeSchema, targetSchema, trunksSchema } from './target-fields.ts';

const journalSchema = z.strictObject({
  per_pbx: key(wholeNumber(limits.journalPerPbx), {
    fallback: String(defaults.journal.perPbx),
    example: '200',
    about: 'Number of events kept for one PBX; older ones are dropped.',
  }),
  total: key(wholeNumber(limits.journalTotal), {
    fallback: String(defaults.journal.total),
    example: '20000',
    about:
      'Number of events kept for all PBXs; beyond that, the oldest events of the PBX with the most events are dropped.',
  }),
});

const accountSchema = z.strictObject(accountKeys);
const accounts = z
  .record(z.string(), accountSchema)
  .nullable()
  .register(valueFacts, { description: 'names, each with the keys below', holdsMore: true });

const sharedPeersSchema = z.strictObject(hashKeys('none'));

const targetList = z.array(targetSchema).register(valueFacts, { description: 'list of targets', holdsMore: true });

/** A file name or pattern in `target_files`. */
export const filePattern = z
  .string({ error: 'target_files must list file names, as in [targets.d/*.yml]' })
  .min(1, { error: 'target_files must list file names, as in [targets.d/*.yml]', abort: true })
  .refine((name) => !dirname(name).includes('*') && basename(name).split('*').length <= 2, {
    error: 'a path may contain one "*", and only in its last part',
    abort: true,
  })
  .refine((name) => /\.(ya?ml|json)$/.test(name), { error: 'files of targets must end in .yml, .yaml or .json' })
  .register(valueFacts, { description: 'file name' });

const fileList = z.array(filePattern).register(valueFacts, {
  description: 'list of file names',
  holdsMore: true,
  json: { type: 'array', items: { type: 'string', minLength: 1 } },
});

/** The schema of the whole configuration file. */
const exporterSchema = z.strictObject({
  scrape: key(section(scrapeSchema), {
    fallback: 'all defaults',
    example: '{ interval: 1m }',
    about: 'How often the PBXs are polled, and how many requests are sent.',
  }),
  credentials: key(accounts, {
    fallback: 'none',
    example: '{ branches: { username: api, password_env: BRANCH_PASSWORD } }',
    about: 'Accounts that several targets share by name.',
  }),
  peers: key(section(sharedPeersSchema), {
    fallback: 'none',
    example: '{ hash_key_file: secrets/hash-key }',
    about: 'The key of hashed names, for all targets.',
  }),
  journal: key(section(journalSchema), {
    fallback: 'all defaults',
    example: '{ per_pbx: 200 }',
    about: 'How many events the page `/events` keeps.',
  }),
  targets: key(targetList, {
    fallback: 'required',
    example: '[]',
    about: 'The PBXs to poll; at least one, here or in `target_files`.',
  }),
  target_files: key(fileList, {
    fallback: 'none',
    example: '[targets.d/*.yml]',
    about:
      'Files with additional targets, each a YAML or JSON list as under `targets`. The last part of a path can contain one `*`, which matches any characters.',
  }),
});

/** The schema of each group of keys. `NAME` stands for a name that the admin chooses, `[]` for any entry of a list. */
export const groups = {
  '': exporterSchema,
  scrape: scrapeSchema,
  'credentials.NAME': accountSchema,
  peers: sharedPeersSchema,
  journal: journalSchema,
  'targets[]': targetSchema,
  'targets[].tls': tlsSchema,
  'targets[].peers': peersSchema,
  'targets[].trunks': trunksSchema,
} as const;

/** The path of a group of keys, e.g. `targets[].tls`. */
export type Group = keyof typeof groups;

/** One key of the configuration, for the reference page and the schema for editors. */
export interface Field extends KeyFacts {
  readonly group: Group;
  readonly key: string;
  /** Type and limits in words. */
  readonly value: string;
  readonly facts: ValueFacts;
  readonly schema: z.ZodType;
}

const isGroup = (name: string): name is Group => Object.hasOwn(groups, name);
/** The paths of all groups. */
export const groupNames = Object.keys(groups).filter(isGroup);

/** All keys of the configuration, in the order of the reference page. */
export const fields: readonly Field[] = groupNames.flatMap((group) =>
  Object.entries(groups[group].shape).map(([name, optional]) => {
    const schema = optional.unwrap();
    const [about, facts] = [keyFacts.get(optional), valueFacts.get(schema)];
    if (about === undefined || facts === undefined) throw new Error(`nothing is known about the key ${group} ${name}`);
    return { group, key: name, schema, value: facts.description, facts, ...about };
  }),
);

/** Returns the keys of a group. */
export function keysOf(group: Group): readonly string[] {
  return Object.keys(groups[group].shape);
}

/** Returns the other groups that have this key; e.g. `ca_file` belongs to `targets[].tls`. */
export function otherGroupsOf(key: string, group: Group): readonly Group[] {
  return groupNames.filter((name) => name !== group && Object.hasOwn(groups[name].shape, key));
}
