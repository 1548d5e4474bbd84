import { readdirSync } from 'node:fs';
import { readFileText, readTextFile } from '../config/read-file.ts';
import { join } from 'node:path';
import type { Config } from '../config/config.ts';
import { loadConfig, type LoadResult } from '../config/load.ts';
import { formatProblems, type Problem } from '../config/problem.ts';
import { takeVariables } from '../config/secret.ts';
import { families } from '../drivers/index.ts';
import { belongsTo, type Shard } from '../fleet/shard.ts';

const readVariable = takeVariables(process.env);

/** The result of reading a configuration file, with all its problems and warnings. */
export type ConfigFile =
  | {
      readonly ok: true;
      /** Path as specified. */
      readonly name: string;
      readonly config: Config;
      readonly warnings: string;
      /** The warnings as separate objects. */
      readonly warningList: readonly Problem[];
      readonly warningCount: number;
      /** Number of non-fatal errors among the warnings. */
      readonly nonFatalCount: number;
      /** All files of targets, and whether each can be used. */
      readonly targetFiles: readonly TargetFileStatus[];
      /** Problems of unusable files of targets; empty if there are none. */
      readonly fileProblems: string;
      readonly fileProblemCount: number;
    }
  | { readonly ok: false; readonly problems: string; readonly problemCount: number };

/** A file of targets, by its display name, and whether it can be used. */
export interface TargetFileStatus {
  readonly name: string;
  readonly ok: boolean;
}

/** Reads and checks a configuration file and its files of targets; all must be valid. Never throws; unreadable files are problems too. */
export function readConfigFile(path: string): ConfigFile {
  return requireUsableFiles(readConfigForReload(path, readFileText));
}

/** Like {@link readConfigFile}, for a reload: files of targets may be unusable. `readFile` throws an `UnreadableFile`. */
export function readConfigForReload(path: string, readFile: (path: string) => string): ConfigFile {
  const text = readTextFile(path, readFile);
  if (typeof text !== 'string') {
    return { ok: false, problems: `${path}: ${configFileProblem(text.problem, path)}\n`, problemCount: 1 };
  }
  return checkText(text, path, readFile);
}

/** Returns the configuration with only the targets of a shard; without a shard, it is unchanged. */
export function sharded(file: ConfigFile, shard: Shard | undefined): ConfigFile {
  if (!file.ok || shard === undefined) return file;
  const targets = file.config.targets.filter(({ name }) => belongsTo(shard, name));
  return { ...file, config: { ...file.config, targets } };
}

/** Checks the text of a configuration with the families and files of this process. Secrets are removed from its environment. */
export function checkConfigText(text: string, fileName: string): ConfigFile {
  return requireUsableFiles(checkText(text, fileName, readFileText));
}

/** Treats unusable files of targets as problems of the whole configuration, as required at startup. */
export function requireUsableFiles(file: ConfigFile): ConfigFile {
  if (!file.ok || file.fileProblems === '') return file;
  const { warnings, fileProblems, nonFatalCount, fileProblemCount } = file;
  return { ok: false, problems: warnings + fileProblems, problemCount: nonFatalCount + fileProblemCount };
}

function checkText(text: string, fileName: string, readFile: (path: string) => string): ConfigFile {
  const result: LoadResult = loadConfig(text, {
    fileName,
    families,
    readVariable,
    readFile,
    listFolder,
  });
  if (!result.ok) {
    const all = [...result.problems, ...result.warnings].sort(
      (one, other) => one.line - other.line || one.column - other.column,
    );
    return { ok: false, problems: formatProblems(all, fileName), problemCount: all.filter(isProblem).length };
  }
  return {
    ok: true,
    name: fileName,
    config: result.config,
    warnings: formatProblems(result.warnings, fileName),
    warningList: result.warnings,
    warningCount: result.warnings.filter(({ severity }) => severity === 'warning').length,
    nonFatalCount: result.warnings.filter(({ severity }) => severity === 'non-fatal').length,
    targetFiles: result.targetFiles.map(({ name, problems }) => ({ name, ok: problems.length === 0 })),
    fileProblems: result.targetFiles.map(({ name, problems }) => formatProblems(problems, name)).join(''),
    fileProblemCount: result.targetFiles.flatMap(({ problems }) => problems).filter(isProblem).length,
  };
}

/** Returns the names of the files in a folder; empty if the folder cannot be read. */
export function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Reports whether `check` counts a problem. Warnings do not count. */
function isProblem({ severity }: Problem): boolean {
  return severity !== 'warning';
}

/** The problem of an unreadable configuration file. If it is missing or a folder, the text explains how to specify the file. */
function configFileProblem(problem: string, path: string): string {
  if (problem === 'does not exist') return 'there is no such file; specify yours with --config.file';
  if (problem === 'is a folder')
    return `this is a folder; specify the file in it, as in --config.file ${join(path, 'exporter.yml')}`;
  return `the file ${problem}`;
}
