import { z } from 'zod';
import { type Group, groups, keysOf, otherGroupsOf } from './fields.ts';
import type { ConfigLocation, Report } from './problem.ts';
import { suggest } from './suggest.ts';
import type { ConfigNode, Entry, ScalarNode } from './tree.ts';
import { valueFacts } from './values.ts';

/** The keys of a map as written in the file; `location` is the location of the map. */
export interface OpenSection {
  readonly location: ConfigLocation;
  readonly entries: ReadonlyMap<string, Entry>;
}

/** A section with its valid values. Keys with nested keys, or with a list of them, are read by separate calls. */
export interface Section<Schema extends z.ZodObject = z.ZodObject> extends OpenSection {
  readonly values: Partial<z.output<Schema>>;
}

/** Reads the keys and values of a group, and reports unknown keys and invalid values. An empty map (`labels:` alone) has no keys. */
export function readSection<Name extends Group>(
  report: Report,
  node: ConfigNode,
  group: Name,
  more: readonly string[] = [],
): Section<(typeof groups)[Name]> {
  const open = readOpenSection(report, node, nameOf(node));
  for (const entry of open.entries.values()) {
    if (!keysOf(group).includes(entry.key)) reportUnknownKey(report, entry, group, more);
  }
  return withValues(report, open, groups[group]);
}

/** Reads a map with keys that the admin chooses. */
export function readOpenSection(report: Report, node: ConfigNode, name: string): OpenSection {
  const empty = node.kind === 'scalar' && node.value === null;
  if (node.kind !== 'map' && !empty) report.error(node, `${name} must hold "key: value" pairs`);
  const entries = node.kind === 'map' ? node.entries : [];
  return {
    location: { offset: node.offset, path: node.path },
    entries: new Map(entries.map((entry) => [entry.key, entry])),
  };
}

/**
 * Adds the values of all keys in the schema to a section. Invalid values are reported and omitted, so that the others can still be
 * compared with other parts of the file.
 */
export function withValues<Schema extends z.ZodObject>(
  report: Report,
  section: OpenSection,
  schema: Schema,
): Section<Schema> {
  const known = [...section.entries.values()].flatMap((entry) => {
    const value = Object.hasOwn(schema.shape, entry.key) ? schemaOfValue(schema.shape[entry.key]) : undefined;
    return value === undefined || valueFacts.get(value)?.holdsMore === true ? [] : [{ ...entry, schema: value }];
  });
  const given = (keys: typeof known) => Object.fromEntries(keys.map(({ key, value }) => [key, givenValue(value)]));
  const whole = schema.safeParse(given(known));
  if (whole.success) {
    for (const entry of known) reportWarning(report, entry, entry.schema);
    return { ...section, values: whole.data };
  }
  const good = known.filter((entry) => readValue(report, entry, entry.schema) !== undefined);
  return { ...section, values: schema.parse(given(good)) };
}

function schemaOfValue(schema: unknown): z.ZodType | undefined {
  const value = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  return value instanceof z.ZodType ? value : undefined;
}

function givenValue(node: ConfigNode): unknown {
  return node.kind === 'scalar' ? singleValue(node) : plainValue(node);
}

/** Returns one value as parsed by its schema; undefined after a report at the invalid node. */
export function readValue<Schema extends z.ZodType>(
  report: Report,
  entry: Pick<Entry, 'key' | 'value'>,
  schema: Schema,
): z.output<Schema> | undefined {
  const { key, value: node } = entry;
  const wanted = valueFacts.get(schema)?.wanted;
  const missing = wanted === undefined ? undefined : noSingleValue(node, wanted);
  if (missing !== undefined) {
    report.error(node, `${key} ${missing}`);
    return undefined;
  }
  const parsed = schema.safeParse(givenValue(node));
  for (const issue of parsed.error?.issues ?? []) reportIssue(report, entry, issue, schema);
  if (parsed.success) reportWarning(report, entry, schema);
  return parsed.data;
}

function reportWarning(report: Report, { key, value }: Pick<Entry, 'key' | 'value'>, schema: z.ZodType): void {
  const given = givenValue(value);
  const warning = typeof given === 'string' ? valueFacts.get(schema)?.warning?.(given) : undefined;
  if (warning !== undefined) report.warn(value, warning.replaceAll('{key}', key));
}

function noSingleValue(node: ConfigNode, wanted: string): string | undefined {
  if (node.kind !== 'scalar') return `must be ${wanted}, not ${node.kind === 'list' ? 'a list' : 'keys of its own'}`;
  if (node.value !== null) return undefined;
  return `has no value${node.source === '' ? ' (if it begins with # or &, it must be in quotes)' : ''}`;
}

function reportIssue(
  report: Report,
  { key, value }: Pick<Entry, 'key' | 'value'>,
  issue: z.core.$ZodIssue,
  schema: z.ZodType,
): void {
  const node = nodeAt(value, issue.path);
  const element = schema instanceof z.ZodArray && issue.path.length > 0 ? schemaOfValue(schema.element) : undefined;
  if (element !== undefined) return void readValue(report, { key, value: node }, element);
  const suggestion = issue.code === 'custom' ? issue.params?.['suggestion'] : undefined;
  const meant = node.kind === 'scalar' ? valueFacts.get(schema)?.suggest?.(node) : undefined;
  report.error(node, issue.message.replaceAll('{key}', key), typeof suggestion === 'string' ? suggestion : meant);
}

function reportUnknownKey(
  report: Report,
  { key, location }: Pick<Entry, 'key' | 'location'>,
  group: Group,
  more: readonly string[],
): void {
  const fault = keyFault(key);
  if (fault !== undefined) return report.error(location, fault);
  const suggestion = suggest(key, keysOf(group));
  if (suggestion !== undefined) return report.error(location, `unknown key ${JSON.stringify(key)}`, suggestion);
  const homes = otherGroupsOf(key, group);
  const home = homes.find((candidate) => candidate !== '' && group.startsWith(candidate)) ?? homes[0];
  const place = more.includes(key) ? 'options' : home?.replace(/^targets\[\]\.?/, '');
  const where = place === group ? `under ${place} of a target` : `under ${place}`;
  const belongs = place === undefined ? '' : ` here: it belongs ${place === '' ? 'to a target' : where}`;
  report.error(location, `unknown key ${JSON.stringify(key)}${belongs}`);
}

/** Describes the fault of a key that is not one plain word. Only its first word is quoted, because the rest may be a secret. */
export function keyFault(key: string): string | undefined {
  if (/^[\w-]+$/.test(key)) return undefined;
  const word = /^[\w-]+/.exec(key)?.[0];
  if (word !== undefined && key[word.length] === ':') return `${word}: needs a space after the colon`;
  return `a key must be one word, followed by a colon and a space${word === undefined ? '' : `, as in "${word}: ..."`}`;
}

/** Display name of a node: the last key of its path. */
function nameOf({ path }: ConfigLocation): string {
  if (path === '') return 'the file';
  const name = path.slice(path.lastIndexOf('.') + 1);
  return name.startsWith('targets[') ? 'a target' : name;
}

/** Returns the node as plain data. */
export function plainValue(node: ConfigNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(plainValue);
  return Object.fromEntries(node.entries.map(({ key, value }) => [key, plainValue(value)]));
}

/**
 * A one-line value as plain data, without the line break at the end of a block (`|`). A value that
 * continues on further lines (by quotes or indentation) gets a leading line break, which makes its schema reject it.
 */
function singleValue(node: ScalarNode): unknown {
  const { value, source, block } = node;
  if (typeof value !== 'string') return value;
  if (block) return value.replace(/\n$/, '');
  return source.includes('\n') ? `\n${value}` : value;
}

/** Returns the node at the path of a schema issue, or its nearest existing ancestor. */
export function nodeAt(node: ConfigNode, path: readonly PropertyKey[]): ConfigNode {
  const [step, ...rest] = path;
  if (step === undefined || node.kind === 'scalar') return node;
  const next = node.kind === 'list' ? node.items[Number(step)] : find(node.entries, String(step));
  return next === undefined ? node : nodeAt(next, rest);
}

function find(entries: readonly Entry[], key: string): ConfigNode | undefined {
  return entries.find((entry) => entry.key === key)?.value;
}
