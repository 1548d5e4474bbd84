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

/** A configuration file as it was read: usable or not, with everything to say about it. */
export type ConfigFile =
  | {
      readonly ok: true;
      /** Its path, as it was given. */
      readonly name: string;
      readonly config: Config;
      readonly warnings: string;
      /** The same, each by itself. */
      readonly remarks: readonly Problem[];
      readonly warningCount: number;
      /** Errors among the warnings that keep nothing from running. */
      readonly toleratedCount: number;
      /** Every file of targets by its name for people, and whether it can be used. */
      readonly targetFiles: readonly UsableFile[];
      /** What is wrong with files of targets that cannot be used; empty if all can. */
      readonly fileProblems: string;
      readonly fileProblemCount: number;
    }
  | { readonly ok: false; readonly problems: string; readonly problemCount: number };

/** A file of targets as a reload sees it. */
export interface UsableFile {
  readonly name: string;
  readonly ok: boolean;
}

/** Reads and checks a configuration file with its files of targets, each of which must be good. Never throws; an unreadable file is a problem like any other. */
export function readConfigFile(path: string): ConfigFile {
  return withGoodFilesOnly(readConfigForReload(path, readFileText));
}

/** The same for a reload: unusable files of targets do not prevent use of the rest. `readFile` throws an `UnreadableFile`. */
export function readConfigForReload(path: string, readFile: (path: string) => string): ConfigFile {
  const text = readTextFile(path, readFile);
  if (typeof text !== 'string') {
    return { ok: false, problems: `${path}: ${configFileProblem(text.problem, path)}\n`, problemCount: 1 };
  }
  return checkText(text, path, readFile);
}

/** The configuration with only the targets that belong to a shard; without a shard, as it is. */
export function sharded(file: ConfigFile, shard: Shard | undefined): ConfigFile {
  if (!file.ok || shard === undefined) return file;
  const targets = file.config.targets.filter(({ name }) => belongsTo(shard, name));
  return { ...file, config: { ...file.config, targets } };
}

/** Checks the text of a configuration, with the families, environment and files of this process; secrets that it names are taken out of the environment. */
export function checkConfigText(text: string, fileName: string): ConfigFile {
  return withGoodFilesOnly(checkText(text, fileName, readFileText));
}

/** A configuration of which every file of targets must be good, as at the start. */
export function withGoodFilesOnly(file: ConfigFile): ConfigFile {
  if (!file.ok || file.fileProblems === '') return file;
  const { warnings, fileProblems, toleratedCount, fileProblemCount } = file;
  return { ok: false, problems: warnings + fileProblems, problemCount: toleratedCount + fileProblemCount };
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
    remarks: result.warnings,
    warningCount: result.warnings.filter(({ severity }) => severity === 'warning').length,
    toleratedCount: result.warnings.filter(({ severity }) => severity === 'tolerated').length,
    targetFiles: result.targetFiles.map(({ name, problems }) => ({ name, ok: problems.length === 0 })),
    fileProblems: result.targetFiles.map(({ name, problems }) => formatProblems(problems, name)).join(''),
    fileProblemCount: result.targetFiles.flatMap(({ problems }) => problems).filter(isProblem).length,
  };
}

/** Names of the files in a folder; none where it cannot be read. */
export function listFolder(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whether `check` counts it; warnings are only told. */
function isProblem({ severity }: Problem): boolean {
  return severity !== 'warning';
}

/** Who has no configuration file, or names its folder, is told how to name it. */
function configFileProblem(problem: string, path: string): string {
  if (problem === 'does not exist') return 'there is no such file; specify yours with --config.file';
  if (problem === 'is a folder')
    return `this is a folder; specify the file in it, as in --config.file ${join(path, 'exporter.yml')}`;
  return `the file ${problem}`;
}
