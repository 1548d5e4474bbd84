import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ChildTarget } from './child-exporter.ts';
import { compileCache } from './compile-cache.ts';
import { projectFolder } from './testbed.ts';

/** What an exporter with a hurried clock polls, and how. Times are those of its clock, in milliseconds. */
export interface HurriedTarget extends ChildTarget {
  /** Wall time (ms since 1970) at which the hurried clock began to run. */
  readonly startedAt: number;
  /** How many times faster than ours its clock runs. */
  readonly speed: number;
}

/** Starts such an exporter as a process of its own; resolves once it runs, to what kills it (SIGKILL) and waits for its end. */
export async function startHurried(target: HurriedTarget): Promise<() => Promise<void>> {
  const child = spawn(process.execPath, ['test/end-to-end/hurried-exporter.ts', JSON.stringify(target)], {
    cwd: projectFolder,
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return async () => {
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
  };
}
