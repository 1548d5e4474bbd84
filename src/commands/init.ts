import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isMap, isSeq, parseDocument, stringify, type YAMLSeq } from 'yaml';
import { families } from '../drivers/index.ts';
import type { Product } from '../drivers/fingerprints.ts';
import type { Log } from '../log.ts';
import { once } from './once.ts';
import type { Interruptible } from './one-round.ts';
import { checkConfigText } from './read-config.ts';
import { paint, type Terminal } from './terminal.ts';
import {
  type CompleteAnswers,
  type InitAnswers,
  missingFlags,
  promptForMissing,
  type Prompts,
  secretFileName,
} from './init-answers.ts';

/** Options of `init`. */
export interface InitOptions {
  readonly configFile: string;
  /** Whether to add to an existing file. */
  readonly add: boolean;
  readonly answers: InitAnswers;
  readonly options: Readonly<Record<string, unknown>>;
  /** Absent if no questions can be asked. */
  readonly prompts?: Prompts | undefined;
  /** Returns the product at a URL if its responses identify one. */
  readonly findProduct: (url: string) => Promise<Product | undefined>;
  /** Whether to poll the PBX once afterwards. */
  readonly tryIt: boolean;
  readonly stateFile?: string | undefined;
  readonly log: Log;
  readonly interruptible: Interruptible;
}

/** `pbx-exporter init`: writes a first configuration, or adds a PBX to one, and polls it once. Returns the exit code. */
export async function init(options: InitOptions, terminal: Terminal): Promise<number> {
  const { configFile, add, prompts, answers } = options;
  const fail = (problem: string): number => {
    terminal.error(`${problem}\n`);
    return 1;
  };
  const isThere = existsSync(configFile);
  if (isThere && !add)
    return fail(`${configFile} already exists: add a PBX to it with --add, or choose another file with --config.file`);
  const missing = prompts === undefined ? missingFlags(answers) : [];
  if (missing.length > 0)
    return fail(`there is no terminal for questions, so these flags are required: ${missing.join(', ')}`);
  const complete = await promptForMissing(answers, prompts ?? noPrompts, {
    families,
    urlProblem,
    findProduct: options.findProduct,
    tell: (text) => terminal.error(`${text}\n`),
  });
  if (complete === undefined) return fail('Nothing was written.');
  if ('problem' in complete) return fail(complete.problem);
  const written = write(complete, options, isThere);
  if (!written.ok) return fail(`${written.problem.trimEnd()}\nNothing was written.`);
  for (const file of written.files) terminal.error(`${paint(terminal, 'good', 'written')}: ${file}\n`);
  if (!options.tryIt) return 0;
  const { stateFile, log, interruptible } = options;
  const code = await once(
    { name: complete.name, configFile, stateFile, format: 'table', log, interruptible },
    terminal,
  );
  terminal.error(code === 0 ? nextSteps(configFile) : tryAgain(configFile, complete));
  return code;
}

type Written =
  { readonly ok: true; readonly files: readonly string[] } | { readonly ok: false; readonly problem: string };

/** Writes the secret, then validates and writes the configuration. If it is invalid, the secret is removed again. */
function write(answers: CompleteAnswers, { configFile, options }: InitOptions, isThere: boolean): Written {
  const { family, name, url, username, secret } = answers;
  // Relative paths in a configuration start at its folder; on the command line, they start at the current folder.
  const secretFile = 'file' in secret ? resolve(secret.file) : secretFileName(name);
  const secretPath = join(dirname(configFile), secretFile);
  if ('text' in secret && existsSync(secretPath))
    return {
      ok: false,
      problem: `${secretPath} already exists: remove it, or use it with --password.file or --token.file`,
    };
  const target: NewTarget = {
    name,
    family: family.name,
    url,
    secretFile,
    options,
    ...(username === undefined ? {} : { username }),
  };
  const text = isThere ? withTarget(readFileSync(configFile, 'utf8'), target) : newConfiguration(target, family.title);
  if (text === undefined)
    return {
      ok: false,
      problem: `no PBX can be added to ${configFile}, because it does not contain keys with values; run "pbx-exporter check"`,
    };
  if ('text' in secret) writeSecret(secretPath, secret.text);
  const checked = checkConfigText(text, configFile);
  if (!checked.ok) {
    if ('text' in secret) rmSync(secretPath, { force: true });
    return { ok: false, problem: checked.problems };
  }
  replace(configFile, text, isThere);
  return { ok: true, files: ['text' in secret ? [secretPath] : [], configFile].flat() };
}

function writeSecret(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, `${text}\n`, { flag: 'wx', mode: 0o600 });
}

/** Writes the file. An existing one is replaced atomically and keeps its mode. */
function replace(path: string, text: string, isThere: boolean): void {
  if (!isThere) return writeFileSync(path, text, { flag: 'wx' });
  const next = `${path}.${process.pid}.new`;
  writeFileSync(next, text, { flag: 'wx' });
  chmodSync(next, statSync(path).mode & 0o777);
  renameSync(next, path);
}

/** The problem that `check` would report for a URL. */
function urlProblem(url: string): string | undefined {
  const text = `targets: [{ name: a, family: ${families[0]?.name}, url: ${JSON.stringify(url)}, username: a, password: a }]\n`;
  const checked = checkConfigText(text, '');
  const first = checked.ok ? undefined : checked.problems.split('\n')[0];
  return first?.replace(/^:\d+:\d+: /, '');
}

const noPrompts: Prompts = {
  isInteractive: false,
  choose: () => Promise.resolve(undefined),
  text: (_question, preset) => Promise.resolve(preset === '' ? undefined : preset),
  secret: () => Promise.resolve(undefined),
};

function nextSteps(configFile: string): string {
  return `\nIt works. Start the exporter with "pbx-exporter --config.file ${configFile}" and open http://localhost:10560/.\n`;
}

function tryAgain(configFile: string, { name, family }: CompleteAnswers): string {
  return `\nThe configuration is written. Correct the problem above (docs/families/${family.name}.md) and try again with "pbx-exporter once ${name} --config.file ${configFile}".\n`;
}

/** A target as written by `init`. */
interface NewTarget {
  readonly name: string;
  readonly family: string;
  readonly url: string;
  /** Absent if a token is used. */
  readonly username?: string;
  /** File with the password or token. */
  readonly secretFile: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** The text of a new configuration file with one target. */
function newConfiguration(target: NewTarget, title: string): string {
  return `# Written by "pbx-exporter init". Every key is explained in docs/configuration.md. "pbx-exporter check" reports problems in
# this file; "pbx-exporter init --add" adds another PBX.

# How often the PBXs are polled; these are the defaults.
# scrape:
#   interval: 30s
#   timeout: 20s

targets:
  # ${title}: docs/families/${target.family}.md
${entryText(target, 2)}`;
}

/**
 * Returns the text of a configuration with one more target at the end of `targets:`; everything else is unchanged.
 * Undefined if no target can be added to the text.
 */
export function withTarget(text: string, target: NewTarget): string | undefined {
  const document = parseDocument(text);
  if (document.errors.length > 0) return undefined;
  if (document.contents !== null && !isMap(document.contents)) return undefined;
  const targets = document.get('targets', true);
  if (isSeq(targets) && targets.flow !== true && targets.items.length > 0) return insertedAfter(text, targets, target);
  const others = isSeq(targets) ? targets.toJSON() : [];
  document.set('targets', [...others, entryOf(target)]);
  return document.toString({ lineWidth: 0 });
}

/** Inserts the target after the last entry of a block list, with the same indentation. */
function insertedAfter(text: string, targets: YAMLSeq, target: NewTarget): string | undefined {
  const [start, end] = targets.range ?? [];
  if (start === undefined || end === undefined) return undefined;
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const indent = /^ */.exec(text.slice(lineStart))?.[0].length ?? 0;
  const before = text.slice(0, end).trimEnd();
  return `${before}\n${entryText(target, indent)}${text.slice(before.length).replace(/^[^\S\n]*\n/, '')}`;
}

function entryText(target: NewTarget, indent: number): string {
  const lines = stringify([entryOf(target)], { lineWidth: 0 })
    .trimEnd()
    .split('\n');
  return lines.map((line) => `${' '.repeat(indent)}${line}\n`).join('');
}

function entryOf({ name, family, url, username, secretFile, options }: NewTarget): Record<string, unknown> {
  return {
    name,
    family,
    url,
    ...(username === undefined ? { token_file: secretFile } : { username, password_file: secretFile }),
    ...(Object.keys(options).length === 0 ? {} : { options }),
  };
}
