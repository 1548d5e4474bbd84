import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Config, TargetConfig } from './config.ts';
import type { Problem } from './problem.ts';
import type { Report } from './report.ts';
import type { ConfigNode, Entry } from './tree.ts';

/** A file of targets that can be used, or everything that is wrong with it. */
export interface TargetFile {
  /** Its name for people: relative to the folder of the configuration file where the pattern is. */
  readonly name: string;
  readonly targets: readonly TargetConfig[];
  /** Errors; with one the file as a whole is not used. */
  readonly problems: readonly Problem[];
}

/** Names of the files in a folder; empty where it cannot be read. */
export type ListFolder = (folder: string) => readonly string[];

/** The patterns of `target_files`; undefined when there are none, or after a report. */
export function readPatterns(report: Report, entry: Entry | undefined): readonly Entry[] | undefined {
  if (entry === undefined) return undefined;
  const { value } = entry;
  const items = value.kind === 'list' ? value.items : [value];
  const patterns = items.map((item): Entry | undefined => {
    const wrong = wrongPattern(item);
    if (wrong === undefined) return { ...entry, value: item };
    report.error(item, wrong);
    return undefined;
  });
  return patterns.filter((pattern) => pattern !== undefined);
}

function wrongPattern(node: ConfigNode): string | undefined {
  if (node.kind !== 'scalar' || typeof node.value !== 'string' || node.value === '')
    return 'target_files must list file names, as in [targets.d/*.yml]';
  const { value } = node;
  if (dirname(value).includes('*') || basename(value).split('*').length > 2)
    return 'only one "*" is understood, and only in the last part of a path';
  return /\.(ya?ml|json)$/.test(value) ? undefined : 'files of targets must end in .yml, .yaml or .json';
}

/** The files that a pattern stands for, in the order of their names, as a name for people and a full path. */
export function filesOf(
  pattern: string,
  configFile: string,
  listFolder: ListFolder,
): readonly { readonly name: string; readonly path: string }[] {
  const top = dirname(configFile);
  const full = resolve(top, pattern);
  const last = basename(full);
  const named = (path: string): string => (isAbsolute(pattern) ? path : relative(top, path));
  if (!last.includes('*')) return [{ name: named(full), path: full }];
  const [start = '', end = ''] = last.split('*');
  return listFolder(dirname(full))
    .filter((name) => name.length >= start.length + end.length && name.startsWith(start) && name.endsWith(end))
    .filter((name) => !name.startsWith('.'))
    .toSorted()
    .map((name) => join(dirname(full), name))
    .map((path) => ({ name: named(path), path }));
}

/** A configuration in which files that cannot be used bring what they brought before, as far as nobody else has those names now. */
export function withKeptTargets(next: Config, before: Config, badFiles: readonly string[]): Config {
  const names = new Set(next.targets.map(({ name }) => name));
  const kept = before.targets.filter(
    ({ name, file }) => file !== undefined && badFiles.includes(file) && !names.has(name),
  );
  return kept.length === 0 ? next : { ...next, targets: [...next.targets, ...kept] };
}
