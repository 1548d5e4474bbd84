import { execFile, type ExecFileException } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** The folder of the project. */
export const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

/** The real components; each is a script of that name in `test/testbed`. */
export type Component = 'asterisk' | 'prometheus' | 'container' | 'debian-root' | 'renderers';

/** The result of a command. */
export interface CommandResult {
  /** Exit code; -1 if it was ended by a signal or could not be started. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Test files run in this many parallel lanes. */
export const lanes = [1, 2] as const;

/** The lane of this process. */
export const lane = Number(process.env['VITEST_POOL_ID'] ?? 1);

/**
 * Returns the names of the instances that the tests of a lane start. They differ from those of a developer and of the other lane. `.ci/run`
 * also uses these names.
 */
export function instancesOf(number: number) {
  return {
    pbx: `end-to-end-pbx-${number}`,
    carrier: `end-to-end-carrier-${number}`,
    prometheus: `end-to-end-prometheus-${number}`,
  } as const;
}

/** The instance names of this process. */
export const instances = instancesOf(lane);

/** Exit code of a testbed script if a component is unavailable on this machine, the only accepted reason to skip a test. */
export const unavailableCode = 69;

/** Runs a command to its end, with empty standard input unless `input` is given; never throws. */
export async function run(
  command: string,
  commandArguments: readonly string[],
  options: { readonly environment?: NodeJS.ProcessEnv; readonly input?: string; readonly timeoutMs?: number } = {},
): Promise<CommandResult> {
  const { environment = {}, input = '', timeoutMs = 300_000 } = options;
  return new Promise((resolve) => {
    const child = execFile(
      command,
      [...commandArguments],
      { cwd: projectFolder, env: { ...process.env, ...environment }, maxBuffer: 64 * 1024 * 1024, timeout: timeoutMs },
      (error: ExecFileException | null, stdout, stderr) => {
        resolve({ code: exitCode(error), stdout, stderr: error && stderr === '' ? error.message : stderr });
      },
    );
    // A command may exit before it has read its input. The exit code shows whether it failed.
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
  });
}

/** Runs a testbed script and returns its result. */
export async function testbed(
  component: Component,
  commandArguments: readonly string[],
  options: Parameters<typeof run>[2] = {},
): Promise<CommandResult> {
  return run(`${projectFolder}/test/testbed/${component}`, commandArguments, options);
}

/** Runs a testbed script that must succeed; returns its standard output. */
export async function testbedOutput(
  component: Component,
  commandArguments: readonly string[],
  options: Parameters<typeof run>[2] = {},
): Promise<string> {
  const result = await testbed(component, commandArguments, options);
  if (result.code !== 0) throw new Error(`${component} ${commandArguments.join(' ')} ended with ${describe(result)}`);
  return result.stdout;
}

/** Formats a result for an error message: the exit code and the whole output. */
export function describe(result: CommandResult): string {
  return `exit code ${result.code}\n${result.stdout}${result.stderr}`;
}

/** Returns a TCP port on 127.0.0.1 that is currently free. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = z.object({ port: z.number() }).parse(server.address());
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

function exitCode(error: ExecFileException | null): number {
  if (!error) return 0;
  return typeof error.code === 'number' ? error.code : -1;
}
