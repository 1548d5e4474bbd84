import type { z } from 'zod';
import type { FamilyFacts } from './config.ts';
import { keyFault, nodeAt, type OpenSection, plainValue, readOpenSection } from './read.ts';
import type { Report } from './problem.ts';
import { suggest } from './suggest.ts';
import type { ConfigNode } from './tree.ts';

/** Parses the options of a family with its schema and fills in the defaults. */
export function readOptions(report: Report, node: ConfigNode, family: FamilyFacts): Record<string, unknown> {
  const section = readOpenSection(report, node, 'options');
  const known = Object.keys(family.options.shape);
  for (const { key, location } of section.entries.values()) {
    if (!known.includes(key)) report.error(location, unknownOption(key, known, family.name), suggest(key, known));
  }
  const given = [...section.entries.values()].filter(({ key }) => known.includes(key));
  const parsed = family.options.safeParse(Object.fromEntries(given.map(({ key, value }) => [key, plainValue(value)])));
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) reportIssue(report, issue, { section, node, family: family.name });
  return {};
}

function unknownOption(key: string, known: readonly string[], family: string): string {
  const fault = keyFault(key);
  if (fault !== undefined) return fault;
  const choice = known.length === 0 ? 'it has none' : `it has ${known.join(', ')}`;
  return `${family} has no option ${JSON.stringify(key)}: ${choice}`;
}

interface Given {
  readonly section: OpenSection;
  readonly node: ConfigNode;
  readonly family: string;
}

function reportIssue(report: Report, issue: z.core.$ZodIssue, { section, node, family }: Given): void {
  const [first] = issue.path;
  const entry = section.entries.get(String(first));
  if (entry === undefined) {
    const message =
      first === undefined ? wanted(issue) : `need ${JSON.stringify(String(first))}: ${family} does not work without it`;
    return report.error(node, `options ${message}`);
  }
  const place = nodeAt(entry.value, issue.path.slice(1));
  const name = issue.path.map(String).join('.');
  report.error(
    place,
    `${name} ${wanted(issue)}`,
    issue.code === 'invalid_value' ? suggestValue(place, issue.values) : undefined,
  );
}

function suggestValue(place: ConfigNode, values: readonly unknown[]): string | undefined {
  return place.kind === 'scalar' ? suggest(String(place.value), values.map(String)) : undefined;
}

/** Describes a valid value. Only codes and limits of the issue are used, because zod's messages can repeat the value. */
function wanted(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') {
    return `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
  }
  if (issue.code === 'invalid_type') return `must be ${typeWords[issue.expected] ?? issue.expected}`;
  if (issue.code === 'too_small') return `must be ${measure(issue.origin)}at least ${issue.minimum}`;
  if (issue.code === 'too_big') return `must be ${measure(issue.origin)}at most ${issue.maximum}`;
  if (issue.code === 'unrecognized_keys')
    return `has no key ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`;
  return issue.message.startsWith('Invalid') ? 'is not valid' : issue.message;
}

const typeWords: Readonly<Record<string, string>> = {
  string: 'text: put the value in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
};

function measure(origin: string): string {
  return origin === 'string' ? 'a text with a length of ' : '';
}
