import { fields } from './fields.ts';
import type { Field, Group } from './fields.ts';

const headings: readonly { readonly group: Group; readonly title: string; readonly about: string }[] = [
  {
    group: '',
    title: 'Top of the file',
    about: 'The file is YAML. Further keys that begin with `x-` are ignored: a place for anchors.',
  },
  {
    group: 'scrape',
    title: '`scrape`',
    about: 'Holds for all targets. All keys but `concurrency` may be set again in a target.',
  },
  {
    group: 'credentials.NAME',
    title: '`credentials`',
    about:
      'Each entry has a name of your choice. Targets name it in their own `credentials` key. It holds either `username` and one of the password keys, or one of the token keys.',
  },
  {
    group: 'peers',
    title: '`peers` at the top',
    about: 'Holds for all targets with `peers.names: hash` that have no key of their own.',
  },
  {
    group: 'journal',
    title: '`journal`',
    about:
      'What changed and when, for the page `/events` and the page of each PBX. It is kept in memory and over reloads, and is gone with the process.',
  },
  {
    group: 'targets[]',
    title: '`targets`',
    about:
      'One entry per PBX. A target needs `name`, `family`, `url` and an account: `credentials`, or `username` and one of the password keys, or one of the token keys.',
  },
  { group: 'targets[].tls', title: '`tls` of a target', about: 'Only for `https://` URLs.' },
  { group: 'targets[].peers', title: '`peers` of a target', about: 'A peer is an extension or phone of the PBX.' },
  {
    group: 'targets[].trunks',
    title: '`trunks` of a target',
    about: 'A trunk is a line to a provider or to another PBX.',
  },
];

const rules = `## How values are written

- **Durations** are a whole number and a unit: \`500ms\`, \`15s\`, \`5m\`, \`1h\`. A number alone is refused, and so is \`1m30s\` (write \`90s\`).
- **Text that looks like a number**, such as the password \`12345\` or the label value \`007\`, has to be in quotes.
- **Passwords with special characters** belong in single quotes: \`'a#b: c\\d'\`.
- **Secrets** come from exactly one place: the file itself (\`password\`), another file (\`password_file\`) or the environment (\`password_env\`).
  The same goes for tokens and, from a file or the environment only, for hash keys. A line break at the end of a file or variable is left out. The file of a password or token is read again
  before each login, so a new secret needs no reload, and one that is corrected ends the wait after refused logins as far as the login
  guard has a try left. A reload reads all files again; variables are those
  with which the program was started, so a new one needs a restart.
- **Variables** such as \`\${NAME}\` are not replaced, anywhere.
- **Paths** that do not begin with \`/\` start at the folder of the file that they stand in.
- **Label names** have letters, digits and \`_\`; \`pbx\`, \`family\` and names that begin with \`__\` are taken.
- **Anchors, aliases and merge keys** (\`&name\`, \`*name\`, \`<<\`) work; several YAML documents in one file do not.

## Hashed names

\`peers.names: hash\` needs a key of its own, made once with \`openssl rand -base64 32\` and kept: with another key every name has
another hash. Nobody who sees the hashes but not the key can find out names by trying them. The same name has the same hash on every PBX
that uses the same key, in every shard, and whatever else changes.

## Errors and warnings

Unknown keys, wrong values and missing secrets are errors, all reported at once with line and column; \`pbx-exporter check\` shows them
without starting anything. At start an error ends the program with exit code 1. At a reload the running configuration stays.
One error is tolerated: with \`peers.names: hash\` and no key the exporter starts and exports no names of these PBXs; log and page say so.

Warnings are logged and change nothing: a round that may take longer than the interval, values that go stale between two rounds, an interval
that the family advises against, a login without encryption, a certificate that is not checked, an account nobody uses, \`\${NAME}\` in a text.
`;

/** The reference of `exporter.yml` as Markdown, made from the same table that the loader uses. */
export function configurationReference(): string {
  const sections = headings.map(({ group, title, about }) => `## ${title}\n\n${about}\n\n${table(group)}`);
  return `${sections.join('\n')}\n${rules}`;
}

function table(group: Group): string {
  const rows = fields.filter((field) => field.group === group).map(row);
  return ['| key | value | if left out | example | meaning |', '|---|---|---|---|---|', ...rows, ''].join('\n');
}

function row({ key, value, fallback, example, about }: Field): string {
  const left = fallback === 'required' ? '**required**' : fallback;
  return `| \`${key}\` | ${value} | ${left} | \`${example}\` | ${about} |`;
}
