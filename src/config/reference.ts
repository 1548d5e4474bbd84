import { fields } from './fields.ts';
import type { Field, Group } from './fields.ts';

const headings: readonly { readonly group: Group; readonly title: string; readonly about: string }[] = [
  {
    group: '',
    title: 'Top of the file',
    about: 'The file is YAML. Top-level keys that begin with `x-` are ignored; use them for anchors.',
  },
  {
    group: 'scrape',
    title: '`scrape`',
    about: 'Applies to all targets. Each target can override all keys except `concurrency`.',
  },
  {
    group: 'credentials.NAME',
    title: '`credentials`',
    about:
      'Each entry has a name of your choice, which targets refer to in their `credentials` key. It contains either `username` and one of the password keys, or one of the token keys.',
  },
  {
    group: 'peers',
    title: '`peers` at the top',
    about: 'Applies to all targets with `peers.names: hash` that do not set their own key.',
  },
  {
    group: 'journal',
    title: '`journal`',
    about:
      'What changed and when, for the page `/events` and the page of each PBX. It is kept in memory; it survives reloads, but not a restart.',
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

- **Durations** are a whole number and a unit: \`500ms\`, \`15s\`, \`5m\`, \`1h\`. A number alone is invalid, and so is \`1m30s\` (write \`90s\`).
- **Text that looks like a number**, such as the password \`12345\` or the label value \`007\`, must be in quotes.
- **Passwords with special characters** should be in single quotes: \`'a#b: c\\d'\`.
- **Secrets** come from exactly one place: the file itself (\`password\`), another file (\`password_file\`) or the environment (\`password_env\`).
  The same applies to tokens and, except in the file itself, to hash keys. A line break at the end of a file or variable is ignored.
  - The file of a password or token is read again before each login, so a new secret needs no reload. A corrected secret ends the wait after
    refused logins if the login guard allows another try.
  - A reload reads all files again. Environment variables are read only at startup, so a new value needs a restart.
- **Variables** such as \`\${NAME}\` are never replaced.
- **Paths** that do not begin with \`/\` are relative to the folder of the file that contains them.
- **Label names** consist of letters, digits and \`_\`; \`pbx\`, \`family\` and names that begin with \`__\` are reserved.
- **Anchors, aliases and merge keys** (\`&name\`, \`*name\`, \`<<\`) work; several YAML documents in one file do not.

## Hashed names

\`peers.names: hash\` needs a separate key. Create it once with \`openssl rand -base64 32\` and keep it, because a different key changes every
hash. Without the key, nobody can find the names behind the hashes by trying. The same key gives the same name the same hash on every PBX,
in every shard, and after any other change.

## Errors and warnings

Unknown keys, wrong values and missing secrets are errors. They are all reported at once, with line and column; \`pbx-exporter check\` shows them
without starting anything. At startup, an error makes the exporter exit with code 1. At a reload, the running configuration stays.
One error is not fatal: with \`peers.names: hash\` but no key, the exporter starts without exporting names of these PBXs, and reports this in the log and on the status page.

Warnings are logged and change nothing. They cover a round that may take longer than the interval, values that become stale between two rounds, an interval
that the family advises against, a login without encryption, a certificate that is not checked, an unused account, and \`\${NAME}\` in a text.
`;

/** Returns the reference of `exporter.yml` as Markdown, built from the same table that the loader uses. */
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
