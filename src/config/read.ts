import { formatDuration, parseDuration } from './duration.ts';
import { limits } from './defaults.ts';
import type { Range } from './defaults.ts';
import { otherGroupsOf, keysOf } from './fields.ts';
import type { Group } from './fields.ts';
import type { ConfigLocation } from './problem.ts';
import type { Report } from './report.ts';
import { suggest } from './suggest.ts';
import type { ConfigNode, Entry, ScalarNode } from './tree.ts';

/** The keys of a map by name; `location` is the map's own place. */
export interface Section {
  readonly location: ConfigLocation;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** The map's keys, unknown ones reported. A map that is left empty (`labels:` and nothing) has no keys. */
export function readSection(report: Report, node: ConfigNode, group: Group, more: readonly string[] = []): Section {
  const section = readOpenSection(report, node, nameOf(node));
  for (const { key, location } of section.entries.values()) {
    if (!keysOf(group).includes(key)) reportUnknownKey(report, { key, location }, group, more);
  }
  return section;
}

/** A map whose keys the admin chooses. */
export function readOpenSection(report: Report, node: ConfigNode, name: string): Section {
  const empty = node.kind === 'scalar' && node.value === null;
  if (node.kind !== 'map' && !empty) report.error(node, `${name} must hold "key: value" pairs`);
  const entries = node.kind === 'map' ? node.entries : [];
  return {
    location: { offset: node.offset, path: node.path },
    entries: new Map(entries.map((entry) => [entry.key, entry])),
  };
}

function reportUnknownKey(
  report: Report,
  { key, location }: Pick<Entry, 'key' | 'location'>,
  group: Group,
  more: readonly string[],
): void {
  const odd = oddKey(key);
  if (odd !== undefined) return report.error(location, odd);
  const suggestion = suggest(key, keysOf(group));
  if (suggestion !== undefined) return report.error(location, `unknown key ${JSON.stringify(key)}`, suggestion);
  const homes = otherGroupsOf(key, group);
  const home = homes.find((candidate) => candidate !== '' && group.startsWith(candidate)) ?? homes[0];
  const place = more.includes(key) ? 'options' : home?.replace(/^targets\[\]\.?/, '');
  const where = place === group ? `under ${place} of a target` : `under ${place}`;
  const belongs = place === undefined ? '' : ` here: it belongs ${place === '' ? 'to a target' : where}`;
  report.error(location, `unknown key ${JSON.stringify(key)}${belongs}`);
}

/** What is wrong with a key that is not one plain word; of such a key only the first word is told, the rest may be a secret. */
export function oddKey(key: string): string | undefined {
  if (/^[\w-]+$/.test(key)) return undefined;
  const word = /^[\w-]+/.exec(key)?.[0];
  if (word !== undefined && key[word.length] === ':') return `${word}: needs a space after the colon`;
  return `a key must be one word, followed by a colon and a space${word === undefined ? '' : `, as in "${word}: ..."`}`;
}

/** Last key of a node's path, as people know it. */
function nameOf({ path }: ConfigLocation): string {
  if (path === '') return 'the file';
  const name = path.slice(path.lastIndexOf('.') + 1);
  return name.startsWith('targets[') ? 'a target' : name;
}

/** A text in one line; everything else is reported and undefined. Never quotes the value: it may be a secret. */
export function readText(report: Report, { key, value }: Entry): string | undefined {
  const scalar = readScalar(report, { key, value }, 'text');
  if (scalar === undefined) return undefined;
  if (typeof scalar.value !== 'string') {
    report.error(value, `${key} must be text: put the value in quotes`);
    return undefined;
  }
  if (scalar.value === '') {
    report.error(value, `${key} is empty`);
    return undefined;
  }
  if (!scalar.value.isWellFormed()) {
    report.error(value, `${key} holds half of a character (an escape from \\ud800 to \\udfff that stands alone)`);
    return undefined;
  }
  if (/\p{Cc}/u.test(scalar.value.replace(/\n$/, '')) || (!scalar.block && scalar.source.includes('\n'))) {
    report.error(value, `${key} must be on one line: check the quotes and the indentation of the lines below`);
    return undefined;
  }
  return scalar.block ? scalar.value.replace(/\n$/, '') : scalar.value;
}

/** A text that is used as it is; `${NAME}` in it is told to have no meaning. */
export function readLiteral(report: Report, entry: Entry): string | undefined {
  const text = readText(report, entry);
  if (text !== undefined && holdsVariable(text)) {
    report.warn(entry.value, `${entry.key} is used as written: variables such as \${NAME} are not replaced`);
  }
  return text;
}

/** Whether a text looks as if its author expects a variable to be filled in. */
export function holdsVariable(text: string): boolean {
  return /\$\{[A-Za-z_]\w*[^}]*\}/.test(text);
}

/** A regular expression, in quotes where it begins or ends with a character that means something in YAML. */
export function readPattern(report: Report, entry: Entry): RegExp | undefined {
  const text = readLiteral(report, entry);
  if (text === undefined) return undefined;
  try {
    return new RegExp(text, 'u');
  } catch (error) {
    const cause = error instanceof Error ? error.message.slice(error.message.lastIndexOf(': ') + 2) : 'unknown';
    report.error(entry.value, `${entry.key} is not a valid regular expression: ${cause}`);
    return undefined;
  }
}

/** A whole number within limits. */
export function readWhole(report: Report, entry: Entry, { from, to }: Range): number | undefined {
  const scalar = readScalar(report, entry, 'a whole number');
  if (scalar === undefined) return undefined;
  const { value } = scalar;
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return value;
  report.error(
    scalar,
    `${entry.key} must be a whole number from ${from} to ${to}${typeof value === 'string' ? ', without quotes' : ''}`,
  );
  return undefined;
}

/** true or false. */
export function readFlag(report: Report, entry: Entry): boolean | undefined {
  const scalar = readScalar(report, entry, 'true or false');
  if (scalar === undefined || typeof scalar.value === 'boolean') return scalar?.value === true;
  const word = String(scalar.value).toLowerCase();
  const suggestion = ['yes', 'on', '1'].includes(word) ? 'true' : undefined;
  report.error(scalar, `${entry.key} must be true or false`, ['no', 'off', '0'].includes(word) ? 'false' : suggestion);
  return undefined;
}

/** One word out of several. */
export function readChoice<const T extends string>(
  report: Report,
  { key, value }: Pick<Entry, 'key' | 'value'>,
  choices: readonly T[],
): T | undefined {
  const scalar = readScalar(report, { key, value }, `one of ${choices.join(', ')}`);
  if (scalar === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === scalar.value);
  if (choice === undefined) {
    report.error(scalar, `${key} must be one of ${choices.join(', ')}`, suggest(scalar.source, choices));
  }
  return choice;
}

/** A duration in milliseconds, not shorter than intervals and time-outs may be. */
export function readDuration(report: Report, entry: Entry): number | undefined {
  const scalar = readScalar(report, entry, 'a duration such as 30s');
  if (scalar === undefined) return undefined;
  const parsed = parseDuration(typeof scalar.value === 'string' ? scalar.value : scalar.source);
  if (!parsed.ok) {
    report.error(scalar, `${entry.key} ${parsed.message}`, parsed.suggestion);
    return undefined;
  }
  if (parsed.ms >= limits.durationMs.from) return parsed.ms;
  report.error(scalar, `${entry.key} is too short: at least ${formatDuration(limits.durationMs.from)}`);
  return undefined;
}

function readScalar(
  report: Report,
  { key, value }: Pick<Entry, 'key' | 'value'>,
  wanted: string,
): ScalarNode | undefined {
  if (value.kind !== 'scalar') {
    report.error(value, `${key} must be ${wanted}, not ${value.kind === 'list' ? 'a list' : 'keys of its own'}`);
    return undefined;
  }
  if (value.value !== null) return value;
  report.error(
    value,
    `${key} has no value${value.source === '' ? ' (if it begins with # or &, it must be in quotes)' : ''}`,
  );
  return undefined;
}
