import { dirname, resolve } from 'node:path';
import type { AccountConfig, FamilyFacts } from './config.ts';
import type { Report } from './problem.ts';
import type { ScrapeSettings } from './scrape.ts';
import type { ReadVariable, Secret } from './secret.ts';
import { reasonOf } from './read-file.ts';
import { encodingFault } from './written-text.ts';

/** The inputs of the loader besides the text. */
export interface LoadContext {
  /** Path of the configuration file, for messages and for resolving relative paths. */
  readonly fileName: string;
  readonly families: readonly FamilyFacts[];
  /** Reads an environment variable. */
  readonly readVariable: ReadVariable;
  /** Returns the text of a file; throws if the file cannot be read. */
  readonly readFile: (path: string) => string;
  /** Returns the names of the files in a folder, for `target_files`; empty if the folder cannot be read. */
  readonly listFolder: (path: string) => readonly string[];
}

/** A file named in the configuration. `path` is resolved. */
export type NamedFile =
  | { readonly ok: true; readonly path: string; readonly text: string }
  | { readonly ok: false; readonly message: string };

/** The context shared by all parts of the loader. */
export interface Scope {
  readonly report: Report;
  readonly families: readonly FamilyFacts[];
  readonly readVariable: ReadVariable;
  /** Reads a file; relative paths start at the folder of the configuration file. Never throws. */
  readonly readFile: (path: string) => NamedFile;
  /** Returns the line number of an offset, starting at 1. */
  readonly lineAt: (offset: number) => number;
}

/** Settings that targets inherit from the rest of the file. */
export interface InheritedSettings {
  readonly scrape: ScrapeSettings;
  /** Accounts by name; undefined for an account with an error that is already reported. */
  readonly credentials: ReadonlyMap<string, AccountConfig | undefined>;
  /** Key of hashed names; undefined if the top of the file sets none, or if it has an error that is already reported. */
  readonly hashKey: Secret | undefined;
  /** Whether the top of the file sets a key of hashed names, usable or not. */
  readonly hashKeyNamed: boolean;
}

/** Returns a reader for files named in the configuration. It reads each file only once. */
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

/** Reads a file, or returns a message with the reason for the failure. Never throws. */
export function tryToRead(context: Pick<LoadContext, 'readFile'>, path: string): NamedFile {
  try {
    const text = context.readFile(path);
    const fault = encodingFault(text);
    return fault === undefined ? { ok: true, path, text } : { ok: false, message: `the file ${path} ${fault}` };
  } catch (thrown) {
    return { ok: false, message: `the file ${path} ${reasonOf(thrown)}` };
  }
}
