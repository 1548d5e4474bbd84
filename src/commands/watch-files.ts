import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Clock, Timer } from '../clock.ts';
import type { Config } from '../config/config.ts';
import { filesOf } from '../config/target-files.ts';
import type { Log } from '../log.ts';
import { errorLocation } from '../server/error-location.ts';
import { listFolder } from './read-config.ts';

/** How often the files are looked at, in milliseconds; they are read when two looks in a row saw the same change. */
export const checkIntervalMs = 1_000;

/** What the watch of `--config.auto-reload` needs. */
export interface FileWatchSetup {
  readonly configFile: string;
  /** The configuration in use, which names the files of targets. */
  readonly config: () => Config;
  readonly reload: () => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Reloads when the configuration file, or a file of targets, has changed, has come or gone, and has then been still for a
 * second. Looking beats being told: notifications are lost over links, mounts and network file systems. Links are followed,
 * so the way in which Kubernetes swaps a whole folder is a change like any other.
 */
export function watchFiles(setup: FileWatchSetup): Timer {
  const { clock, log, reload } = setup;
  let applied = fingerprint(setup);
  let seen = applied;
  let stopped = false;
  let timer: Timer;
  const look = async (): Promise<void> => {
    const now = fingerprint(setup);
    const isStill = now === seen;
    seen = now;
    if (!isStill || now === applied) return;
    applied = now;
    log.info('a configuration file has changed');
    await reload().catch((thrown: unknown) => log.error('reload failed', errorLocation(thrown)));
  };
  const wait = (): Timer =>
    clock.after(checkIntervalMs, () => {
      void look().finally(() => {
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

/** Differs when any of the files does, as far as the file system tells: which files there are, their place, size and times. */
function fingerprint({ configFile, config }: FileWatchSetup): string {
  const main = resolve(configFile);
  const others = (config().targetFiles ?? []).flatMap((pattern) => filesOf(pattern, main, listFolder));
  return [{ name: dirname(main), path: main }, ...others].map(({ path }) => `${path} ${stateOf(path)}`).join('\n');
}

function stateOf(path: string): string {
  try {
    const { ino, size, mtimeMs, ctimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs} ${ctimeMs}`;
  } catch {
    return 'not there';
  }
}
