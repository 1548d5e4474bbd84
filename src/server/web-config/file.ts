import type { Clock, Timer } from '../../clock.ts';
import { tryToRead } from '../../config/load-context.ts';
import { formatProblems } from '../../config/problem.ts';
import { watch, type Watched, WatchedFiles } from '../../config/watched-files.ts';
import { errorLocation, type Log } from '../../log.ts';
import type { WebServer } from '../server.ts';
import { loadWebConfig } from './load.ts';
import type { WebConfig } from './web-config.ts';

/** The result of reading a web configuration file; the texts are ready to print. */
export type WebConfigReading =
  | { readonly ok: true; readonly config: WebConfig; readonly warnings: string }
  | { readonly ok: false; readonly problems: string; readonly problemCount: number };

/** A web configuration file on disk, with the files named in it. */
export interface WebConfigFile extends Watched {
  /** Reads and checks the file. If the server is already running, `inUse` is its configuration. Never throws. */
  read(inUse?: WebConfig): WebConfigReading;
  /** Marks the latest contents as known, because they were applied or their problems were reported. */
  commit(): void;
}

/** Creates the object for a file without reading it. */
export function createWebConfigFile(path: string): WebConfigFile {
  const files = new WatchedFiles();
  let isWhole = false;
  return {
    read(inUse) {
      files.begin();
      const reading = checked(path, files.read, inUse);
      isWhole = reading.ok;
      return reading;
    },
    commit: () => files.commit(isWhole),
    difference: () => files.difference(),
  };
}

function checked(path: string, readFile: (name: string) => string, inUse: WebConfig | undefined): WebConfigReading {
  const file = tryToRead({ readFile }, path);
  if (!file.ok) return { ok: false, problems: `--web.config.file: ${file.message}\n`, problemCount: 1 };
  const result = loadWebConfig(file.text, { fileName: path, readFile });
  if (!result.ok)
    return {
      ok: false,
      problems: formatProblems([...result.problems, ...result.warnings], path),
      problemCount: result.problems.length,
    };
  const fixed = inUse === undefined ? undefined : fixedAtStart(inUse, result.config);
  if (fixed !== undefined) return { ok: false, problems: `${path}: ${fixed}\n`, problemCount: 1 };
  return { ok: true, config: result.config, warnings: formatProblems(result.warnings, path) };
}

/** An error message if a setting changed that must not change while the server runs; otherwise undefined. */
function fixedAtStart(before: WebConfig, after: WebConfig): string | undefined {
  if ((before.tls === undefined) !== (after.tls === undefined))
    return 'TLS cannot be switched on or off while the exporter runs: restart it';
  if (before.tls?.clientAuth !== after.tls?.clientAuth)
    return 'client_auth_type cannot be changed while the exporter runs: restart it';
  // A partly written file is more likely than an intended change.
  if (before.users.size > 0 && after.users.size === 0)
    return 'the last user was removed, which would open the exporter to everybody: restart it if that is intended';
  return undefined;
}

/** Dependencies of the reloader. */
interface WebConfigReloaderSetup {
  readonly file: WebConfigFile;
  readonly server: () => Pick<WebServer, 'apply' | 'config'>;
  readonly log: Log;
  /** Called after each reading; `success` is whether the file could be used. */
  readonly onReload: (success: boolean) => void;
}

/** Interval of the checks for changed files, in milliseconds. */
export const webCheckIntervalMs = 5_000;

/** Applies changes of the web configuration file, independently of the main configuration. */
export interface WebConfigReloader {
  /** Reads the file and applies it. If it has problems, they are logged, and the old settings stay in use. */
  reload(): WebConfigReading;
  /** Reloads whenever the file, or a file named in it, has changed. */
  watch(clock: Clock): Timer;
}

/** Creates a reloader for a file and its server. */
export function createWebConfigReloader(setup: WebConfigReloaderSetup): WebConfigReloader {
  const onChange = (): void => {
    try {
      reload(setup);
    } catch (thrown) {
      // Nothing was committed, so the next check tries again.
      setup.log.error('web configuration could not be applied', errorLocation(thrown));
    }
  };
  return {
    reload: () => reload(setup),
    watch: (clock) => watch(setup.file, { everyMs: webCheckIntervalMs, looks: 1, clock, onChange }),
  };
}

function reload({ file, server, log, onReload }: WebConfigReloaderSetup): WebConfigReading {
  const reading = file.read(server().config);
  for (const problem of headLines(reading.ok ? reading.warnings : reading.problems))
    log.warn('problem in the web configuration', { problem });
  if (reading.ok) server().apply(reading.config);
  file.commit();
  if (reading.ok) log.info('web configuration reloaded');
  else log.error('web configuration not reloaded, keeping the current one', { problems: reading.problemCount });
  onReload(reading.ok);
  return reading;
}

/** The first line of each problem, without the excerpts, which are indented. */
function headLines(problems: string): string[] {
  return problems.split('\n').filter((line) => /^\S/.test(line));
}
