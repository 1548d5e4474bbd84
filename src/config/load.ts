import { readCredentials } from './account.ts';
import type { Config, JournalConfig } from './config.ts';
import { defaults } from './defaults.ts';
import { warnOfLikelyMistakes } from './written-text.ts';
import { namesHashKey, readHashKey } from './name-hashes.ts';
import { type Problem, Report } from './problem.ts';
import { type OpenSection, readSection } from './read.ts';
import { fileReader, type InheritedSettings, type LoadContext, type Scope, tryToRead } from './load-context.ts';
import { defaultScrape, scrapeSettings } from './scrape.ts';
import { hiddenRanges, publicKeysOf } from './secret-parts.ts';
import { SourceText } from './source.ts';
import { syntaxReport } from './syntax-fault.ts';
import {
  filesOf,
  inFile,
  readPatterns,
  readTargetList,
  type TargetFile,
  type TargetList,
  type UsedNames,
} from './target-list.ts';
import { type ConfigNode, type Entry, parseTree } from './tree.ts';

/**
 * A usable configuration, or all its problems in file order. `warnings` also contains non-fatal problems. Each file of
 * `target_files` is judged separately: `config` contains the targets of the valid ones.
 */
export type LoadResult =
  | {
      readonly ok: true;
      readonly config: Config;
      readonly warnings: readonly Problem[];
      readonly targetFiles: readonly TargetFile[];
    }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

const topOfFile = { offset: 0, path: '' };

/** Loads a configuration from the text of its file. Never throws. */
export function loadConfig(written: string, context: LoadContext): LoadResult {
  const parsed = parseText(written, context);
  if (!parsed.ok) return { ok: false, problems: parsed.problems, warnings: [] };
  const main = readMain(parsed, context.fileName);
  const files = main.patterns.flatMap((pattern) => readTargetFiles(pattern, main, context));
  checkUse(parsed.scope, main, files);
  const { problems, warnings } = parsed.findings();
  if (problems.length > 0) return { ok: false, problems, warnings };
  return {
    ok: true,
    config: {
      targets: [...main.targets, ...files.flatMap(({ targets }) => targets)],
      concurrency: main.concurrency,
      journal: main.journal,
      ...(main.patterns.length === 0 ? {} : { targetFiles: main.patterns.map(({ value }) => String(literal(value))) }),
    },
    warnings: [...warnings, ...files.flatMap(({ warnings: own }) => own)],
    targetFiles: files,
  };
}

/** Valid YAML and the context for reading it. `findings` is called after everything has been read. */
interface ParsedText {
  readonly ok: true;
  readonly root: ConfigNode | undefined;
  readonly scope: Scope;
  readonly findings: () => Findings;
}

interface Findings {
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

function parseText(
  written: string,
  context: LoadContext,
): ParsedText | { readonly ok: false; readonly problems: readonly Problem[] } {
  const text = written.replace(/^\uFEFF/, '');
  const source = new SourceText(text);
  const publicKeys = publicKeysOf(context.families.flatMap(({ options }) => Object.keys(options.shape)));
  const tree = parseTree(text);
  if (!tree.ok) {
    const report = syntaxReport(tree.faults, source);
    warnOfLikelyMistakes(report, { text, commentsAndAnchors: source.commentsAndAnchors });
    return { ok: false, problems: report.problems(source.placesInBroken(tree.faults, publicKeys)) };
  }
  const report = new Report();
  for (const { message, ...location } of tree.faults) report.error(location, message);
  warnOfLikelyMistakes(report, { text, commentsAndAnchors: source.commentsAndAnchors, root: tree.root });
  const { families, readVariable } = context;
  const hidden = tree.root === undefined ? [] : hiddenRanges(tree.root, publicKeys);
  return {
    ok: true,
    root: tree.root,
    scope: { report, families, readVariable, readFile: fileReader(context), lineAt: (offset) => source.lineAt(offset) },
    findings() {
      const found = report.problems(source.placesWith(hidden));
      return {
        problems: found.filter(({ severity }) => severity === 'error'),
        warnings: found.filter(({ severity }) => severity !== 'error'),
      };
    },
  };
}

/** The content of the configuration file itself, without files of targets. */
interface MainFile extends TargetList {
  readonly concurrency: number;
  readonly journal: JournalConfig;
  readonly shared: InheritedSettings;
  readonly usedNames: UsedNames;
  /** Patterns of `target_files`, with their locations. */
  readonly patterns: readonly Entry[];
  readonly credentials: Entry | undefined;
  readonly report: Report;
}

function readMain({ scope, root }: ParsedText, fileName: string): MainFile {
  const { report } = scope;
  const isEmpty = root === undefined || (root.kind === 'scalar' && root.value === null);
  if (isEmpty) report.error(topOfFile, 'the file is empty: it needs "targets:" with at least one target');
  const section = readSection(report, isEmpty ? nothing : withoutExtensions(root), '');
  const nodeOf = (name: string): ConfigNode => section.entries.get(name)?.value ?? nothing;
  const scrape = readSection(report, nodeOf('scrape'), 'scrape');
  const peers = readSection(report, nodeOf('peers'), 'peers');
  const { values: journal } = readSection(report, nodeOf('journal'), 'journal');
  const shared: InheritedSettings = {
    scrape: scrapeSettings(scrape, defaultScrape),
    credentials: readCredentials(scope, section.entries.get('credentials')),
    hashKey: readHashKey(scope, peers),
    hashKeyNamed: namesHashKey(peers),
  };
  const usedNames: UsedNames = new Map();
  const patterns = readPatterns(report, section.entries.get('target_files'));
  const items = root?.kind === 'map' ? targetItems(report, section, patterns !== undefined) : [];
  return {
    ...readTargetList(scope, items, shared, { usedNames, file: fileName }),
    concurrency: scrape.values.concurrency ?? defaults.concurrency,
    journal: { perPbx: journal.per_pbx ?? defaults.journal.perPbx, total: journal.total ?? defaults.journal.total },
    shared,
    usedNames,
    patterns: patterns ?? [],
    credentials: section.entries.get('credentials'),
    report,
  };
}

/** Removes top-level keys that begin with `x-`: admins use them for anchors. */
function withoutExtensions(root: ConfigNode): ConfigNode {
  return root.kind === 'map' ? { ...root, entries: root.entries.filter(({ key }) => !key.startsWith('x-')) } : root;
}

const nothing: ConfigNode = { kind: 'map', entries: [], repeated: [], ...topOfFile };

/** The entries under `targets:`. The key may be missing if there are files of targets. */
function targetItems(report: Report, section: OpenSection, hasFiles: boolean): readonly ConfigNode[] {
  const entry = section.entries.get('targets');
  const example = '"targets:" must list at least one target, each beginning with "- name: ..."';
  if (entry === undefined) {
    if (!hasFiles) report.error(section.location, `there are no targets: ${example}`);
    return [];
  }
  if (entry.value.kind !== 'list') {
    const empty = entry.value.kind === 'scalar' && entry.value.value === null;
    if (!(empty && hasFiles)) report.error(entry.value, empty ? `there are no targets: ${example}` : example);
    return [];
  }
  if (entry.value.items.length === 0 && !hasFiles) report.error(entry.value, `there are no targets: ${example}`);
  return entry.value.items;
}

/** The result of reading one file of targets. */
interface ReadTargetFile extends TargetFile, TargetList {
  readonly warnings: readonly Problem[];
}

/** Reads the files of one pattern. A pattern without matches causes only a warning, because its files may be created later. */
function readTargetFiles(pattern: Entry, main: MainFile, context: LoadContext): readonly ReadTargetFile[] {
  const text = String(literal(pattern.value));
  const files = filesOf(text, context.fileName, context.listFolder);
  if (files.length === 0) main.report.warn(pattern.value, `no file matches ${JSON.stringify(text)}`);
  return files.map(({ name, path }) => readTargetFile(name, main, { ...context, fileName: path }));
}

function readTargetFile(name: string, main: MainFile, context: LoadContext): ReadTargetFile {
  const bad = (problems: readonly Problem[]): ReadTargetFile => ({
    name,
    targets: [],
    usedAccounts: new Set(),
    problems: inFile(name, problems),
    warnings: [],
  });
  const text = tryToRead(context, context.fileName);
  if (!text.ok) return bad([{ severity: 'error', line: 1, column: 1, path: '', message: text.message }]);
  const parsed = parseText(text.text, context);
  if (!parsed.ok) return bad(parsed.problems);
  const { scope, root } = parsed;
  // Names from an invalid file must not block other files, so names are added only after a file proved valid.
  const usedNames: UsedNames = new Map(main.usedNames);
  const list = readTargetList(scope, listItems(scope.report, root), main.shared, { usedNames, file: name });
  const { problems, warnings } = parsed.findings();
  if (problems.length > 0) return { ...bad([...problems, ...warnings]), usedAccounts: list.usedAccounts };
  for (const [target, place] of usedNames) main.usedNames.set(target, place);
  const targets = list.targets.map((target) => ({ ...target, file: name }));
  return { ...list, name, targets, problems: [], warnings: inFile(name, warnings) };
}

/** The entries of a file of targets. An empty file has none. */
function listItems(report: Report, root: ConfigNode | undefined): readonly ConfigNode[] {
  if (root === undefined || (root.kind === 'scalar' && root.value === null)) return [];
  if (root.kind === 'list') return root.items;
  report.error(root, 'a target file must be a list, each entry beginning with "- name: ..."');
  return [];
}

/** Warns about unused accounts: they are usually mistakes. */
function checkUse({ report }: Scope, main: MainFile, files: readonly TargetList[]): void {
  const credentials = main.credentials?.value;
  if (credentials?.kind !== 'map') return;
  const isUsed = (key: string): boolean => [main, ...files].some(({ usedAccounts }) => usedAccounts.has(key));
  for (const { key, location } of credentials.entries)
    if (!isUsed(key)) report.warn(location, `the credentials ${JSON.stringify(key)} are not used by any target`);
}

function literal(node: ConfigNode): unknown {
  return node.kind === 'scalar' ? node.value : undefined;
}
