import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ChildTarget } from './child-exporter.ts';
import { compileCache } from './compile-cache.ts';
import { projectFolder } from './testbed.ts';

/** The target of an exporter that polls on its own schedule, with an externally controlled clock. */
export interface HurriedTarget extends ChildTarget {
  /** Time on its clock at the start, in milliseconds. */
  readonly now: number;
}

/** An exporter that polls on its own schedule, as a separate process with an externally controlled clock. */
export interface HurriedExporter {
  /** Advances its clock; resolves when that is done. */
  advance(milliseconds: number): Promise<void>;
  /** Ends it with SIGKILL at any point of its work, and waits for its end. */
  kill(): Promise<void>;
}

/** Starts such an exporter; resolves when it runs. */
export async function startHurried(target: HurriedTarget): Promise<HurriedExporter> {
  const child = spawn(process.execPath, ['test/end-to-end/hurried-exporter.ts', JSON.stringify(target)], {
    cwd: projectFolder,
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  return {
    async advance(milliseconds) {
      const moved = once(lines, 'line');
      child.stdin.write(`${milliseconds}\n`);
      await moved;
    },
    async kill() {
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
