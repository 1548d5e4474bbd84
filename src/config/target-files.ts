import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Config, TargetConfig } from './config.ts';
import { filePattern } from './fields.ts';
import type { Problem } from './problem.ts';
import type { Report } from './report.ts';
import type { Entry } from './tree.ts';
import { readValue } from './read.ts';

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

/** The patterns of `target_files`, of which one may stand alone; undefined when there are none, or after a report. */
export function readPatterns(report: Report, entry: Entry | undefined): readonly Entry[] | undefined {
  if (entry === undefined) return undefined;
  const { value } = entry;
  const items = value.kind === 'list' ? value.items : [value];
  return items
    .map((item): Entry => ({ ...entry, value: item }))
    .filter((item) => readValue(report, item, filePattern) !== undefined);
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
