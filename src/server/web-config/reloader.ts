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

/** Takes over changes of the web configuration file, whatever the state of the other configuration. */
export interface WebConfigReloader {
  /** Reads the file and takes it over; one with problems is told in the log, and the old settings stay. */
  reload(): WebConfigReading;
  /** Does so if the file, or one that it names, has changed. Never rejects. */
  reloadIfChanged(isWanted: () => boolean): Promise<void>;
}

/** A reloader for a file and the server that it protects. */
export function createWebConfigReloader(setup: WebConfigReloaderSetup): WebConfigReloader {
  return {
    reload: () => reload(setup),
    async reloadIfChanged(isWanted) {
      if (!(await setup.file.hasChanged()) || !isWanted()) return;
      try {
        reload(setup);
      } catch (thrown) {
        // Not remembered, so the next look tries again.
        setup.log.error('web configuration could not be taken over', errorLocation(thrown));
      }
    },
  };
}

function reload({ file, server, log, onReload }: WebConfigReloaderSetup): WebConfigReading {
  const reading = file.read(server().config);
  for (const problem of headLines(reading.ok ? reading.warnings : reading.problems))
    log.warn('problem in the web configuration', { problem });
  if (reading.ok) server().apply(reading.config);
  file.remember();
  if (reading.ok) log.info('web configuration reloaded');
  else log.error('web configuration not reloaded, the one in use stays', { problems: reading.problemCount });
  onReload(reading.ok);
  return reading;
}

/** The first line of each problem; the excerpts below them are indented. */
function headLines(problems: string): string[] {
  return problems.split('\n').filter((line) => /^\S/.test(line));
}
