import type { Clock, Timer } from '../../clock.ts';
import { watch } from '../../config/watched-files.ts';
import type { Log } from '../../log.ts';
import { errorLocation } from '../error-location.ts';
import type { WebServer } from '../server.ts';
import type { WebConfigFile, WebConfigReading } from './file.ts';

/** What the reloader needs. */
export interface WebConfigReloaderSetup {
  readonly file: WebConfigFile;
  readonly server: () => Pick<WebServer, 'apply' | 'config'>;
  readonly log: Log;
  /** Told after each reading whether it could be used. */
  readonly onReload: (success: boolean) => void;
}

/** How often the files are looked at, in milliseconds. */
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
      setup.log.error('web configuration could not be taken over', errorLocation(thrown));
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
  else log.error('web configuration not reloaded, the one in use stays', { problems: reading.problemCount });
  onReload(reading.ok);
  return reading;
}

/** The first line of each problem; the excerpts below them are indented. */
function headLines(problems: string): string[] {
  return problems.split('\n').filter((line) => /^\S/.test(line));
}
