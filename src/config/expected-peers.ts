import type { Log } from '../log.ts';
import type { Entry } from './tree.ts';
import type { Scope } from './load-context.ts';
import { readTextFile } from './read-file.ts';
import { WatchedFiles } from './watched-files.ts';
import { encodingFault } from './written-text.ts';

/** Phones that must always be shown, and the file that lists them. */
export interface ExpectedPeersConfig {
  /** Resolved path. */
  readonly file: string;
  /** Values of the label `peer`, without duplicates. */
  readonly ids: readonly string[];
}

/** The result of parsing a file of expected peers. `fault` continues a sentence that begins with `the file NAME `. */
type ExpectedPeersReading =
  { readonly ok: true; readonly ids: readonly string[] } | { readonly ok: false; readonly fault: string };

/** Maximum number of characters in an id. Longer ids from a PBX are truncated to this length. */
const longestId = 256;

/**
 * Parses the ids in a file of `peers.expected_file`: one per line, without surrounding spaces. A `#` at the start of a line
 * or after a space begins a comment. Pure and total.
 */
export function readExpectedIds(text: string, limit: number): ExpectedPeersReading {
  const fault = encodingFault(text);
  if (fault !== undefined) return { ok: false, fault };
  const ids = new Set<string>();
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    const id = line.replace(/(?:^|\s)#.*$/s, '').trim();
    if (/\p{Cc}/u.test(id)) return { ok: false, fault: `has a control character in line ${index + 1}` };
    if (id.length > longestId)
      return { ok: false, fault: `has more than ${longestId} characters in line ${index + 1}` };
    if (id !== '') ids.add(id);
  }
  if (ids.size > limit) return { ok: false, fault: `names ${ids.size} peers, more than peers.limit (${limit})` };
  return { ok: true, ids: [...ids] };
}

/** Reads the file of the key `peers.expected_file`. An unusable file is reported, and the result is undefined. */
export function readExpectedFile(
  scope: Scope,
  entry: Entry,
  named: string,
  limit: number,
): ExpectedPeersConfig | undefined {
  const file = scope.readFile(named);
  const reading = file.ok ? readExpectedIds(file.text, limit) : undefined;
  if (file.ok && reading?.ok === true) return { file: file.path, ids: reading.ids };
  const message = file.ok ? `the file ${file.path} ${reading?.ok === false ? reading.fault : ''}` : file.message;
  scope.report.error(entry.value, `expected_file: ${message}`);
  return undefined;
}

/**
 * Returns a function that provides the current ids of `peers.expected_file`, and reads the file again after a change. An
 * unusable file is reported once and leaves the list unchanged. The function never rejects.
 */
export function createReloadedPeers(
  { file, ids }: ExpectedPeersConfig,
  limit: number,
  log: Log,
): () => Promise<readonly string[]> {
  const files = new WatchedFiles();
  let current = ids;
  let wasRead = false;
  const read = (): void => {
    files.begin();
    const text = readTextFile(file, files.read);
    files.commit(true);
    wasRead = true;
    const reading =
      typeof text === 'string' ? readExpectedIds(text, limit) : { ok: false as const, fault: text.problem };
    if (reading.ok) current = reading.ids;
    else
      log.warn('expected peers not reloaded, keeping the current list', { file, fault: `the file ${reading.fault}` });
  };
  return async () => {
    if (!wasRead || (await files.difference()) !== '') read();
    return current;
  };
}
