import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ChildTarget } from './child-exporter.ts';
import { compileCache } from './compile-cache.ts';
import { projectFolder } from './testbed.ts';

/** The target of an exporter with an externally controlled clock. */
export interface SteppedTarget extends ChildTarget {
  /** Time on its clock at the start, in milliseconds. */
  readonly now: number;
}

/** The output of such an exporter after a round. */
export interface SteppedRound {
  readonly now: number;
  readonly up: boolean;
  readonly stateProblem?: string;
}

/** An exporter with an externally controlled clock, as a separate process. */
export interface SteppedExporter {
  /**
   * Advances its clock and runs a round. Returns the time on its clock afterwards, whether the PBX is up, and the problem of the state
   * file.
   */
  round(advanceMs: number): Promise<SteppedRound>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
}

/** Starts such an exporter, optionally as another user. */
export function startStepped(target: SteppedTarget, user?: number): SteppedExporter {
  const child = spawn(process.execPath, ['test/end-to-end/stepped-exporter.ts', JSON.stringify(target)], {
    cwd: projectFolder,
    env: { ...process.env, NODE_COMPILE_CACHE: compileCache },
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(user === undefined ? {} : { uid: user, gid: user }),
  });
  const lines = createInterface({ input: child.stdout });
  return {
    async round(advanceMs) {
      const answered = once(lines, 'line', { signal: AbortSignal.timeout(120_000) });
      child.stdin.write(`${JSON.stringify({ advanceMs })}\n`);
      const [line] = (await answered) as [string];
      return JSON.parse(line) as SteppedRound;
    },
    async kill() {
      const ended = once(child, 'close');
      child.kill('SIGKILL');
      await ended;
    },
  };
}
