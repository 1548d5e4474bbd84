import { resolve } from 'node:path';
import type { Config } from '../config/config.ts';
import { filesOf } from '../config/target-files.ts';
import { WatchedFiles, watch, type Watched } from '../config/watched-files.ts';
import type { Clock, Timer } from '../clock.ts';
import { errorLocation, type Log } from '../log.ts';
import type { Shard } from '../fleet/shard.ts';
import { type ConfigFile, listFolder, readConfigForReload, sharded } from './read-config.ts';

/** The configuration file with all files that it names. */
export interface WatchedConfig extends Watched {
  /** Reads and checks everything. Never throws. */
  read(): ConfigFile;
  /** Takes what was read last as known: it is in use, or its problems were told. */
  commit(): void;
}

/**
 * The configuration file of that path; nothing is read yet. Files of passwords and tokens are not looked at: they are read before each login,
 * and a new one there is no reason to log in.
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
      files.commit(last?.ok === true, last?.ok === true ? accountFiles(last.config) : []);
    },
    difference() {
      const present = patterns.flatMap((pattern) => filesOf(pattern, resolve(path), listFolder));
      return files.difference(present.map((file) => file.path));
    },
  };
}

function accountFiles({ targets }: Config): readonly string[] {
  return targets.flatMap(({ account }) => account.secretFile ?? []);
}

/** How often the files are looked at, in milliseconds; they are read when two looks in a row saw the same change. */
export const checkIntervalMs = 1_000;

/** What happens when the files have changed. */
export interface ConfigWatchSetup {
  readonly reload: () => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Reloads when the configuration file, or a file that it names, has changed, has come or gone, and has then been still for a second. */
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
