import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { ChildTarget } from './child-exporter.ts';
import { compileCache } from './compile-cache.ts';
import { projectFolder } from './testbed.ts';

/** What an exporter whose clock is moved from outside polls. */
export interface SteppedTarget extends ChildTarget {
  /** Time on its clock at the start, in milliseconds. */
  readonly now: number;
}

/** What it says after a round. */
export interface SteppedRound {
  readonly now: number;
  readonly up: boolean;
  readonly stateProblem?: string;
}

/** Such an exporter, a process of its own. */
export interface SteppedExporter {
  /** Moves its clock, lets it run a round, and tells what its clock says then, whether the PBX is up, and what is wrong with the state file. */
  round(advanceMs: number): Promise<SteppedRound>;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
}

/** Starts one, as another user where one is named. */
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
