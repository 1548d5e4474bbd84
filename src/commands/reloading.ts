import { resolve } from 'node:path';
import type { Clock, Timer } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { watch, type Watched, WatchedFiles } from '../config/watched-files.ts';
import type { ConfigChanges, Exporter } from '../exporter.ts';
import { formatProblems, type Problem, wordingOf } from '../config/problem.ts';
import { filesOf, withPreviousTargets } from '../config/target-list.ts';
import type { OwnMetrics } from '../exposition/exporter-registry.ts';
import type { Shard } from '../fleet/shard.ts';
import { errorLocation, type Log } from '../log.ts';
import type { ReloadResult } from '../server/management.ts';
import type { WebConfigReading, WebConfigReloader } from '../server/web-config/file.ts';
import { type ConfigFile, listFolder, readConfigForReload, sharded, type TargetFileStatus } from './read-config.ts';

/** Dependencies of a reload. */
export interface ReloadingSetup {
  readonly exporter: Exporter;
  /** The configuration file with the files named in it. */
  readonly source: Pick<WatchedConfig, 'read' | 'commit'>;
  /** Reloads the web configuration file; absent if there is none. */
  readonly web?: Pick<WebConfigReloader, 'reload'>;
  /** Warnings reported at startup; a reload reports only new ones. Default: none. */
  readonly reportedWarnings?: readonly Problem[];
  /** Called after each reload; `success` is whether the configuration file could be used. */
  readonly onReload: (success: boolean) => void;
  /** Called with the existing files of targets, and whether each could be used. */
  readonly onTargetFiles?: (files: readonly TargetFileStatus[]) => void;
  readonly log: Log;
}

/** Returns a function that reloads; concurrent calls run one after another. */
export function createReloading(setup: ReloadingSetup): () => Promise<ReloadResult> {
  let last: Promise<unknown> = Promise.resolve();
  const reported = { warnings: setup.reportedWarnings ?? [] };
  return () => {
    const next = last.then(() => reload(setup, reported));
    last = next.catch(() => {});
    return next;
  };
}

/** Reloads both files independently: an error in the list of PBXs must not delay the removal of a web user. */
async function reload(
  { exporter, source, web, onReload, onTargetFiles, log }: ReloadingSetup,
  reported: { warnings: readonly Problem[] },
): Promise<ReloadResult> {
  const webFile = web?.reload();
  const file = source.read();
  logProblems(
    log,
    file.ok ? formatProblems(newWarnings(file.warningList, reported.warnings), file.name) : file.problems,
  );
  if (file.ok) reported.warnings = file.warningList;
  if (!file.ok) {
    source.commit();
    onReload(false);
    log.error('configuration not reloaded, keeping the current one', { problems: file.problemCount });
    return failed(undefined, webFile, file.problems);
  }
  const bad = file.targetFiles.filter(({ ok }) => !ok).map(({ name }) => name);
  logProblems(log, file.fileProblems);
  if (bad.length > 0) log.error('target files not reloaded, keeping their previous targets', { files: bad.join(', ') });
  const changes = await exporter.apply(withPreviousTargets(file.config, exporter.config, bad));
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

/** Warnings that are new, or that apply to more places than before. */
function newWarnings(warnings: readonly Problem[], before: readonly Problem[]): readonly Problem[] {
  const known = Map.groupBy(before, wordingOf);
  const now = Map.groupBy(warnings, wordingOf);
  const isNew = (wording: string): boolean => (now.get(wording)?.length ?? 0) > (known.get(wording)?.length ?? 0);
  return warnings.filter((warning) => isNew(wordingOf(warning)));
}

/** Logs one line per problem, without the indented excerpts, which are only for the HTTP response. */
function logProblems(log: Log, problems: string): void {
  for (const problem of problems.split('\n').filter((line) => /^\S/.test(line)))
    log.warn('problem in the configuration', { problem });
}

function summaryOf({ unchanged, added, changed, removed }: ConfigChanges): string {
  return `${added} added, ${changed} changed, ${removed} removed, ${unchanged} unchanged.`;
}

/** The configuration file with all files named in it. */
export interface WatchedConfig extends Watched {
  /** Reads and checks everything. Never throws. */
  read(): ConfigFile;
  /** Marks the latest contents as known, because they are in use or their problems were reported. */
  commit(): void;
}

/**
 * Creates the object for a configuration file without reading it. Files of passwords and tokens are not watched: they are read before
 * each login, and a new secret is no reason to log in. Files of expected peers are not watched either, because each round reads them.
 */
export function createWatchedConfig(path: string, shard?: Shard): WatchedConfig {
  const files = new WatchedFiles();
  let last: ConfigFile | undefined;
  let patterns: readonly string[] = [];
  return {
    read() {
      files.begin();
      last = readConfigForReload(path, files.read);
      return sharded(last, shard);
    },
    commit() {
      if (last?.ok === true) patterns = last.config.targetFiles ?? [];
      files.commit(last?.ok === true, last?.ok === true ? filesOfRounds(last.config) : []);
    },
    difference() {
      const present = patterns.flatMap((pattern) => filesOf(pattern, resolve(path), listFolder));
      return files.difference(present.map((file) => file.path));
    },
  };
}

function filesOfRounds({ targets }: Config): readonly string[] {
  return targets.flatMap(({ account, peers }) => [account.secretFile ?? [], peers.expected?.file ?? []].flat());
}

/** Interval of the checks for changed files, in milliseconds. Files are reloaded after two consecutive checks with the same change. */
export const checkIntervalMs = 1_000;

/** Dependencies of {@link watchConfig}. */
interface ConfigWatchSetup {
  readonly reload: () => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Reloads after a configuration file was changed, created or removed, and then stayed unchanged for a second. */
export function watchConfig(source: Watched, { reload, clock, log }: ConfigWatchSetup): Timer {
  return watch(source, {
    everyMs: checkIntervalMs,
    looks: 2,
    clock,
    async onChange() {
      log.info('a configuration file has changed');
      await reload().catch((thrown: unknown) => log.error('reload failed', errorLocation(thrown)));
    },
  });
}

/** The two configuration files, which are judged independently. */
type ConfigPart = 'exporter' | 'web';

/** Returns a function that records the last result of each file. The metrics show whether both can be used. */
export function createReloadOutcome(own: OwnMetrics, clock: Clock): (part: ConfigPart, success: boolean) => void {
  const bad = new Set<ConfigPart>();
  return (part, success) => {
    if (success) bad.delete(part);
    else bad.add(part);
    own.configReloaded(bad.size === 0, clock.wallTime());
  };
}
