import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, projectFolder, run } from './testbed.ts';

/** Copies the sources, to build in the copy: building in place would change files of programs that other tests start meanwhile. */
export async function copySources(copy: string): Promise<void> {
  const tracked = (await git('ls-files')).split('\n').filter((path) => path !== '' && !path.startsWith('test/'));
  for (const path of tracked) await cp(join(projectFolder, path), join(copy, path), { recursive: true });
  await symlink(join(projectFolder, 'node_modules'), join(copy, 'node_modules'));
}

/** Runs a git command in the project; returns its output. */
export async function git(...words: string[]): Promise<string> {
  const result = await run('git', words);
  if (result.code !== 0) throw new Error(`git ${words.join(' ')} ended with ${describe(result)}`);
  return result.stdout.trim();
}
