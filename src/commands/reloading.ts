import { resolve } from 'node:path';
import type { Clock, Timer } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { watch, type Watched, WatchedFiles } from '../config/watched-files.ts';
import type { ConfigChanges, Exporter } from '../exporter.ts';
import { formatProblems, type Problem, wordingOf } from '../config/problem.ts';
import { filesOf, withKeptTargets } from '../config/target-list.ts';
import type { OwnMetrics } from '../exposition/exporter-registry.ts';
import type { Shard } from '../fleet/shard.ts';
import { errorLocation, type Log } from '../log.ts';
import type { ReloadResult } from '../server/management.ts';
import type { WebConfigReading, WebConfigReloader } from '../server/web-config/file.ts';
import { type ConfigFile, listFolder, readConfigForReload, sharded, type UsableFile } from './read-config.ts';

/** What a reload needs. */
export interface ReloadingSetup {
  readonly exporter: Exporter;
  /** The configuration file, its secrets included. */
  readonly source: Pick<WatchedConfig, 'read' | 'commit'>;
  /** Reads the web configuration file, if there is one, and takes it over if it is good. */
  readonly web?: Pick<WebConfigReloader, 'reload'>;
  /** What was said of the configuration file at the start; only what is new is said at a reload. Default: nothing. */
  readonly remarks?: readonly Problem[];
  /** Told whether the configuration file could be used. */
  readonly onReload: (success: boolean) => void;
  /** Told which files of targets there are, and whether each could be used. */
  readonly onTargetFiles?: (files: readonly UsableFile[]) => void;
  readonly log: Log;
}

/** Reloads when called; calls at the same time are done one after another. */
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
    log.error('configuration not reloaded, keeping the current one', { problems: file.problemCount });
    return failed(undefined, webFile, file.problems);
  }
  const bad = file.targetFiles.filter(({ ok }) => !ok).map(({ name }) => name);
  logProblems(log, file.fileProblems);
  if (bad.length > 0) log.error('target files not reloaded, keeping their previous targets', { files: bad.join(', ') });
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

/** Remarks that are new, or that apply to more places than before. */
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

/** The configuration file with all files that it names. */
export interface WatchedConfig extends Watched {
  /** Reads and checks everything. Never throws. */
  read(): ConfigFile;
  /** Takes what was read last as known: it is in use, or its problems were told. */
  commit(): void;
}

/**
 * The configuration file at that path; nothing is read yet. Files of passwords and tokens are not watched: they are read before each
 * login, and a new secret is no reason to log in. Files of expected peers are not watched either: each round reads its own.
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

/** How often the files are checked, in milliseconds; they are read when two looks in a row saw the same change. */
export const checkIntervalMs = 1_000;

/** What happens when the files have changed. */
interface ConfigWatchSetup {
  readonly reload: () => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Reloads when the configuration file, or a file named in it, was changed, created or removed, and then stayed unchanged for a second. */
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

/** The two configuration files, each good or bad by itself. */
type ConfigPart = 'exporter' | 'web';

/** Takes note of how the last reading of each file went; the metrics say whether both can be used. */
export function createReloadOutcome(own: OwnMetrics, clock: Clock): (part: ConfigPart, success: boolean) => void {
  const bad = new Set<ConfigPart>();
  return (part, success) => {
    if (success) bad.delete(part);
    else bad.add(part);
    own.configReloaded(bad.size === 0, clock.wallTime());
  };
}
