import { createCommandLine } from './command-line.ts';
import { startProblem, type Stoppable } from './commands/flags.ts';
import { processTerminal } from './commands/terminal.ts';
import { errorLocation } from './log.ts';

/** Maximum time for a clean stop, in milliseconds; after that, the process ends anyway. */
const stopTimeoutMs = 9_000;

/**
 * Runs the program. Apart from `main.ts`, only this module accesses the process, its signals and its exit code.
 * `takeHangup` returns whether SIGHUP has arrived so far; after that call, SIGHUP is handled here.
 */
export async function run(argv: readonly string[], takeHangup: () => boolean): Promise<void> {
  const terminal = processTerminal();
  const running: Stoppable[] = [];
  let stopping = false;
  let crashed = false;
  const end = (code: number): never => process.exit(crashed ? 1 : code);
  const stop = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => end(code), stopTimeoutMs).unref();
    await Promise.allSettled(running.map((one) => one.stop()));
    end(code);
  };
  const crash = (thrown: unknown): void => {
    if (crashed) return;
    crashed = true;
    // The message is omitted, because it may quote the data being processed, e.g. a URL with a token.
    const { error, at = 'unknown place' } = errorLocation(thrown);
    terminal.error(`pbx-exporter: unexpected error, stopping: ${error} at ${at}; please report this line\n`);
    void stop(1);
  };
  process.on('uncaughtException', crash);
  process.on('unhandledRejection', crash);
  // It is not an error if the reader closes the pipe early, as in `pbx-exporter once hq | head`.
  process.stdout.on('error', (error: Error & { readonly code?: string }) => {
    if (error.code !== 'EPIPE') crash(error);
  });
  const keepRunning = (one: Stoppable, exitCode = 0): void => {
    running.push(one);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void stop(exitCode));
    if (one.reload === undefined) return;
    process.on('SIGHUP', () => void one.reload?.());
    if (takeHangup()) void one.reload();
  };
  try {
    await createCommandLine({ terminal, keepRunning, exit: (code) => (process.exitCode = code) }).parseAsync(argv);
  } catch (thrown) {
    terminal.error(`pbx-exporter: ${startProblem(thrown)}\n`);
    await stop(1);
  }
}
