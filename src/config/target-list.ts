import type { TargetConfig } from './config.ts';
import type { Problem } from './problem.ts';
import type { Scope, InheritedSettings } from './load-context.ts';
import { readTarget } from './target.ts';
import type { ConfigNode, Entry } from './tree.ts';

/** Where a name was seen first, for people: a file and a line. */
export type TakenNames = Map<string, { readonly file: string; readonly line: number }>;

/** A list of targets that was read, with what else the whole file has to know of it. */
export interface TargetList {
  readonly targets: readonly TargetConfig[];
  /** Names of shared accounts that the entries use. */
  readonly usedAccounts: ReadonlySet<unknown>;
}

/** The entries of `targets:` or of a file of targets. Names that are in `taken` are reported; new ones are added to it. */
export function readTargetList(
  scope: Scope,
  items: readonly ConfigNode[],
  shared: InheritedSettings,
  { taken, file }: { readonly taken: TakenNames; readonly file: string },
): TargetList {
  const targets = items.map((item) => readTarget(scope, item, shared));
  checkNames(scope, items, { taken, file });
  return {
    targets: targets.filter((target) => target !== undefined),
    usedAccounts: new Set(items.flatMap((item) => (item.kind === 'map' ? item.entries : [])).map(referencedAccount)),
  };
}

function checkNames(
  scope: Scope,
  items: readonly ConfigNode[],
  { taken, file }: { readonly taken: TakenNames; readonly file: string },
): void {
  for (const item of items) {
    const name = item.kind === 'map' ? item.entries.find(({ key }) => key === 'name')?.value : undefined;
    if (name?.kind !== 'scalar' || typeof name.value !== 'string') continue;
    const before = taken.get(name.value);
    if (before === undefined) {
      taken.set(name.value, { file, line: scope.lineAt(name.offset) });
      continue;
    }
    const where = before.file === file ? `line ${before.line}` : `${before.file}, line ${before.line},`;
    scope.report.error(name, `the name ${JSON.stringify(name.value)} is taken: ${where} has it too`);
  }
}

function referencedAccount({ key, value }: Entry): unknown {
  return key === 'credentials' && value.kind === 'scalar' ? value.value : undefined;
}

/** The problems of a file, told apart from those of others. */
export function inFile(file: string, problems: readonly Problem[]): readonly Problem[] {
  return problems.map((problem) => ({ ...problem, file }));
}
