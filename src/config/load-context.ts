import { dirname, resolve } from 'node:path';
import type { AccountConfig, FamilyFacts } from './config.ts';
import type { Report } from './problem.ts';
import type { ScrapeSettings } from './scrape.ts';
import type { ReadVariable, Secret } from './secret.ts';
import { reasonOf } from './read-file.ts';
import { encodingFault } from './written-text.ts';

/** What the loader is given beside the text; tests pass their own. */
export interface LoadContext {
  /** Path of the configuration file, for messages and to find files named in it. */
  readonly fileName: string;
  readonly families: readonly FamilyFacts[];
  /** Reads a variable of the environment. */
  readonly readVariable: ReadVariable;
  /** Text of a file; throws where it cannot be read. */
  readonly readFile: (path: string) => string;
  /** Names of the files in a folder, for `target_files`; empty if it cannot be read. */
  readonly listFolder: (path: string) => readonly string[];
}

/** A file that the configuration names. `path` is the resolved one. */
export type NamedFile =
  | { readonly ok: true; readonly path: string; readonly text: string }
  | { readonly ok: false; readonly message: string };

/** What every part of the loader works with. */
export interface Scope {
  readonly report: Report;
  readonly families: readonly FamilyFacts[];
  readonly readVariable: ReadVariable;
  /** Relative paths start at the folder of the configuration file. Never throws. */
  readonly readFile: (path: string) => NamedFile;
  /** Line of an offset, from 1. */
  readonly lineAt: (offset: number) => number;
}

/** What targets take over from the rest of the file. */
export interface InheritedSettings {
  readonly scrape: ScrapeSettings;
  /** By name; undefined if the account itself has an error, already reported. */
  readonly credentials: ReadonlyMap<string, AccountConfig | undefined>;
  /** Key of hashed names; absent if there is none at the top, or it has an error, already reported. */
  readonly hashKey: Secret | undefined;
  /** Whether the top of the file names a key, usable or not. */
  readonly hashKeyNamed: boolean;
}

/** Reads files beside the configuration file, each once. */
export function fileReader(context: Pick<LoadContext, 'fileName' | 'readFile'>): Scope['readFile'] {
  const known = new Map<string, NamedFile>();
  const folder = dirname(context.fileName);
  return (named) => {
    const path = resolve(folder, named);
    const file = known.get(path) ?? tryToRead(context, path);
    known.set(path, file);
    return file;
  };
}

/** A file as it is, or a sentence about why it cannot be read. Never throws. */
export function tryToRead(context: Pick<LoadContext, 'readFile'>, path: string): NamedFile {
  try {
    const text = context.readFile(path);
    const fault = encodingFault(text);
    return fault === undefined ? { ok: true, path, text } : { ok: false, message: `the file ${path} ${fault}` };
  } catch (thrown) {
    return { ok: false, message: `the file ${path} ${reasonOf(thrown)}` };
  }
}
