import { readAccount } from './account.ts';
import type { AccountConfig, Config, TargetConfig } from './config.ts';
import { defaults, limits } from './defaults.ts';
import { namesHashKey, readHashKey } from './hash-key.ts';
import type { Problem } from './problem.ts';
import { readOpenSection, readSection, readWhole } from './read.ts';
import type { Section } from './read.ts';
import { Report } from './report.ts';
import { fileReader } from './scope.ts';
import type { LoadContext, Scope, Shared } from './scope.ts';
import { defaultScrape, readScrape } from './scrape.ts';
import { hiddenRanges, publicKeysOf, SourceText } from './source.ts';
import { readTarget } from './target.ts';
import { parseTree } from './tree.ts';
import type { ConfigNode, Entry, SyntaxFault } from './tree.ts';

/** A configuration that can be used, or everything that is wrong with it in file order. Warnings, and what is tolerated, come with both. */
export type LoadResult =
  | { readonly ok: true; readonly config: Config; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly warnings: readonly Problem[] };

const topOfFile = { offset: 0, path: '' };

/** Reads the text of a configuration file. Never throws, whatever the text. */
export function loadConfig(written: string, context: LoadContext): LoadResult {
  const text = written.replace(/^\uFEFF/, '');
  const source = new SourceText(text);
  const publicKeys = publicKeysOf(context.families.flatMap(({ options }) => Object.keys(options.shape)));
  const tree = parseTree(text);
  if (!tree.ok) {
    const problems = syntaxReport(tree.faults, source).problems((offset) => source.placeInBroken(offset, publicKeys));
    return { ok: false, problems, warnings: [] };
  }
  const report = new Report();
  for (const { message, ...spot } of tree.faults) report.error(spot, message);
  const { families, readVariable } = context;
  const lineAt = (offset: number) => source.lineAt(offset);
  const config = readConfig({ report, families, readVariable, readFile: fileReader(context), lineAt }, tree.root);
  const hidden = tree.root === undefined ? [] : hiddenRanges(tree.root, publicKeys);
  const found = report.problems(source.placesWith(hidden));
  const problems = found.filter(({ severity }) => severity === 'error');
  const warnings = found.filter(({ severity }) => severity !== 'error');
  return problems.length > 0 ? { ok: false, problems, warnings } : { ok: true, config, warnings };
}

/** One fault a line: those that follow in the same line mostly come from the first. */
function syntaxReport(faults: readonly SyntaxFault[], source: SourceText): Report {
  const report = new Report();
  const lines = new Set<number>();
  for (const { message, ...spot } of faults) {
    const line = source.lineAt(spot.offset);
    if (!lines.has(line)) report.error(spot, message);
    lines.add(line);
  }
  return report;
}

function readConfig(scope: Scope, root: ConfigNode | undefined): Config {
  const { report } = scope;
  if (root === undefined || (root.kind === 'scalar' && root.value === null)) {
    report.error(topOfFile, 'the file is empty: it needs "targets:" with at least one target');
    return { targets: [], concurrency: defaults.concurrency };
  }
  const section = readSection(report, withoutExtensions(root), '');
  const scrape = readSection(report, section.entries.get('scrape')?.value ?? nothing, 'scrape');
  const concurrency = scrape.entries.get('concurrency');
  const credentials = readCredentials(scope, section.entries.get('credentials'));
  const peers = readSection(report, section.entries.get('peers')?.value ?? nothing, 'peers');
  const hashKey = readHashKey(scope, peers);
  const shared: Shared = {
    scrape: readScrape(report, scrape, defaultScrape),
    credentials,
    hashKey,
    hashKeyNamed: namesHashKey(peers),
  };
  return {
    targets: root.kind === 'map' ? readTargets(scope, section, shared) : [],
    concurrency: (concurrency && readWhole(report, concurrency, limits.concurrency)) ?? defaults.concurrency,
  };
}

/** Keys at the top that begin with `x-` are the admin's own, for anchors. */
function withoutExtensions(root: ConfigNode): ConfigNode {
  return root.kind === 'map' ? { ...root, entries: root.entries.filter(({ key }) => !key.startsWith('x-')) } : root;
}

const nothing: ConfigNode = { kind: 'map', entries: [], repeated: [], ...topOfFile };

function readCredentials(scope: Scope, credentials: Entry | undefined): Map<string, AccountConfig | undefined> {
  if (credentials === undefined) return new Map();
  const { entries } = readOpenSection(scope.report, credentials.value, 'credentials');
  return new Map(
    [...entries.values()].map(({ key, spot, value }) => {
      const section = readSection(scope.report, value, 'credentials.NAME');
      const usable = value.kind === 'map' || (value.kind === 'scalar' && value.value === null);
      return [key, usable ? readAccount(scope, { ...section, spot }) : undefined];
    }),
  );
}

function readTargets(scope: Scope, section: Section, shared: Shared): TargetConfig[] {
  const { report } = scope;
  const entry = section.entries.get('targets');
  const example = '"targets:" must list at least one target, each beginning with "- name: ..."';
  if (entry === undefined) {
    report.error(section.spot, `there are no targets: ${example}`);
    return [];
  }
  if (entry.value.kind !== 'list') {
    const empty = entry.value.kind === 'scalar' && entry.value.value === null;
    report.error(entry.value, empty ? `there are no targets: ${example}` : example);
    return [];
  }
  if (entry.value.items.length === 0) report.error(entry.value, `there are no targets: ${example}`);
  const targets = entry.value.items.map((item) => readTarget(scope, item, shared));
  checkNames(scope, entry.value.items);
  checkUse(scope, section, entry.value.items);
  return targets.filter((target) => target !== undefined);
}

function checkNames(scope: Scope, items: readonly ConfigNode[]): void {
  const first = new Map<unknown, ConfigNode>();
  for (const item of items) {
    const name = item.kind === 'map' ? item.entries.find(({ key }) => key === 'name')?.value : undefined;
    if (name?.kind !== 'scalar' || typeof name.value !== 'string') continue;
    const before = first.get(name.value);
    if (before === undefined) first.set(name.value, name);
    else
      scope.report.error(
        name,
        `the name ${JSON.stringify(name.value)} is taken: line ${scope.lineAt(before.offset)} has it too`,
      );
  }
}

/** An account that nobody uses is most often a slip. */
function checkUse(scope: Scope, section: Section, items: readonly ConfigNode[]): void {
  const credentials = section.entries.get('credentials')?.value;
  if (credentials?.kind !== 'map') return;
  const used = new Set(items.flatMap((item) => (item.kind === 'map' ? item.entries : [])).map(referencedAccount));
  for (const { key, spot } of credentials.entries) {
    if (!used.has(key)) scope.report.warn(spot, `the credentials ${JSON.stringify(key)} are not used by any target`);
  }
}

function referencedAccount({ key, value }: Entry): unknown {
  return key === 'credentials' && value.kind === 'scalar' ? value.value : undefined;
}
