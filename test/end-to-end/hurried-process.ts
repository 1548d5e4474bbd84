import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ChildTarget } from './child-exporter.ts';
import { compileCache } from './compile-cache.ts';
import { projectFolder } from './testbed.ts';

/** The target of an exporter with an accelerated clock. Times are in milliseconds of that clock unless noted otherwise. */
export interface HurriedTarget extends ChildTarget {
  /** Wall time (ms since 1970) at which the accelerated clock started. */
  readonly startedAt: number;
  /** How many times faster than real time its clock runs. */
  readonly speed: number;
}

/** Starts such an exporter as a separate process. Resolves once it runs, to a function that kills it (SIGKILL) and waits for its end. */
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
