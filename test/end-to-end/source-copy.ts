import { cp, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, projectFolder, run } from './testbed.ts';

/** A copy of the sources to build in: what is built in place would change under programs that other tests start meanwhile. */
export async function copySources(copy: string): Promise<void> {
  const tracked = (await git('ls-files')).split('\n').filter((path) => path !== '' && !path.startsWith('test/'));
  for (const path of tracked) await cp(join(projectFolder, path), join(copy, path), { recursive: true });
  await symlink(join(projectFolder, 'node_modules'), join(copy, 'node_modules'));
}

/** What git says of the project. */
export async function git(...words: string[]): Promise<string> {
  const result = await run('git', words);
  if (result.code !== 0) throw new Error(`git ${words.join(' ')} ended with ${describe(result)}`);
  return result.stdout.trim();
}
