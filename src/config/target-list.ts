import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import type { Config, TargetConfig } from './config.ts';
import { filePattern } from './fields.ts';
import type { Problem, Report } from './problem.ts';
import type { Scope, InheritedSettings } from './load-context.ts';
import { readValue } from './read.ts';
import { readTarget } from './target.ts';
import type { ConfigNode, Entry } from './tree.ts';

/** The first use of each target name: display name of the file, and line. */
export type UsedNames = Map<string, { readonly file: string; readonly line: number }>;

/** The result of reading a list of targets. */
export interface TargetList {
  readonly targets: readonly TargetConfig[];
  /** Names of the shared accounts that the targets use. */
  readonly usedAccounts: ReadonlySet<unknown>;
}

/** Reads the entries of `targets:` or of a file of targets. Names already in `usedNames` are reported; new names are added to it. */
export function readTargetList(
  scope: Scope,
  items: readonly ConfigNode[],
  shared: InheritedSettings,
  { usedNames, file }: { readonly usedNames: UsedNames; readonly file: string },
): TargetList {
  const targets = items.map((item) => readTarget(scope, item, shared));
  checkNames(scope, items, { usedNames, file });
  return {
    targets: targets.filter((target) => target !== undefined),
    usedAccounts: new Set(items.flatMap((item) => (item.kind === 'map' ? item.entries : [])).map(referencedAccount)),
  };
}

function checkNames(
  scope: Scope,
  items: readonly ConfigNode[],
  { usedNames, file }: { readonly usedNames: UsedNames; readonly file: string },
): void {
  for (const item of items) {
    const name = item.kind === 'map' ? item.entries.find(({ key }) => key === 'name')?.value : undefined;
    if (name?.kind !== 'scalar' || typeof name.value !== 'string') continue;
    const before = usedNames.get(name.value);
    if (before === undefined) {
      usedNames.set(name.value, { file, line: scope.lineAt(name.offset) });
      continue;
    }
    const where = before.file === file ? `line ${before.line}` : `${before.file}, line ${before.line},`;
    scope.report.error(name, `the name ${JSON.stringify(name.value)} is taken: ${where} has it too`);
  }
}

function referencedAccount({ key, value }: Entry): unknown {
  return key === 'credentials' && value.kind === 'scalar' ? value.value : undefined;
}

/** Returns the problems with the display name of their file. */
export function inFile(file: string, problems: readonly Problem[]): readonly Problem[] {
  return problems.map((problem) => ({ ...problem, file }));
}

/** A usable file of targets, or its problems. */
export interface TargetFile {
  /** Display name: relative to the folder of the configuration file if the pattern is relative. */
  readonly name: string;
  readonly targets: readonly TargetConfig[];
  /** If there are errors, the whole file is ignored. */
  readonly problems: readonly Problem[];
}

/** Returns the names of the files in a folder; empty if the folder cannot be read. */
type ListFolder = (folder: string) => readonly string[];

/**
 * Reads the patterns of `target_files`, a list or a single pattern. Invalid patterns are reported and omitted; undefined if
 * the key is missing.
 */
export function readPatterns(report: Report, entry: Entry | undefined): readonly Entry[] | undefined {
  if (entry === undefined) return undefined;
  const { value } = entry;
  const items = value.kind === 'list' ? value.items : [value];
  return items
    .map((item): Entry => ({ ...entry, value: item }))
    .filter((item) => readValue(report, item, filePattern) !== undefined);
}

/** Returns the files that match a pattern, sorted by name, each with its display name and full path. */
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

/** Returns the new configuration with the previous targets of unusable files, except for names that other targets use now. */
export function withPreviousTargets(next: Config, before: Config, badFiles: readonly string[]): Config {
  const names = new Set(next.targets.map(({ name }) => name));
  const kept = before.targets.filter(
    ({ name, file }) => file !== undefined && badFiles.includes(file) && !names.has(name),
  );
  return kept.length === 0 ? next : { ...next, targets: [...next.targets, ...kept] };
}
