/** What is known of a file that cannot be read. */
export interface FileFacts {
  /** Name of the user that it belongs to, or its number. */
  readonly owner: string;
  readonly group: string;
  /** Rights of owner, group and others, e.g. 0o640. */
  readonly mode: number;
}

/** Who tried to read a file, and what is known of the file; a file in a folder that may not be entered tells nothing. */
export interface ReadTry {
  /** Name of the user that runs this program. */
  readonly reader: string;
  readonly facts: FileFacts | 'hidden';
}

/** A file that could not be read; `reason` is the end of a sentence that begins with its path. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';
  readonly code: string;
  readonly reason: string;

  constructor(code: string, reason: string) {
    super(reason);
    this.code = code;
    this.reason = reason;
  }
}

/** Why a file cannot be read, as the end of a sentence that begins with its path. */
export function whyUnreadable(code: string, tried?: ReadTry): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
  if (code === 'EISDIR') return 'is a folder';
  if (code !== 'EACCES' && code !== 'EPERM') return 'cannot be read';
  if (tried === undefined) return 'may not be read by the user that runs the exporter';
  const { reader, facts } = tried;
  if (facts === 'hidden') return `cannot be read: the user ${reader} may not enter a folder above it`;
  return `may not be read by the user ${reader}: ${whoMay(facts)}`;
}

function whoMay({ owner, group, mode }: FileFacts): string {
  const shown = (mode & 0o777).toString(8).padStart(4, '0');
  const who =
    (mode & 0o040) === 0 ? `only its owner ${owner} may` : `only its owner ${owner} and the group ${group} may`;
  return (mode & 0o440) === 0 ? `its owner is ${owner}, its mode ${shown}` : `${who} (mode ${shown})`;
}

/** The reason of whatever a reader of files threw. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof UnreadableFile) return thrown.reason;
  return whyUnreadable(thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '');
}
