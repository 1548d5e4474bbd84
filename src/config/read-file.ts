import { readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { type ReadTry, reasonOf, UnreadableFile, whyUnreadable } from './unreadable-file.ts';
import { encodingFault } from './written-text.ts';

/** The text of a file; throws an `UnreadableFile`. */
export function readFileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    throw new UnreadableFile(code, whyUnreadable(code, triedBy(path)));
  }
}

/** The text of a file, or why it cannot be used, as the end of a sentence that begins with the file. Never throws. */
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

/** Name of this process's user; its number where it has none, as in many containers. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'of the exporter');
  }
}

/** Name of a user or group, out of the machine's list; its number where that has none. */
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
