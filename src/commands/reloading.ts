import type { ConfigChanges, Exporter } from '../exporter.ts';
import { formatProblems, type Problem, wordingOf } from '../config/problem.ts';
import { withKeptTargets } from '../config/target-files.ts';
import type { Log } from '../log.ts';
import type { ReloadResult } from '../server/management.ts';
import type { WebConfigReading, WebConfigReloader } from '../server/web-config/file.ts';
import type { UsableFile } from './read-config.ts';
import type { WatchedConfig } from './watched-config.ts';

/** What a reload needs. */
export interface ReloadingSetup {
  readonly exporter: Exporter;
  /** The configuration file, its secrets included. */
  readonly source: Pick<WatchedConfig, 'read' | 'commit'>;
  /** Reads the web configuration file, where there is one, and takes it over if it is good. */
  readonly web?: Pick<WebConfigReloader, 'reload'>;
  /** What was said of the configuration file at the start; only what is new is said at a reload. Default: nothing. */
  readonly remarks?: readonly Problem[];
  /** Told whether the configuration file could be used. */
  readonly onReload: (success: boolean) => void;
  /** Told which files of targets there are, and whether each could be used. */
  readonly onTargetFiles?: (files: readonly UsableFile[]) => void;
  readonly log: Log;
}

/** Reloads when called; calls at the same time are done one after the other. */
export function createReloading(setup: ReloadingSetup): () => Promise<ReloadResult> {
  let last: Promise<unknown> = Promise.resolve();
  const said = { remarks: setup.remarks ?? [] };
  return () => {
    const next = last.then(() => reload(setup, said));
    last = next.catch(() => {});
    return next;
  };
}

/** Each file is taken over if it is good, whatever the other one is like: a removed user must not wait for a PBX's entry. */
async function reload(
  { exporter, source, web, onReload, onTargetFiles, log }: ReloadingSetup,
  said: { remarks: readonly Problem[] },
): Promise<ReloadResult> {
  const webFile = web?.reload();
  const file = source.read();
  logProblems(log, file.ok ? formatProblems(newRemarks(file.remarks, said.remarks), file.name) : file.problems);
  if (file.ok) said.remarks = file.remarks;
  if (!file.ok) {
    source.commit();
    onReload(false);
    log.error('configuration not reloaded, the one in use stays', { problems: file.problemCount });
    return failed(undefined, webFile, file.problems);
  }
  const bad = file.targetFiles.filter(({ ok }) => !ok).map(({ name }) => name);
  logProblems(log, file.fileProblems);
  if (bad.length > 0)
    log.error('files of targets not reloaded, what they brought before stays', { files: bad.join(', ') });
  const changes = await exporter.apply(withKeptTargets(file.config, exporter.config, bad));
  source.commit();
  onReload(true);
  onTargetFiles?.(file.targetFiles);
  log.info('configuration reloaded', { ...changes });
  const isWhole = webFile?.ok !== false && bad.length === 0;
  return isWhole
    ? { ok: true, summary: `Reloaded: ${summaryOf(changes)}` }
    : failed(summaryOf(changes), webFile, file.fileProblems);
}

function failed(changes: string | undefined, web: WebConfigReading | undefined, problems: string): ReloadResult {
  const done = [
    ...(changes === undefined ? [] : [`the PBXs (${changes.slice(0, -1)})`]),
    ...(web?.ok === true ? ['the web configuration'] : []),
  ];
  const summary = done.length === 0 ? 'Nothing was reloaded' : `Only reloaded: ${done.join(' and ')}`;
  return { ok: false, summary, problems: problems + (web?.ok === false ? web.problems : '') };
}

/** What was not said before, or is said of more places than before. */
function newRemarks(remarks: readonly Problem[], before: readonly Problem[]): readonly Problem[] {
  const known = Map.groupBy(before, wordingOf);
  const now = Map.groupBy(remarks, wordingOf);
  const isNew = (wording: string): boolean => (now.get(wording)?.length ?? 0) > (known.get(wording)?.length ?? 0);
  return remarks.filter((remark) => isNew(wordingOf(remark)));
}

/** One line per problem; the excerpts below them, indented, are for the answer. */
function logProblems(log: Log, problems: string): void {
  for (const problem of problems.split('\n').filter((line) => /^\S/.test(line)))
    log.warn('problem in the configuration', { problem });
}

function summaryOf({ unchanged, added, changed, removed }: ConfigChanges): string {
  return `${added} added, ${changed} changed, ${removed} removed, ${unchanged} unchanged.`;
}
