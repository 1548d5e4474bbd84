import type { Clock } from '../clock.ts';
import type { ConfigChanges, Exporter } from '../exporter.ts';
import type { Log } from '../log.ts';
import type { ReloadResult } from '../server/reload.ts';
import type { ConfigFile } from './read-config.ts';

/** What a reload needs. */
export interface ReloadingSetup {
  readonly exporter: Exporter;
  /** Reads and checks the configuration file, its secrets included. */
  readonly readConfig: () => ConfigFile;
  readonly clock: Clock;
  readonly log: Log;
}

/** Reloads when called; calls at the same time are done one after the other. */
export function createReloading(setup: ReloadingSetup): () => Promise<ReloadResult> {
  let last: Promise<unknown> = Promise.resolve();
  return () => {
    const next = last.then(() => reload(setup));
    last = next.catch(() => {});
    return next;
  };
}

async function reload({ exporter, readConfig, clock, log }: ReloadingSetup): Promise<ReloadResult> {
  const file = readConfig();
  if (!file.ok) {
    exporter.own.configReloaded(false, clock.wallTime());
    logProblems(log, file.problems);
    log.error('configuration not reloaded, the one in use stays', { problems: file.problemCount });
    return { ok: false, problems: file.problems };
  }
  logProblems(log, file.warnings);
  const changes = await exporter.apply(file.config);
  exporter.own.configReloaded(true, clock.wallTime());
  log.info('configuration reloaded', { ...changes });
  return { ok: true, summary: summaryOf(changes) };
}

/** One line per problem; the excerpts below them, indented, are for the answer. */
function logProblems(log: Log, problems: string): void {
  for (const problem of problems.split('\n').filter((line) => /^\S/.test(line)))
    log.warn('problem in the configuration', { problem });
}

function summaryOf({ unchanged, added, changed, removed }: ConfigChanges): string {
  return `Reloaded: ${added} added, ${changed} changed, ${removed} removed, ${unchanged} unchanged.`;
}
