import type { Clock, Timer } from '../../clock.ts';
import type { WebConfigReloader } from './reloader.ts';

/**
 * How often the files are looked at, in milliseconds. Looking beats being told: notifications are lost over links,
 * mounts and network file systems, where secrets and certificates mostly are.
 */
export const watchIntervalMs = 5_000;

/** Takes over each change of the file and of the certificates it names; one that has problems is logged once. */
export function watchWebConfig(reloader: WebConfigReloader, clock: Clock): Timer {
  let stopped = false;
  let timer: Timer;
  const wait = (): Timer =>
    clock.after(watchIntervalMs, () => {
      void reloader
        .reloadIfChanged(() => !stopped)
        .finally(() => {
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
