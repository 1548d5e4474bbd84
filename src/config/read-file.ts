import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { encodingFault } from './written-text.ts';

/** Returns the text of a file; throws an `UnreadableFile`. */
export function readFileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    throw new UnreadableFile(code, whyUnreadable(code, triedBy(path)));
  }
}

/** Returns the text of a file, or the reason why it is unusable as the end of a sentence that begins with the file. Never throws. */
export function readTextFile(path: string, read = readFileText): string | { readonly problem: string } {
  try {
    const text = read(path);
    const fault = encodingFault(text);
    return fault === undefined ? text : { problem: fault };
  } catch (thrown) {
    return { problem: reasonOf(thrown) };
  }
}

function triedBy(path: string): ReadTry {
  const reader = userName();
  try {
    const { uid, gid, mode } = statSync(path);
    return { reader, facts: { owner: nameOf('passwd', uid), group: nameOf('group', gid), mode } };
  } catch {
    return { reader, facts: 'hidden' };
  }
}

/** Name of this process's user. In many containers the user has no name; then its number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'of the exporter');
  }
}

/** Name of a user or group from `/etc/passwd` or `/etc/group`; its number if the file does not list it. */
function nameOf(list: 'passwd' | 'group', id: number): string {
  try {
    const line = readFileSync(`/etc/${list}`, 'utf8')
      .split('\n')
      .find((one) => one.split(':')[2] === String(id));
    return line?.split(':')[0] ?? String(id);
  } catch {
    return String(id);
  }
}

/** Owner and mode of a file that cannot be read. */
interface FileFacts {
  /** Name of the owner, or its number. */
  readonly owner: string;
  readonly group: string;
  /** Mode with the permissions of owner, group and others, e.g. 0o640. */
  readonly mode: number;
}

/** The user that tried to read a file, and the facts about the file: `hidden` if its folder cannot be entered. */
interface ReadTry {
  /** Name of the user that runs this program, or its number. */
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

/** Returns the reason why a file cannot be read, as the end of a sentence that begins with its path. */
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

/** Returns the reason for an error thrown by a file reader. */
export function reasonOf(thrown: unknown): string {
  if (thrown instanceof UnreadableFile) return thrown.reason;
  return whyUnreadable(thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '');
}
