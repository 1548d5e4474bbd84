import type { Clock } from '../clock.ts';
import type { ConfigChanges, Exporter } from '../exporter.ts';
import type { Log } from '../log.ts';
import type { ReloadResult } from '../server/reload.ts';
import type { WebConfigReading } from '../server/web-config/file.ts';
import type { WebConfig } from '../server/web-config/web-config.ts';
import type { ConfigFile } from './read-config.ts';

/** What a reload needs. */
export interface ReloadingSetup {
  readonly exporter: Exporter;
  /** Reads and checks the configuration file, its secrets included. */
  readonly readConfig: () => ConfigFile;
  /** The web configuration file, where there is one: it is read again too, and both must be good. */
  readonly web?: { readonly read: () => WebConfigReading; readonly apply: (config: WebConfig) => void };
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

async function reload({ exporter, readConfig, web, clock, log }: ReloadingSetup): Promise<ReloadResult> {
  const file = readConfig();
  const webFile = web?.read();
  if (!file.ok || webFile?.ok === false) {
    const problems = [file, webFile].map((read) => (read?.ok === false ? read.problems : '')).join('');
    const count = [file, webFile].reduce((sum, read) => sum + (read?.ok === false ? read.problemCount : 0), 0);
    exporter.own.configReloaded(false, clock.wallTime());
    logProblems(log, problems);
    log.error('configuration not reloaded, the one in use stays', { problems: count });
    return { ok: false, problems };
  }
  logProblems(log, file.warnings + (webFile?.warnings ?? ''));
  if (webFile !== undefined) web?.apply(webFile.config);
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
