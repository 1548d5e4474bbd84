import type { Clock, Timer } from '../../clock.ts';
import { tryToRead } from '../../config/load-context.ts';
import { formatProblems } from '../../config/problem.ts';
import { watch, type Watched, WatchedFiles } from '../../config/watched-files.ts';
import { errorLocation, type Log } from '../../log.ts';
import type { WebServer } from '../server.ts';
import { loadWebConfig } from './load.ts';
import type { WebConfig } from './web-config.ts';

/** A web configuration file as it was read; the texts are ready to print. */
export type WebConfigReading =
  | { readonly ok: true; readonly config: WebConfig; readonly warnings: string }
  | { readonly ok: false; readonly problems: string; readonly problemCount: number };

/** A web configuration file on disk, with the files that it names. */
export interface WebConfigFile extends Watched {
  /** Reads and checks it, as the next one after `inUse` if the server runs already. Never throws. */
  read(inUse?: WebConfig): WebConfigReading;
  /** Takes what was read last as known: it was taken over, or its problems were told. */
  commit(): void;
}

/** The file of that path; nothing is read yet. */
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

/** What cannot be changed while the server runs, if that is what changed. */
function fixedAtStart(before: WebConfig, after: WebConfig): string | undefined {
  if ((before.tls === undefined) !== (after.tls === undefined))
    return 'TLS cannot be switched on or off while the exporter runs: restart it';
  if (before.tls?.clientAuth !== after.tls?.clientAuth)
    return 'client_auth_type cannot be changed while the exporter runs: restart it';
  // More likely a file that is half written than a wish.
  if (before.users.size > 0 && after.users.size === 0)
    return 'the last user was removed, which would open the exporter to everybody: restart it if that is intended';
  return undefined;
}

/** What the reloader needs. */
interface WebConfigReloaderSetup {
  readonly file: WebConfigFile;
  readonly server: () => Pick<WebServer, 'apply' | 'config'>;
  readonly log: Log;
  /** Told after each reading whether it could be used. */
  readonly onReload: (success: boolean) => void;
}

/** How often the files are checked, in milliseconds. */
export const webCheckIntervalMs = 5_000;

/** Takes over changes of the web configuration file, whatever the state of the other configuration. */
export interface WebConfigReloader {
  /** Reads the file and takes it over; one with problems is told in the log, and the old settings stay. */
  reload(): WebConfigReading;
  /** Does so whenever the file, or one that it names, has changed. */
  watch(clock: Clock): Timer;
}

/** A reloader for a file and the server that it protects. */
export function createWebConfigReloader(setup: WebConfigReloaderSetup): WebConfigReloader {
  const onChange = (): void => {
    try {
      reload(setup);
    } catch (thrown) {
      // Not committed, so the next look tries again.
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

/** The first line of each problem; the excerpts below them are indented. */
function headLines(problems: string): string[] {
  return problems.split('\n').filter((line) => /^\S/.test(line));
}
