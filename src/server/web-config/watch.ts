import type { Clock, Timer } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { WebServer } from '../server.ts';
import type { WebConfigFile } from './file.ts';

/**
 * How often the files are looked at, in milliseconds. Looking beats being told: notifications are lost over links,
 * mounts and network file systems, where secrets and certificates mostly are.
 */
export const watchIntervalMs = 5_000;

/** What the watch needs. */
export interface WebConfigWatchSetup {
  readonly file: WebConfigFile;
  readonly server: Pick<WebServer, 'apply' | 'config'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Takes over each change of the file and of the certificates it names; one that has problems is logged once, and the old settings stay. */
export function watchWebConfig(setup: WebConfigWatchSetup): Timer {
  let stopped = false;
  let timer: Timer;
  const wait = (): Timer =>
    setup.clock.after(watchIntervalMs, () => {
      void look(setup, () => stopped).finally(() => {
        if (!stopped) timer = wait();
      });
    });
  timer = wait();
  return {
    stop() {
      stopped = true;
      timer.stop();
    },
  };
}

async function look({ file, server, log }: WebConfigWatchSetup, stopped: () => boolean): Promise<void> {
  if (!(await file.hasChanged()) || stopped()) return;
  const reading = file.read(server.config);
  if (!reading.ok) {
    for (const problem of headLines(reading.problems)) log.warn('problem in the web configuration', { problem });
    log.error('web configuration not reloaded, the one in use stays', { problems: reading.problemCount });
    return;
  }
  server.apply(reading.config);
  log.info('web configuration reloaded');
}

/** The first line of each problem; the excerpts below them are indented. */
function headLines(problems: string): string[] {
  return problems.split('\n').filter((line) => /^\S/.test(line));
}
