import { readFile } from 'node:fs/promises';
import { tryToRead } from '../../config/load-context.ts';
import { formatProblems } from '../../config/problem.ts';
import { readFileText } from '../../config/read-file.ts';
import { loadWebConfig } from './load.ts';
import type { WebConfig } from './web-config.ts';

/** A web configuration file as it was read; the texts are ready to print. */
export type WebConfigReading =
  | { readonly ok: true; readonly config: WebConfig; readonly warnings: string }
  | { readonly ok: false; readonly problems: string; readonly problemCount: number };

/** A web configuration file on disk. */
export interface WebConfigFile {
  /** Reads and checks it, as the next one after `inUse` if the server runs already. Never throws. */
  read(inUse?: WebConfig): WebConfigReading;
  /** Takes what was read last as known: it was taken over, or its problems were told. */
  remember(): void;
  /** Whether it, or a file that it names, is not what is known of it. Never throws. */
  hasChanged(): Promise<boolean>;
}

/** The file of that path; nothing is read yet. */
export function createWebConfigFile(path: string): WebConfigFile {
  // Contents are compared, not times: mounted secrets are swapped by links, and some file systems count whole seconds.
  let latest = new Map<string, string | undefined>();
  let known = latest;
  const readKept = (name: string): string => {
    latest.set(name, undefined);
    const text = readFileText(name);
    latest.set(name, text);
    return text;
  };
  return {
    read(inUse) {
      latest = new Map();
      return checked(path, readKept, inUse);
    },
    remember() {
      known = latest;
    },
    async hasChanged() {
      const files = [...known];
      const texts = await Promise.all(files.map(([name]) => readFile(name, 'utf8').catch(() => undefined)));
      return files.some(([, text], index) => text !== texts[index]);
    },
  };
}

function checked(path: string, readKept: (name: string) => string, inUse: WebConfig | undefined): WebConfigReading {
  const file = tryToRead({ readFile: readKept }, path);
  if (!file.ok) return { ok: false, problems: `--web.config.file: ${file.message}\n`, problemCount: 1 };
  const result = loadWebConfig(file.text, { fileName: path, readFile: readKept });
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
