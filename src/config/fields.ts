import { defaults, limits } from './defaults.ts';
import { numbers, peerFields, scrapeFields, targetFields, trunkFields } from './target-fields.ts';
import { tlsFields } from './connection-fields.ts';
import type { KeyFacts } from './key-facts.ts';
import { accountFields, hashKeyFields } from './secret-fields.ts';

/** Where a key belongs. `NAME` is a name of the admin's choice, `[]` any entry of the list. */
export type Group =
  | ''
  | 'scrape'
  | 'peers'
  | 'journal'
  | 'credentials.NAME'
  | 'targets[]'
  | 'targets[].tls'
  | 'targets[].peers'
  | 'targets[].trunks';

/** One key of the configuration: the loader takes the allowed keys from here, the reference page everything. */
export interface Field extends KeyFacts {
  readonly group: Group;
}

const topFields: readonly Field[] = [
  {
    group: '',
    key: 'scrape',
    value: 'keys below',
    fallback: 'all defaults',
    example: '{ interval: 1m }',
    about: 'How often and how hard the PBXs are asked.',
  },
  {
    group: '',
    key: 'credentials',
    value: 'names, each with the keys below',
    fallback: 'none',
    example: '{ branches: { username: api, password_env: BRANCH_PASSWORD } }',
    about: 'Accounts that several targets share by name.',
  },
  {
    group: '',
    key: 'peers',
    value: 'keys below',
    fallback: 'none',
    example: '{ hash_key_file: /run/secrets/hash-key }',
    about: 'The key of hashed names, for all targets.',
  },
  {
    group: '',
    key: 'journal',
    value: 'keys below',
    fallback: 'all defaults',
    example: '{ per_pbx: 200 }',
    about: 'How many events the page `/events` remembers.',
  },
  {
    group: '',
    key: 'targets',
    value: 'list of targets',
    fallback: 'required',
    example: '[]',
    about: 'The PBXs to ask, at least one, here or in `target_files`.',
  },
  {
    group: '',
    key: 'target_files',
    value: 'list of file names',
    fallback: 'none',
    example: '[targets.d/*.yml]',
    about:
      'Files with further targets, each a YAML or JSON list as under `targets`. One `*` in the last part of a path stands for any characters.',
  },
];

const concurrencyField: Field = {
  group: 'scrape',
  key: 'concurrency',
  value: numbers(limits.concurrency),
  fallback: String(defaults.concurrency),
  example: '64',
  about: 'Targets that are asked at the same time; one that has kept us waiting for three seconds does not count.',
};

const journalFields: readonly Field[] = [
  {
    group: 'journal',
    key: 'per_pbx',
    value: numbers(limits.journalPerPbx),
    fallback: String(defaults.journal.perPbx),
    example: '200',
    about: 'Events of one PBX that are kept; older ones go.',
  },
  {
    group: 'journal',
    key: 'total',
    value: numbers(limits.journalTotal),
    fallback: String(defaults.journal.total),
    example: '20000',
    about: 'Events of all PBXs that are kept; beyond it the oldest of the PBX with the most go.',
  },
];

/** Every key there is, in the order of the reference page. */
export const fields: readonly Field[] = [
  ...topFields,
  ...scrapeFields.map((field) => ({ ...field, group: 'scrape' as const })),
  concurrencyField,
  ...accountFields.map((field) => ({ ...field, group: 'credentials.NAME' as const })),
  ...hashKeyFields.map((field) => ({ ...field, fallback: 'none', group: 'peers' as const })),
  ...journalFields,
  ...targetFields.map((field) => ({ ...field, group: 'targets[]' as const })),
  ...tlsFields.map((field) => ({ ...field, group: 'targets[].tls' as const })),
  ...peerFields.map((field) => ({ ...field, group: 'targets[].peers' as const })),
  ...trunkFields.map((field) => ({ ...field, group: 'targets[].trunks' as const })),
];

/** The keys that a group may have. */
export function keysOf(group: Group): string[] {
  return fields.filter((field) => field.group === group).map(({ key }) => key);
}

/** The groups, other than `group`, in which the key would be right; e.g. `ca_file` belongs into `tls`. */
export function otherGroupsOf(key: string, group: Group): string[] {
  return fields.filter((field) => field.key === key && field.group !== group).map((field) => field.group);
}
