import { isMap, isSeq, parseDocument, stringify, type YAMLSeq } from 'yaml';

/** One entry of the configuration, as `init` writes it. */
export interface NewTarget {
  readonly name: string;
  readonly family: string;
  readonly url: string;
  /** With a password; absent with a token. */
  readonly username?: string;
  /** File that holds the password or the token. */
  readonly secretFile: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** A whole new configuration file with one target. */
export function newConfiguration(target: NewTarget, title: string): string {
  return `# Made by "pbx-exporter init". Every key is explained in docs/configuration.md; "pbx-exporter check" tells what is wrong
# with this file, "pbx-exporter init --add" adds another PBX.

# How often and how hard the PBXs are asked; these are the defaults.
# scrape:
#   interval: 30s
#   timeout: 20s

targets:
  # ${title}: docs/families/${target.family}.md
${entryText(target, 2)}`;
}

/**
 * The text of a configuration with one more target at the end of `targets:`; everything else stays as it is written.
 * Undefined where the text is no configuration that a target can be added to.
 */
export function withTarget(text: string, target: NewTarget): string | undefined {
  const document = parseDocument(text);
  if (document.errors.length > 0) return undefined;
  if (document.contents !== null && !isMap(document.contents)) return undefined;
  const targets = document.get('targets', true);
  if (isSeq(targets) && targets.flow !== true && targets.items.length > 0) return insertedAfter(text, targets, target);
  const others = isSeq(targets) ? targets.toJSON() : [];
  document.set('targets', [...others, entryOf(target)]);
  return document.toString({ lineWidth: 0 });
}

/** A block list ends where its last entry does: the new one goes there, indented like the others. */
function insertedAfter(text: string, targets: YAMLSeq, target: NewTarget): string | undefined {
  const [start, end] = targets.range ?? [];
  if (start === undefined || end === undefined) return undefined;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const indent = /^ */.exec(text.slice(lineStart))?.[0].length ?? 0;
  const before = text.slice(0, end).trimEnd();
  return `${before}\n${entryText(target, indent)}${text.slice(before.length).replace(/^[^\S\n]*\n/, '')}`;
}

function entryText(target: NewTarget, indent: number): string {
  const lines = stringify([entryOf(target)], { lineWidth: 0 })
    .trimEnd()
    .split('\n');
  return lines.map((line) => `${' '.repeat(indent)}${line}\n`).join('');
}

function entryOf({ name, family, url, username, secretFile, options }: NewTarget): Record<string, unknown> {
  return {
    name,
    family,
    url,
    ...(username === undefined ? { token_file: secretFile } : { username, password_file: secretFile }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
}
