import { tryToRead } from '../../config/load-context.ts';
import { formatProblems } from '../../config/problem.ts';
import { WatchedFiles, type Watched } from '../../config/watched-files.ts';
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
    return 'the last user is gone, and everybody would be let in: restart the exporter where that is meant';
  return undefined;
}
